-- Says of a ranking built on the side what it is: all entries of one snapshot, with the stream positions that the
-- snapshot saw. From then on batches can be applied to it.
--
-- KEYS[1] sorted set, missing when it has no entry   KEYS[2] hash
-- ARGV[1] source  ARGV[2] era  ARGV[3] shape  ARGV[4] epoch  ARGV[5] how many entries were staged
-- ARGV[6] how long it is kept, in seconds, if nobody puts it in place
-- ARGV[7..]       stream, batch for each position
--
-- Returns how many entries there are; -1 when what was staged is not all there: nothing done.
if redis.call('ZCARD', KEYS[1]) ~= tonumber(ARGV[5]) then
  return -1
end
redis.call('HSET', KEYS[2], 'source', ARGV[1], 'era', ARGV[2], 'shape', ARGV[3], 'epoch', ARGV[4], 'version', 1,
  'size', ARGV[5])
for i = 7, #ARGV, 2 do
  redis.call('HSET', KEYS[2], 's:' .. ARGV[i], ARGV[i + 1])
end
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[6])
return tonumber(ARGV[5])

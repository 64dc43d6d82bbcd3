-- Puts a ranking built on the side in place, with the stream positions that its snapshot saw, in one step.
--
-- KEYS[1] sorted set   KEYS[2] hash   KEYS[3] sorted set built on the side; missing when it has no entry
-- ARGV[1] source  ARGV[2] era  ARGV[3] shape  ARGV[4] epoch
-- ARGV[5] when to expire, in milliseconds since 1970; 0: never
-- ARGV[6] channel ARGV[7] what to publish there
-- ARGV[8] how many entries were staged
-- ARGV[9..]       stream, batch for each position
--
-- Returns how many entries there are; -1 when what was staged is not all there: nothing done.
if redis.call('ZCARD', KEYS[3]) ~= tonumber(ARGV[8]) then
  return -1
end
redis.call('UNLINK', KEYS[1], KEYS[2])
if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('RENAME', KEYS[3], KEYS[1])
  redis.call('PERSIST', KEYS[1])
end
redis.call('HSET', KEYS[2], 'source', ARGV[1], 'era', ARGV[2], 'shape', ARGV[3], 'epoch', ARGV[4], 'version', 1,
  'size', ARGV[8])
for i = 9, #ARGV, 2 do
  redis.call('HSET', KEYS[2], 's:' .. ARGV[i], ARGV[i + 1])
end
if ARGV[5] ~= '0' then
  redis.call('PEXPIREAT', KEYS[1], ARGV[5])
  redis.call('PEXPIREAT', KEYS[2], ARGV[5])
end
redis.call('PUBLISH', ARGV[6], ARGV[7])
return tonumber(ARGV[8])

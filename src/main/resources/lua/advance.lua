-- Raises a stream's checkpoint over batches that did not touch this ranking, so that the outbox can let go of them.
--
-- KEYS[1] hash
-- ARGV[1] source  ARGV[2] era  ARGV[3] stream  ARGV[4] the last batch applied, as the caller knows it  ARGV[5] raise to
--
-- Returns 1 when raised, 0 when the ranking is not as the caller believes.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'source', 'era', 's:' .. ARGV[3])
if not meta[1] or meta[2] ~= ARGV[1] or meta[3] ~= ARGV[2] or tonumber(meta[4] or '0') ~= tonumber(ARGV[4]) then
  return 0
end
redis.call('HSET', KEYS[1], 's:' .. ARGV[3], ARGV[5])
return 1

-- Forgets finished streams and raises the era, so that a copy of this ranking from before is noticed.
--
-- KEYS[1] hash
-- ARGV[1] source  ARGV[2] the era as the caller knows it  ARGV[3] the new era  ARGV[4..] streams
--
-- Returns 1 when done, 0 when the ranking is not as the caller believes, or has dirty entries, whose notes may name
-- these streams.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'source', 'era', 'dirty')
if not meta[1] or meta[2] ~= ARGV[1] or meta[3] ~= ARGV[2] or (meta[4] or '0') ~= '0' then
  return 0
end
for i = 4, #ARGV do
  redis.call('HDEL', KEYS[1], 's:' .. ARGV[i])
end
redis.call('HSET', KEYS[1], 'era', ARGV[3])
return 1

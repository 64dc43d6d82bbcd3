-- Puts a ranking built on the side in place of the one that is served, in one step.
--
-- KEYS[1] sorted set   KEYS[2] hash   KEYS[3] sorted set built on the side; missing when it has no entry
-- KEYS[4] its hash
-- ARGV[1] when to expire, in milliseconds since 1970; 0: never
-- ARGV[2] channel ARGV[3] what to publish there
--
-- Returns how many entries there are; -1 when what was staged is not all there: nothing done.
local size = redis.call('ZCARD', KEYS[3])
if tonumber(redis.call('HGET', KEYS[4], 'size') or '-1') ~= size then
  return -1
end
redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('RENAME', KEYS[4], KEYS[2])
redis.call('PERSIST', KEYS[2])
if size > 0 then
  redis.call('RENAME', KEYS[3], KEYS[1])
  redis.call('PERSIST', KEYS[1])
end
if ARGV[1] ~= '0' then
  redis.call('PEXPIREAT', KEYS[1], ARGV[1])
  redis.call('PEXPIREAT', KEYS[2], ARGV[1])
end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return size

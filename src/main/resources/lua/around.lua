-- Reads one entry and its neighbours at one instant.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] user   ARGV[2] how many neighbours each side
--
-- Returns {total, and what window_around returns}, or {} when there is no ranking, or only a part of one.
local total = redis.call('ZCARD', KEYS[1])
if tonumber(redis.call('HGET', KEYS[2], 'size') or '-1') ~= total then
  return {}
end
return { total, unpack(window_around(KEYS[1], ARGV[1], tonumber(ARGV[2]))) }

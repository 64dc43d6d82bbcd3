-- Reads one entry and its neighbours at one instant.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] user   ARGV[2] how many neighbours each side
--
-- Returns {total, and what window_around returns, settled}, or {} when there is no ranking, or only a part of one; settled: 0
-- when the user's entry is to be computed anew, as it may hold what was taken back.
local total = redis.call('ZCARD', KEYS[1])
if tonumber(redis.call('HGET', KEYS[2], 'size') or '-1') ~= total then
  return {}
end
local reply = { total, unpack(window_around(KEYS[1], ARGV[1], tonumber(ARGV[2]))) }
local notes = redis.call('HGET', KEYS[2], 'd:' .. ARGV[1])
reply[#reply + 1] = notes and string.sub(notes, 1, 6) ~= 'audit-' and 0 or 1
return reply

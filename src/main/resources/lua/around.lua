-- Reads one entry and its neighbours at one instant.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] user   ARGV[2] how many neighbours each side
--
-- Returns {total, index of the list's first or -1 when the user has no entry,
--          entries with a better value than the list's first, {user, key, user, key ...}}, or {} when there is no ranking,
--         or only a part of one.
local total = redis.call('ZCARD', KEYS[1])
if tonumber(redis.call('HGET', KEYS[2], 'size') or '-1') ~= total then
  return {}
end
local index = redis.call('ZRANK', KEYS[1], ARGV[1])
if not index then
  return { total, -1, 0, {} }
end
local first = math.max(0, index - tonumber(ARGV[2]))
local list = redis.call('ZRANGE', KEYS[1], first, index + tonumber(ARGV[2]), 'WITHSCORES')
local better = redis.call('ZCOUNT', KEYS[1], '-inf', string.format('(%.0f', math.floor(tonumber(list[2]) / 4194304) * 4194304))
return { total, first, better, list }

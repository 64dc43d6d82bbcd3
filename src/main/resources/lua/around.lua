-- Reads one entry and its neighbours at one instant.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] user   ARGV[2] how many neighbours each side
--
-- Returns {total, index of the list's first or -1 when the user has no entry,
--          entries with a better value than the list's first, {user, key, user, key ...},
--          key of the last entry with a better value than the user's, '' when there is none},
--         or {} when there is no ranking, or only a part of one.
local total = redis.call('ZCARD', KEYS[1])
if tonumber(redis.call('HGET', KEYS[2], 'size') or '-1') ~= total then
  return {}
end
local index = redis.call('ZRANK', KEYS[1], ARGV[1])
if not index then
  return { total, -1, 0, {}, '' }
end
local first = math.max(0, index - tonumber(ARGV[2]))
local list = redis.call('ZRANGE', KEYS[1], first, index + tonumber(ARGV[2]), 'WITHSCORES')

local function better_than(key)
  return redis.call('ZCOUNT', KEYS[1], '-inf', string.format('(%.0f', math.floor(tonumber(key) / 4194304) * 4194304))
end

local before = better_than(list[2 * (index - first) + 2])
local next_better = before > 0 and redis.call('ZRANGE', KEYS[1], before - 1, before - 1, 'WITHSCORES')[2] or ''
return { total, first, better_than(list[2]), list, next_better }

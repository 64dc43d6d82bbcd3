-- Part of other scripts: reads of a sorted set of packed keys.

-- How many entries have a better value than the one that a packed key holds.
local function better_than(set, key)
  return redis.call('ZCOUNT', set, '-inf', string.format('(%.0f', math.floor(tonumber(key) / 4194304) * 4194304))
end

-- Some entries in a row: {entries with a better value than the first, {user, key, user, key ...}}.
local function window(set, offset, limit)
  local list = {}
  if limit > 0 then
    list = redis.call('ZRANGE', set, offset, offset + limit - 1, 'WITHSCORES')
  end
  return { #list > 0 and better_than(set, list[2]) or 0, list }
end

-- One entry with so many neighbours each side: {index of the list's first or -1 when the user has no entry,
-- entries with a better value than the list's first, {user, key, user, key ...},
-- key of the last entry with a better value than the user's, '' when there is none}.
local function window_around(set, user, neighbours)
  local index = redis.call('ZRANK', set, user)
  if not index then
    return { -1, 0, {}, '' }
  end
  local first = math.max(0, index - neighbours)
  local list = redis.call('ZRANGE', set, first, index + neighbours, 'WITHSCORES')
  local before = better_than(set, list[2 * (index - first) + 2])
  local next_better = before > 0 and redis.call('ZRANGE', set, before - 1, before - 1, 'WITHSCORES')[2] or ''
  return { first, better_than(set, list[2]), list, next_better }
end


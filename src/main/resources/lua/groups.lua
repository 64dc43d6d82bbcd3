-- Part of other scripts: the rankings of large groups among a leaderboard period's entries.
--
-- Beside the period's hash ...:m lie, for each group that somebody reads, ...:g:<id>:m, the set of its members with ''
-- among them, and ...:g:<id>:z, the sorted set of those who have an entry. The hash holds groups = their ids, and
-- g:<id> = '<state> <size>' with the size of the sorted set and, for a state, the group's revision, or ~ and a name while
-- it is being filled; and, unless it is larger than users' may be, o:<id> = its owner, or * for nobody. Both go by themselves when nobody reads them; what is not whole any longer is dropped.
local GROUPS = string.sub(KEYS[2], 1, -2) .. 'g:'

local function members_of(id)
  return GROUPS .. id .. ':m'
end

local function set_of(id)
  return GROUPS .. id .. ':z'
end

-- State and size of a group's ranking; nil when there is none, or only a part of one.
local function group_state(id)
  local state, size = string.match(redis.call('HGET', KEYS[2], 'g:' .. id) or '', '^(%S+) (%d+)$')
  if state and redis.call('EXISTS', members_of(id)) == 1 and redis.call('ZCARD', set_of(id)) == tonumber(size) then
    return state, tonumber(size)
  end
  return nil
end

local function drop_group(id)
  redis.call('UNLINK', members_of(id), set_of(id))
  redis.call('HDEL', KEYS[2], 'g:' .. id, 'o:' .. id)
  local kept = {}
  for other in string.gmatch(redis.call('HGET', KEYS[2], 'groups') or '', '%S+') do
    if other ~= id then
      kept[#kept + 1] = other
    end
  end
  if #kept > 0 then
    redis.call('HSET', KEYS[2], 'groups', table.concat(kept, ' '))
  else
    redis.call('HDEL', KEYS[2], 'groups')
  end
end

-- Notes how large a group's ranking is now. It lives as long as the members do.
local function resize_group(id, state)
  redis.call('HSET', KEYS[2], 'g:' .. id, state .. ' ' .. redis.call('ZCARD', set_of(id)))
  local ttl = redis.call('PTTL', members_of(id))
  if ttl > 0 then
    redis.call('PEXPIRE', set_of(id), ttl)
  end
end

-- Has groups follow a change: {user, key or '' for no entry any longer, user, key ...}.
local function follow(groups, changes)
  for id in string.gmatch(groups, '%S+') do
    local state = group_state(id)
    if not state then
      drop_group(id)
    else
      local touched = false
      for i = 1, #changes, 2 do
        if redis.call('SISMEMBER', members_of(id), changes[i]) == 1 then
          touched = true
          if changes[i + 1] == '' then
            redis.call('ZREM', set_of(id), changes[i])
          else
            redis.call('ZADD', set_of(id), changes[i + 1], changes[i])
          end
        end
      end
      if touched then
        resize_group(id, state)
      end
    end
  end
end


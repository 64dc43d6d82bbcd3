-- Sets dirty entries of one leaderboard period to what was read of them from PostgreSQL in one snapshot, as far as
-- nothing has touched them that the snapshot did not see; without an entry in it they go in any case, unless they were
-- only looked at.
--
-- KEYS[1] sorted set   KEYS[2] hash, as in apply.lua
-- ARGV[1] source  ARGV[2] era  ARGV[3] shape   ARGV[4] channel  ARGV[5] what to publish there
-- ARGV[6] how many streams, then for each: stream, the last batch that the snapshot saw, the last of these that touched
--         this leaderboard period: the ranking must have it
-- then    user, mark, packed key ('' when no score is left) for each entry
--
-- Returns {'settled', version, dirty, user ...} with the users whose entries were really different,
--         {'behind', stream}  a batch that the snapshot saw is not yet applied here: nothing done
--         {'foreign'}         as in apply.lua: nothing done
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'source', 'era', 'shape', 'size', 'dirty', 'version',
  'groups')
if not meta[1] or meta[2] ~= ARGV[1] or meta[3] ~= ARGV[2] or meta[4] ~= ARGV[3]
  or tonumber(meta[5]) ~= redis.call('ZCARD', KEYS[1]) then
  return { 'foreign' }
end

local streams = tonumber(ARGV[6])
local from = 7 + 3 * streams
local seen = {}
for i = 7, from - 1, 3 do
  local applied = tonumber(redis.call('HGET', KEYS[2], 's:' .. ARGV[i]) or '0')
  if applied < tonumber(ARGV[i + 2]) then
    return { 'behind', ARGV[i] }
  end
  seen[ARGV[i]] = tonumber(ARGV[i + 1])
end
for i = 7, from - 1, 3 do
  -- What lies between does not touch this ranking; the next look need not go over it again.
  local applied = tonumber(redis.call('HGET', KEYS[2], 's:' .. ARGV[i]) or '0')
  if applied < seen[ARGV[i]] then
    redis.call('HSET', KEYS[2], 's:' .. ARGV[i], ARGV[i + 1])
  end
end

-- Whether all that touched the entry since it became dirty is in the snapshot.
local function covered(notes, mark)
  if string.sub(notes, 1, #mark + 1) ~= mark .. ' ' then
    return false
  end
  for stream, batch in string.gmatch(notes, ' (%d+)=(%d+)') do
    if tonumber(batch) > (seen[stream] or -1) then
      return false
    end
  end
  return true
end

local different, changes = {}, {}
local function note(user, key)
  different[#different + 1] = user
  changes[#changes + 1] = user
  changes[#changes + 1] = key
end

local dirty = tonumber(meta[6] or '0')
for i = from, #ARGV, 3 do
  local user, mark, key = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local notes = redis.call('HGET', KEYS[2], 'd:' .. user)
  if notes and covered(notes, mark) then
    local before = redis.call('ZSCORE', KEYS[1], user)
    if key == '' then
      if before then
        redis.call('ZREM', KEYS[1], user)
        note(user, '')
      end
    elseif not before or tonumber(before) ~= tonumber(key) then
      redis.call('ZADD', KEYS[1], key, user)
      note(user, key)
    end
    redis.call('HDEL', KEYS[2], 'd:' .. user)
    dirty = dirty - 1
  elseif notes and key == '' and string.sub(notes, 1, #mark + 1) == mark .. ' ' and string.sub(mark, 1, 6) ~= 'audit-'
    and redis.call('ZREM', KEYS[1], user) == 1 then
    -- Something has touched it since, and it stays dirty; but who has no entry, such as one who is concealed and goes on
    -- and on, must not be shown until there is a pause. What is only looked at was touched by a first score that counts.
    note(user, '')
  end
end

local size = redis.call('ZCARD', KEYS[1])
redis.call('HSET', KEYS[2], 'size', size, 'dirty', dirty)
if size > 0 and meta[5] == '0' then
  local ttl = redis.call('PTTL', KEYS[2])
  if ttl > 0 then
    redis.call('PEXPIRE', KEYS[1], ttl)
  end
end
local version = tonumber(meta[7])
if #different > 0 then
  if meta[8] then
    follow(meta[8], changes)
  end
  version = redis.call('HINCRBY', KEYS[2], 'version', 1)
  redis.call('PUBLISH', ARGV[4], ARGV[5])
end
local reply = { 'settled', version, dirty }
for _, user in ipairs(different) do
  reply[#reply + 1] = user
end
return reply

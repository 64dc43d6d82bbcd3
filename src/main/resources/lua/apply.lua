-- Applies a batch to one leaderboard period, exactly once, and publishes that it changed.
--
-- KEYS[1] sorted set: user id -> packed key (sign * value * 2^22 + tick)
-- KEYS[2] hash: epoch, version, size, source, era, shape,
--         s:<stream> = the last batch applied of that stream,
--         d:<user>   = '<mark> <stream>=<batch> ...': a dirty entry, to be computed anew, and the last batch of each
--                      stream that touched it since; dirty = how many there are,
--         groups, g:<id> as in groups.lua
-- ARGV[1] source  the database that the ranking must come from
-- ARGV[2] era     as the applier knows it
-- ARGV[3] shape   the leaderboard's definition, hashed
-- ARGV[4] stream  ARGV[5] previous: the batch this applier believes was applied last   ARGV[6] batch
-- ARGV[7] mode    'best', or 'sum' (which serves count too)
-- ARGV[8] sign    -1 or 1
-- ARGV[9] channel ARGV[10] what to publish there; nothing when empty
-- ARGV[11] mark   never used before   ARGV[12] how many users become dirty   ARGV[13..] these users
-- then            user, value, tick, want ('1': report the ranks) for each increment, a user at most once
--
-- Returns {'applied', version, dirty, {user, rank before or '', rank, value, settled} ...} for those wanted; settled: 0 when
--         the entry is to be computed anew, as it may hold what was taken back,
--         {'already', last}      the batch was applied before: nothing done
--         {'out-of-step', last}  another batch than the previous one was applied last: nothing done
--         {'foreign'}            there is no ranking here, or a part of one, or one of another database, shape or era:
--                                nothing done
local T = 4194304
local MAX = 2147483647
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'source', 'era', 'shape', 's:' .. ARGV[4], 'size', 'dirty',
  'groups')
if not meta[1] or meta[2] ~= ARGV[1] or meta[3] ~= ARGV[2] or meta[4] ~= ARGV[3]
  or tonumber(meta[6]) ~= redis.call('ZCARD', KEYS[1]) then
  return { 'foreign' }
end
local last = tonumber(meta[5] or '0')
if last >= tonumber(ARGV[6]) then
  return { 'already', last }
end
if last ~= tonumber(ARGV[5]) then
  return { 'out-of-step', last }
end

local sign = tonumber(ARGV[8])
local dirty = tonumber(meta[7] or '0')
local marks = tonumber(ARGV[12])
local from = 13 + marks

-- Competition rank: one more than there are entries with a better value.
local function rank_of(key)
  return redis.call('ZCOUNT', KEYS[1], '-inf', string.format('(%.0f', math.floor(key / T) * T)) + 1
end

-- Notes at a dirty entry that this batch touched it.
local function touch(user, notes)
  local stream = ' ' .. ARGV[4] .. '='
  local at = string.find(notes, stream, 1, true)
  if at then
    local stop = string.find(notes, ' ', at + 1, true)
    notes = string.sub(notes, 1, at - 1) .. (stop and string.sub(notes, stop) or '')
  end
  redis.call('HSET', KEYS[2], 'd:' .. user, notes .. stream .. ARGV[6])
end

for i = 13, from - 1 do
  local notes = redis.call('HGET', KEYS[2], 'd:' .. ARGV[i])
  if not notes then
    dirty = dirty + 1
    notes = ARGV[11]
  elseif string.sub(notes, 1, 6) == 'audit-' then
    -- From here on a difference is no wonder.
    notes = string.gsub(notes, '^%S+', ARGV[11])
  end
  touch(ARGV[i], notes)
end

local wanted = {}
for i = from, #ARGV, 4 do
  if ARGV[i + 3] == '1' then
    local before = redis.call('ZSCORE', KEYS[1], ARGV[i])
    wanted[#wanted + 1] = { ARGV[i], before and rank_of(tonumber(before)) or '' }
  end
end

local changes = {}
for i = from, #ARGV, 4 do
  local user, value, tick = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  if dirty > 0 then
    local notes = redis.call('HGET', KEYS[2], 'd:' .. user)
    if notes then
      touch(user, notes)
    end
  end
  local before = redis.call('ZSCORE', KEYS[1], user)
  if before then
    before = tonumber(before)
  end
  if before and ARGV[7] ~= 'best' then
    local high = math.floor(before / T)
    value = math.min(MAX, value + sign * high)
    tick = math.max(tick, before - high * T)
  end
  local key = sign * value * T + tick
  if not before or (ARGV[7] == 'best' and key < before) or (ARGV[7] ~= 'best' and key ~= before) then
    local packed = string.format('%.0f', key)
    redis.call('ZADD', KEYS[1], packed, user)
    changes[#changes + 1] = user
    changes[#changes + 1] = packed
  end
end

local size = redis.call('ZCARD', KEYS[1])
redis.call('HSET', KEYS[2], 's:' .. ARGV[4], ARGV[6], 'size', size, 'dirty', dirty)
if size > 0 and meta[6] == '0' then
  -- A sorted set that was empty a moment ago is new to Redis: it ends when the hash does.
  local ttl = redis.call('PTTL', KEYS[2])
  if ttl > 0 then
    redis.call('PEXPIRE', KEYS[1], ttl)
  end
end
local version
if #changes > 0 then
  if meta[8] then
    follow(meta[8], changes)
  end
  version = redis.call('HINCRBY', KEYS[2], 'version', 1)
  if ARGV[9] ~= '' then
    redis.call('PUBLISH', ARGV[9], ARGV[10])
  end
else
  version = tonumber(redis.call('HGET', KEYS[2], 'version'))
end

local reply = { 'applied', version, dirty }
for _, want in ipairs(wanted) do
  local key = tonumber(redis.call('ZSCORE', KEYS[1], want[1]))
  want[3] = rank_of(key)
  want[4] = sign * math.floor(key / T)
  local notes = dirty > 0 and redis.call('HGET', KEYS[2], 'd:' .. want[1])
  want[5] = notes and string.sub(notes, 1, 6) ~= 'audit-' and 0 or 1
  reply[#reply + 1] = want
end
return reply

-- Counts an attempt to sign in to one account, unless it has to wait. It counts as a failure until it is taken back, so
-- that attempts made at the same time do not slip through together.
--
-- KEYS[1] hash of one account: all = failures, a:<place> = failures from there; until, u:<place> = when the next may
--         come, in milliseconds of this server's clock; all of it expires. Once there are many fields, places that have
--         none share those of the place *, so that the hash is bounded and nobody's failures are forgotten for it
-- KEYS[2] sorted set of the places known to the account: by when somebody signed in from there, in milliseconds
-- ARGV[1] place: a digest of account and address
-- ARGV[2] 'try', 'right' (the attempt was no failure), or 'undo' (it was not decided)
-- ARGV[3] failures from one place before there are waits   ARGV[4] failures from anywhere
-- ARGV[5] longest wait, ms   ARGV[6] when failures are forgotten, ms   ARGV[7] how many fields are many
-- ARGV[8] when a known place is forgotten, ms   ARGV[9] most known places
--
-- Returns {wait, known}: how many milliseconds the attempt has to wait, 0: it was counted; 1 if the place is known, else 0
local place, what = ARGV[1], ARGV[2]
local longest, kept, many, remembered = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = tonumber(redis.call('ZSCORE', KEYS[2], place) or '0') > now - remembered
local from, soon, shared = 'a:' .. place, 'u:' .. place, false
if not known and redis.call('HLEN', KEYS[1]) >= many and redis.call('HEXISTS', KEYS[1], from) == 0 then
  from, soon, shared = 'a:*', 'u:*', true
end

local function lessen(count, by)
  local left = tonumber(redis.call('HGET', KEYS[1], count) or '0') - by
  if left > 0 then
    redis.call('HSET', KEYS[1], count, string.format('%.0f', left))
  else
    redis.call('HDEL', KEYS[1], count)
  end
end

if what == 'right' then
  -- Whoever knows the password is believed about the account, but not about what others try from elsewhere; from a known
  -- place neither is needed: what others have failed would be forgotten for nothing.
  if known then
    lessen('all', tonumber(redis.call('HGET', KEYS[1], from) or '0'))
  else
    redis.call('HDEL', KEYS[1], 'all', 'until')
  end
  if shared then
    lessen(from, 1)
  else
    redis.call('HDEL', KEYS[1], from, soon)
  end
  redis.call('ZADD', KEYS[2], string.format('%.0f', now), place)
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - tonumber(ARGV[9]))
  redis.call('PEXPIRE', KEYS[2], string.format('%.0f', remembered))
  return { 0, 1 }
end
if what == 'undo' then
  lessen(from, 1)
  lessen('all', 1)
  return { 0, known and 1 or 0 }
end

local untils = redis.call('HMGET', KEYS[1], soon, 'until')
local next = tonumber(untils[1] or '0')
if not known then
  next = math.max(next, tonumber(untils[2] or '0'))
end
local wait = math.min(next - now, longest)
if wait > 0 then
  return { wait, known and 1 or 0 }
end
-- 1, 2, 4 ... seconds from the last free failure on.
local function note(count, field, free)
  local failures = redis.call('HINCRBY', KEYS[1], count, 1)
  if failures >= free then
    local pause = math.min(1000 * 2 ^ math.min(failures - free, 30), longest)
    redis.call('HSET', KEYS[1], field, string.format('%.0f', now + pause))
  end
end
note(from, soon, tonumber(ARGV[3]))
note('all', 'until', tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], kept)
return { 0, known and 1 or 0 }

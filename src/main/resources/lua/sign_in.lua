-- Counts an attempt to sign in as one account, unless it has to wait. It counts as a failure until it is taken back, so
-- that attempts made at the same time do not slip through together.
--
-- KEYS[1] hash of one account: all = failures, a:<address> = failures from there; until, u:<address> = when the next may
--         come, in milliseconds of this server's clock. It stays small: past the last free failure one field a wait is
--         added, and all of it expires
-- ARGV[1] address   ARGV[2] 'try', 'right' (the attempt was no failure), or 'undo' (it was not decided)
-- ARGV[3] failures from one address before there are waits   ARGV[4] failures from anywhere
-- ARGV[5] longest wait, ms   ARGV[6] when failures are forgotten, ms
--
-- Returns how many milliseconds the attempt has to wait; 0: it was counted
local address, what = ARGV[1], ARGV[2]
local from, soon = 'a:' .. address, 'u:' .. address
if what == 'right' then
  -- Whoever knows the password is believed about the account, but not about what others try from elsewhere.
  redis.call('HDEL', KEYS[1], from, soon, 'all', 'until')
  return 0
end
if what == 'undo' then
  for _, count in ipairs({ from, 'all' }) do
    if tonumber(redis.call('HGET', KEYS[1], count) or '0') > 0 then
      redis.call('HINCRBY', KEYS[1], count, -1)
    end
  end
  return 0
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local longest, kept = tonumber(ARGV[5]), tonumber(ARGV[6])
local untils = redis.call('HMGET', KEYS[1], soon, 'until')
local wait = math.min(math.max(tonumber(untils[1] or '0'), tonumber(untils[2] or '0')) - now, longest)
if wait > 0 then
  return wait
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
return 0

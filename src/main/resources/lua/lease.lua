-- Grants a node some of the requests that a subject may make: a token bucket, kept as the one number of the generic cell
-- rate algorithm.
--
-- KEYS[1] string: when the bucket is full again, in microseconds of this server's clock; expires then
-- ARGV[1] microseconds until another token comes   ARGV[2] most tokens (burst)
-- ARGV[3] how many are asked for; below 0: as many are given back
--
-- Returns {granted, left, wait}: tokens granted, never more than there were; tokens left; milliseconds until another one
-- comes when not all were granted, else 0
local interval = tonumber(ARGV[1])
local most = interval * tonumber(ARGV[2])
local asked = tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
-- Not later than an empty bucket takes to fill: the limit may have been changed, or the clock set back.
local full = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now), now + most)
local granted = math.min(asked, math.floor((most - (full - now)) / interval + 0.001))
full = math.max(full + granted * interval, now)
if full > now then
  redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
else
  redis.call('DEL', KEYS[1])
end
local left = math.max(math.floor((most - (full - now)) / interval + 0.001), 0)
local wait = 0
if granted < asked then
  wait = math.max(math.ceil((full - now - most + interval) / 1000), 1)
end
return { granted, left, wait }

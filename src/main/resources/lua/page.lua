-- Reads a page of a ranking at one instant.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] offset   ARGV[2] limit
--
-- Returns {epoch, version, total, entries with a better value than the page's first, {user, key, user, key ...}},
--         or {} when there is no ranking, or only a part of one.
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'version', 'size')
local total = redis.call('ZCARD', KEYS[1])
if not meta[1] or tonumber(meta[3]) ~= total then
  return {}
end
local offset, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local list = {}
if limit > 0 then
  list = redis.call('ZRANGE', KEYS[1], offset, offset + limit - 1, 'WITHSCORES')
end
local better = 0
if #list > 0 then
  better = redis.call('ZCOUNT', KEYS[1], '-inf', string.format('(%.0f', math.floor(tonumber(list[2]) / 4194304) * 4194304))
end
return { meta[1], tonumber(meta[2]), total, better, list }

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
return { meta[1], tonumber(meta[2]), total, unpack(window(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))) }

-- Tells the packed keys of some users at one instant.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1..] users
--
-- Returns {epoch, version, {user, key, user, key ...}}, or {} when there is no ranking, or only a part of one.
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'version', 'size')
if not meta[1] or tonumber(meta[3]) ~= redis.call('ZCARD', KEYS[1]) then
  return {}
end
local found = {}
for _, user in ipairs(ARGV) do
  local key = redis.call('ZSCORE', KEYS[1], user)
  if key then
    found[#found + 1] = user
    found[#found + 1] = key
  end
end
return { meta[1], tonumber(meta[2]), found }

-- Tells the packed keys of some users.
--
-- KEYS[1] sorted set   ARGV[1..] users
--
-- Returns user, key for each one who stands there.
local reply = {}
for _, user in ipairs(ARGV) do
  local key = redis.call('ZSCORE', KEYS[1], user)
  if key then
    reply[#reply + 1] = user
    reply[#reply + 1] = key
  end
end
return reply

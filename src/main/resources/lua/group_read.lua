-- Reads of a large group's ranking what page.lua and around.lua read of a whole one.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] group  ARGV[2] revision that it must have, or a later one  ARGV[3] how long to keep it from now, in milliseconds
-- ARGV[4] offset  ARGV[5] limit;  or ARGV[4] '', ARGV[5] user, ARGV[6] how many neighbours each side
--
-- Returns {epoch, version, total, revision, and what window or window_around returns},
--         {'fill'} when there is no such ranking of the group,
--         {} when there is no ranking at all, or only a part of one.
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'version', 'size')
if not meta[1] or tonumber(meta[3]) ~= redis.call('ZCARD', KEYS[1]) then
  return {}
end
local state, size = group_state(ARGV[1])
if not state or not tonumber(state) or tonumber(state) < tonumber(ARGV[2]) then
  return { 'fill' }
end
redis.call('PEXPIRE', members_of(ARGV[1]), ARGV[3])
redis.call('PEXPIRE', set_of(ARGV[1]), ARGV[3])
local read
if ARGV[4] == '' then
  read = window_around(set_of(ARGV[1]), ARGV[5], tonumber(ARGV[6]))
else
  read = window(set_of(ARGV[1]), tonumber(ARGV[4]), tonumber(ARGV[5]))
end
return { meta[1], tonumber(meta[2]), size, state, unpack(read) }

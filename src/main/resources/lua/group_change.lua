-- Takes members into the ranking of a large group, and others out.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] group  ARGV[2] revision before  ARGV[3] revision after  ARGV[4] how many leave  ARGV[5..] these, then who joins
--
-- Returns 1 when done; 0 when there is no ranking of the group, or one of another revision: nothing done.
local id = ARGV[1]
local state = group_state(id)
if state ~= ARGV[2] then
  return 0
end
local joins = 5 + tonumber(ARGV[4])
for i = 5, joins - 1 do
  redis.call('SREM', members_of(id), ARGV[i])
  redis.call('ZREM', set_of(id), ARGV[i])
end
for i = joins, #ARGV do
  redis.call('SADD', members_of(id), ARGV[i])
  local key = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if key then
    redis.call('ZADD', set_of(id), key, ARGV[i])
  end
end
resize_group(id, ARGV[3])
return 1

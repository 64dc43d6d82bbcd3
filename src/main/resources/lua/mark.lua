-- Marks entries as dirty: they are computed anew, and found different or not.
--
-- KEYS[1] hash, as in apply.lua
-- ARGV[1] mark, never used before   ARGV[2..] users
--
-- Returns how many there are now; 0 when there is no ranking.
if redis.call('HEXISTS', KEYS[1], 'epoch') == 0 then
  return 0
end
for i = 2, #ARGV do
  if redis.call('HSETNX', KEYS[1], 'd:' .. ARGV[i], ARGV[1] .. ' ') == 1 then
    redis.call('HINCRBY', KEYS[1], 'dirty', 1)
  end
end
return tonumber(redis.call('HGET', KEYS[1], 'dirty') or '0')

-- Raises the version of a ranking in which a user stands, because the name shown there changed.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] user   ARGV[2] channel   ARGV[3] what to publish there
--
-- Returns 1 when the user stands there, 0 when not.
if redis.call('EXISTS', KEYS[2]) == 0 or not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
redis.call('HINCRBY', KEYS[2], 'version', 1)
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1

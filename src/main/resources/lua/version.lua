-- Tells which ranking this is.
--
-- KEYS[1] sorted set   KEYS[2] hash
--
-- Returns 'epoch:version:dirty'; '' when there is no ranking, or only a part of one.
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'version', 'size', 'dirty')
if not meta[1] or tonumber(meta[3]) ~= redis.call('ZCARD', KEYS[1]) then
  return ''
end
return meta[1] .. ':' .. meta[2] .. ':' .. (meta[4] or '0')

-- Makes the ranking of a large group, some members at a time: 'start', 'add' as often as it takes, 'done'. From its start
-- it follows what changes, so that it is exact at its end.
--
-- KEYS[1] sorted set   KEYS[2] hash
-- ARGV[1] group  ARGV[2] step  ARGV[3] name of this filling  ARGV[4] how long to keep it from now, in milliseconds
-- ARGV[5..] users, for 'add'; revision, for 'done'; for 'start':
-- ARGV[5] most groups that may be kept  ARGV[6] '' for a group larger than users may make, else its owner, or * for nobody
-- ARGV[7] most of one owner's that may be kept
--
-- Larger groups take each other's places, the others none: whoever may make groups must not be able to put others out.
--
-- Returns 'ok'; 'busy' when another filling is under way; 'lost' when this one is not what is under way any longer;
--         'full' when it is not to be kept.
local id, step, name, keep = ARGV[1], ARGV[2], '~' .. ARGV[3], ARGV[4]
if redis.call('HEXISTS', KEYS[2], 'epoch') == 0 then
  return 'lost'
end
local state = group_state(id)
if step == 'start' then
  if state and not tonumber(state) then
    return 'busy'
  end
  local most, owner = tonumber(ARGV[5]), ARGV[6]
  local kept, others, own = {}, 0, 0
  for other in string.gmatch(redis.call('HGET', KEYS[2], 'groups') or '', '%S+') do
    local its_state = other ~= id and group_state(other)
    if its_state then
      local its_owner = redis.call('HGET', KEYS[2], 'o:' .. other) or ''
      if (its_owner == '') == (owner == '') then
        others = others + 1
      end
      if its_owner == owner then
        own = own + 1
        -- None that is being filled is to go.
        if tonumber(its_state) then
          kept[#kept + 1] = { redis.call('PTTL', members_of(other)), other }
        end
      end
    elseif other ~= id then
      drop_group(other)
    end
  end
  if owner ~= '' and (others >= most or (owner ~= '*' and own >= tonumber(ARGV[7]))) then
    return 'full'
  end
  -- Each costs something with every change: those go that were read the longest ago.
  table.sort(kept, function(one, another) return one[1] < another[1] end)
  for i = 1, math.min(#kept, others - most + 1) do
    drop_group(kept[i][2])
  end
  drop_group(id)
  redis.call('SADD', members_of(id), '')
  redis.call('PEXPIRE', members_of(id), keep)
  redis.call('HSET', KEYS[2], 'g:' .. id, name .. ' 0')
  if owner ~= '' then
    redis.call('HSET', KEYS[2], 'o:' .. id, owner)
  end
  local ids = redis.call('HGET', KEYS[2], 'groups')
  redis.call('HSET', KEYS[2], 'groups', ids and ids .. ' ' .. id or id)
  return 'ok'
end
if state ~= name then
  return 'lost'
end
redis.call('PEXPIRE', members_of(id), keep)
if step == 'done' then
  resize_group(id, ARGV[5])
  return 'ok'
end
for i = 5, #ARGV do
  redis.call('SADD', members_of(id), ARGV[i])
  local key = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if key then
    redis.call('ZADD', set_of(id), key, ARGV[i])
  end
end
resize_group(id, name)
return 'ok'

-- wrk ... -- <path> <connections a thread>: reads what it has read before, and says so; whole answers are for the first
-- read of a connection, any other is a bad one.
local threads = {}
function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  path, connections, tag, whole = args[1], tonumber(args[2]), nil, 0
end

function request()
  if tag then
    return wrk.format('GET', path, { ['If-None-Match'] = tag })
  end
  return wrk.format('GET', path)
end

function response(status, headers)
  if status == 304 then
    return
  end
  whole = whole + 1
  for name, value in pairs(headers) do
    if name:lower() == 'etag' then
      tag = value
    end
  end
end

function done()
  local bad = 0
  for _, thread in ipairs(threads) do
    bad = bad + math.max(0, thread:get('whole') - thread:get('connections'))
  end
  print('Bad answers: ' .. bad)
end

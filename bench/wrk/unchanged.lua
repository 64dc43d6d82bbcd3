-- wrk ... -- <path>: reads what it has read before, and says so.
function init(args)
  path, tag = args[1], nil
end

function request()
  if tag then
    return wrk.format('GET', path, { ['If-None-Match'] = tag })
  end
  return wrk.format('GET', path)
end

function response(status, headers)
  for name, value in pairs(headers) do
    if name:lower() == 'etag' then
      tag = value
    end
  end
end

-- wrk ... -- <path, with # for a member at random> <members>: reads.
function init(args)
  path, members = args[1], tonumber(args[2])
  fixed = not path:find('#') and wrk.format('GET', path)
end

function request()
  return fixed or wrk.format('GET', (path:gsub('#', math.random(members))))
end

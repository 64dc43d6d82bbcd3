-- wrk ... -- <path, with # for a number at random> <the greatest such number>: reads.
local threads = 0
function setup(thread)
  thread:set('thread', threads)
  threads = threads + 1
end

function init(args)
  path, most = args[1], tonumber(args[2])
  -- Others in each thread and each run: what one has warmed up is not what the next reads.
  math.randomseed(os.time() * 64 + thread)
  fixed = not path:find('#') and wrk.format('GET', path)
end

function request()
  return fixed or wrk.format('GET', (path:gsub('#', math.random(most))))
end

-- wrk ... -- <path> <key> <athletes> <run>: posts batches of a thousand lines.
local threads = 0
function setup(thread)
  thread:set('thread', threads)
  threads = threads + 1
end

function init(args)
  path, athletes, run = args[1], tonumber(args[3]), args[4]
  headers = { ['Content-Type'] = 'application/x-ndjson', ['Authorization'] = 'Bearer ' .. args[2] }
  count = 0
end

function request()
  local lines = {}
  for i = 1, 1000 do
    count = count + 1
    lines[i] = string.format(
      '{"userId":"runner-%d","activity":"running","score":%d,"key":"%s-%d-%d"}\n',
      math.random(athletes), math.random(100), run, thread, count)
  end
  return wrk.format('POST', path, headers, table.concat(lines))
end

-- wrk ... -- <path> <key> <athletes> <run>: posts batches of a thousand lines; a line that got no id is a bad answer.
local threads = {}
function setup(thread)
  thread:set('thread', #threads)
  table.insert(threads, thread)
end

function init(args)
  path, athletes, run = args[1], tonumber(args[3]), args[4]
  headers = { ['Content-Type'] = 'application/x-ndjson', ['Authorization'] = 'Bearer ' .. args[2] }
  count, bad = 0, 0
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

function response(status, headers, body)
  local _, taken = body:gsub('"id"', '')
  bad = bad + math.abs(1000 - taken)
end

function done()
  local sum = 0
  for _, thread in ipairs(threads) do
    sum = sum + thread:get('bad')
  end
  print('Bad answers: ' .. sum)
end

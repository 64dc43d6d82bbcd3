-- wrk ... -- <path> <key or ""> <prefer or ""> <athletes> <run>: posts scores of athletes at random.
local threads = 0
function setup(thread)
  thread:set('thread', threads)
  threads = threads + 1
end

function init(args)
  path, key, prefer, athletes, run = args[1], args[2], args[3], tonumber(args[4]), args[5]
  math.randomseed(thread + 1)
  count = 0
  headers = { ['Content-Type'] = 'application/json' }
  if key ~= '' then
    headers['Authorization'] = 'Bearer ' .. key
  end
  if prefer ~= '' then
    headers['Prefer'] = prefer
  end
end

function request()
  count = count + 1
  if key ~= '' then
    headers['Idempotency-Key'] = run .. '-' .. thread .. '-' .. count
  end
  local body = string.format(
    '{"userId":"runner-%d","activity":"running","score":%d}', math.random(athletes), math.random(100))
  return wrk.format('POST', path, headers, body)
end

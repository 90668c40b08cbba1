/**
 * What a trigger has seen. Make knows what is new by a date alone, and remembers only the last one. A status may be
 * entered by an order long after a later one has entered it, so no date of AliExpress's serves. So Redis notes when an
 * event was seen first, once for all scenarios of the shop, and that is its date: it only ever goes up, no two events
 * have the same, and none is passed over.
 *
 * KEYS: 1 when each was seen first, 2 when each was met last, 3 of a trigger with a window: the windows that were asked
 * ARGV: 1 now in epoch milliseconds, 2 how long an event is remembered after it was met last, in milliseconds,
 *       3 event ids, with commas between, 4 second halves of the ids, or nothing; of a trigger with a window
 *       5 its start, 6 its end, 7 "y" if all of it was seen, 8 which of the ids are news, with commas at both ends and
 *       between; left out, all
 * Answer: JSON text, `{"k{id}": "{ms}"}`
 *
 * What is there when the memory begins is no news: it is dated long ago.
 */
export const SEEN_SCRIPT = `
local now, kept = tonumber(ARGV[1]), tonumber(ARGV[2])
local isFirst = redis.call('EXISTS', KEYS[2]) == 0
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
local halves = {}
for half in string.gmatch((ARGV[4] or '') .. ',', '([^,]*),') do halves[#halves + 1] = half end
local news = tonumber(redis.call('HGET', KEYS[1], 'news') or '0')
local times, n = {}, 0
for id in string.gmatch(ARGV[3] .. ',', '([^,]*),') do
  n = n + 1
  if ARGV[4] and ARGV[4] ~= '' then id = id .. '/' .. (halves[n] or '') end
  id = string.gsub(id, '[^%w/_.:-]', '')
  local at = redis.call('HGET', KEYS[1], id)
  if not at then
    last = math.max(last + 1, isFirst and now - kept or now)
    at = string.format('%.0f', last)
    redis.call('HSET', KEYS[1], id, at)
    if not ARGV[8] or string.find(ARGV[8], ',' .. id .. ',', 1, true) then news = last end
  end
  redis.call('ZADD', KEYS[2], now, id)
  times[#times + 1] = '"k' .. id .. '":"' .. at .. '"'
end
redis.call('ZADD', KEYS[2], now, '-')
redis.call('HSET', KEYS[1], 'last', string.format('%.0f', last), 'news', string.format('%.0f', news))
if KEYS[3] then
  redis.call('ZADD', KEYS[3], string.format('%.0f', news), ARGV[5])
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - 2 * 86400000)
  redis.call('PEXPIRE', KEYS[3], kept)
  local start, stop = tonumber(ARGV[5]), tonumber(ARGV[6])
  if ARGV[7] == 'y' or isFirst then
    redis.call('HSET', KEYS[1], 'looked', string.format('%.0f', stop))
    if redis.call('HEXISTS', KEYS[1], 'span') == 1 then redis.call('HSET', KEYS[1], 'span', 2 * (stop - start)) end
  else
    redis.call('HSET', KEYS[1], 'span', math.floor((stop - start) / 2))
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - kept)) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('PEXPIRE', KEYS[2], kept)
return '{' .. table.concat(times, ',') .. '}'
`.trim();

/**
 * The window that a run must ask for. Where all that was seen has been handed out, it begins when somebody looked last.
 * Otherwise something may have been left by a limit, or while the workflow was off: then as far back as the runs have
 * asked that saw it. It ends now. After a window that was too much for one run it begins where somebody looked last, and
 * is half as long, until now is reached.
 *
 * KEYS: 1 and 2 as 1 and 3 above
 * ARGV: 1 the date of the event that was handed out last, in epoch milliseconds, or 0; 2 now; 3 how far back a run asks
 *       at most, 4 how far it asks again what was asked, both in milliseconds
 * Answer: its start and its end in epoch milliseconds, texts
 */
export const SINCE_SCRIPT = `
local given, now, overlap = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local news = tonumber(redis.call('HGET', KEYS[1], 'news') or '0')
local span = tonumber(redis.call('HGET', KEYS[1], 'span') or '0')
local since
if news <= given or span > 0 then
  since = tonumber(redis.call('HGET', KEYS[1], 'looked') or '0') - overlap
else
  since = given - overlap
  for _, start in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], string.format('(%.0f', given), '+inf')) do
    since = math.min(since, tonumber(start))
  end
end
since = math.max(since, now - tonumber(ARGV[3]))
local stop = now
if span > 0 then stop = math.min(now, since + math.max(span, 2 * overlap)) end
if stop == now then redis.call('HDEL', KEYS[1], 'span') end
return {string.format('%.0f', since), string.format('%.0f', stop)}
`.trim();

/** A status may last for weeks; who was told of it is not told again. */
export const KEPT_MS = 40 * 86_400_000;

/**
 * What a trigger has seen. Make knows what is new by a date alone, and remembers only the last one. A status may be
 * entered by an order long after a later one has entered it, so no date of AliExpress's serves. So Redis notes when an
 * event was seen first, once for all scenarios of the shop, and that is its date: it only ever goes up, no two events
 * have the same, and none is passed over.
 *
 * KEYS: 1 when each was seen first, 2 when each was met last
 * ARGV: 1 now in epoch milliseconds, 2 how long an event is remembered after it was met last, in milliseconds,
 *       3 event ids, with commas between, 4 second halves of the ids, or nothing
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
  end
  redis.call('ZADD', KEYS[2], now, id)
  times[#times + 1] = '"k' .. id .. '":"' .. at .. '"'
end
redis.call('ZADD', KEYS[2], now, '-')
redis.call('HSET', KEYS[1], 'last', string.format('%.0f', last))
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - kept)) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('PEXPIRE', KEYS[2], kept)
return '{' .. table.concat(times, ',') .. '}'
`.trim();

/** A status may last for weeks; who was told of it is not told again. */
export const KEPT_MS = 40 * 86_400_000;

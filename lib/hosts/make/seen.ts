/**
 * What a trigger has seen. Make knows what is new by a date alone, and remembers only the last one. So Redis dates every
 * event once, for all scenarios of the shop. An event is dated by its own time where that is later than every date so
 * far, and otherwise just after the last date: dates only ever go up, no two are the same, and none is passed over,
 * however late AliExpress shows an event. Who starts now is not told what happened before.
 *
 * The memory of a list that is looked through whole in every run holds the dates alone. Orders are asked for window by
 * window; of those the memory also keeps the events themselves for a while (`LOG_SCRIPT`), so that a limit, a pause or a
 * second scenario never has to ask AliExpress again.
 */

/** What both scripts do: dates what is new. `own` is an event's own time, or nil. */
const DATING = `
local now, kept = tonumber(ARGV[1]), tonumber(ARGV[2])
local offset, shift = tonumber(ARGV[6]), tonumber(ARGV[7])
local isFirst = redis.call('EXISTS', KEYS[2]) == 0
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
local function list(text)
  local parts = {}
  if text == '' then return parts end
  for part in string.gmatch(text .. ',', '([^,]*),') do parts[#parts + 1] = part end
  return parts
end
local function moment(text)
  local y, m, d, h, min, s = string.match(text or '', '^(%d%d%d%d)-(%d%d)-(%d%d) (%d%d):(%d%d):(%d%d)$')
  if not y then
    local ms = string.match(text or '', '^%-?%d+$')
    return ms and tonumber(ms) + shift
  end
  local a = math.floor((14 - m) / 12)
  local year, month = y + 4800 - a, m + 12 * a - 3
  local days = d + math.floor((153 * month + 2) / 5) + 365 * year + math.floor(year / 4) - math.floor(year / 100)
    + math.floor(year / 400) - 2472633
  return ((days * 24 + h) * 60 + min) * 60000 + s * 1000 - offset
end
local function text(ms) return string.format('%.0f', ms) end
local function forget(hash, times, ms)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', times, '-inf', now - ms)) do
    redis.call('HDEL', hash, id)
    redis.call('ZREM', times, id)
  end
  redis.call('PEXPIRE', hash, ms)
  redis.call('PEXPIRE', times, ms)
end
local ids, halves, owns = list(ARGV[3]), ARGV[4] ~= '-' and list(ARGV[4]), list(ARGV[5])
local events = {}
for n, id in ipairs(ids) do
  if halves then id = id .. '/' .. (halves[n] or '') end
  id = string.gsub(id, '[^%w/_.:-]', '')
  local own = moment(owns[n])
  events[n] = {id = id, n = n, own = own, at = redis.call('HGET', KEYS[1], id)}
end
local fresh, met = {}, {}
local function remember(isWanted)
  for _, event in ipairs(events) do
    if event.id ~= '' and isWanted(event) then
      if not event.at then fresh[#fresh + 1] = event end
      redis.call('ZADD', KEYS[2], now, event.id)
    end
  end
  table.sort(fresh, function(a, b)
    local one, other = a.own or now, b.own or now
    if one == other then return a.n > b.n end
    return one < other
  end)
  for _, event in ipairs(fresh) do
    if not met[event.id] then
      -- A time that lies ahead is not when it happened; and what was awaited may have come near before it was there.
      local own = (isFirst or not isAwaited) and event.own and event.own <= now and event.own
      last = math.max(last + 1, own or (isFirst and now - kept or now))
      met[event.id] = text(last)
      redis.call('HSET', KEYS[1], event.id, met[event.id])
    end
    event.at = met[event.id]
  end
  redis.call('ZADD', KEYS[2], now, '-')
  redis.call('HSET', KEYS[1], 'last', text(last))
  forget(KEYS[1], KEYS[2], kept)
end
`;

/**
 * KEYS: 1 when each was seen first, 2 when each was met last
 * ARGV: 1 now in epoch milliseconds, 2 how long an event is remembered after it was met last, in milliseconds,
 *       3 event ids, 4 second halves of the ids, or "-", 5 their own times: as AliExpress writes them, or milliseconds,
 *       6 how far AliExpress's clock is from UTC, 7 what is added to milliseconds, 8 "y" if an event that lies ahead is
 *       none yet. Lists have commas between.
 * Answer: JSON text, `{"k{id}": "{ms}"}`
 *
 * Of what has no time of its own, what is there when the memory begins is no news: it is dated long ago.
 */
export const SEEN_SCRIPT = `
local isAwaited = ARGV[8] == 'y'
${DATING}
remember(function(event) return not isAwaited or event.at or (event.own and event.own <= now) end)
local dates = {}
for _, event in ipairs(events) do
  if event.at then dates[#dates + 1] = '"k' .. event.id .. '":"' .. event.at .. '"' end
end
return '{' .. table.concat(dates, ',') .. '}'
`.trim();

/**
 * KEYS: 1, 2 as above, 3 the events by id, 4 their ids by date
 * ARGV: 1 to 7 as above, the halves being statuses; 8 "y" if an event is one for each status, 9 the statuses that make an
 *       event, between commas, or "-" for all, 10 the items as JSON, declared fields only, 11 when the answers came,
 *       12 the date of the event that was handed out last, 13 start and 14 end of the window that was asked for,
 *       15 "y" if all of it was seen, "n" if not, "-" if nobody was to see all, 16 how long events are kept, 17 how short a
 *       window may become; times in milliseconds
 * Answer: JSON text, the events dated after 12, the oldest first, each with `seen_at` and `answered_at`
 */
export const LOG_SCRIPT = `
local perStatus, statuses = ARGV[8] == 'y', ARGV[4]
if not perStatus then ARGV[4] = '-' end
local isAwaited = false
${DATING}
local function split(json)
  local parts, depth, start, from = {}, 0, 1, 1
  while true do
    local at = string.find(json, '["{}]', from)
    if not at then return parts end
    local sign = string.sub(json, at, at)
    from = at + 1
    if sign == '"' then
      repeat
        local stop = string.find(json, '["\\\\]', from)
        if not stop then return parts end
        from = stop + (string.sub(json, stop, stop) == '"' and 1 or 2)
      until string.sub(json, stop, stop) == '"'
    elseif sign == '{' then
      if depth == 0 then start = at end
      depth = depth + 1
    else
      depth = depth - 1
      if depth == 0 then parts[#parts + 1] = string.sub(json, start, at) end
    end
  end
end
local status, items = list(statuses), split(ARGV[10])
remember(function(event)
  return ARGV[9] == '-' or string.find(ARGV[9], ',' .. (status[event.n] or '?') .. ',', 1, true) ~= nil
end)
local keep = tonumber(ARGV[16])
for _, event in ipairs(fresh) do
  if tonumber(event.at) > now - keep and items[event.n] then
    redis.call('HSETNX', KEYS[3], event.id, '{"seen_at":"' .. event.at .. '","answered_at":"' .. ARGV[11] .. '",'
      .. string.sub(items[event.n], 2))
    redis.call('ZADD', KEYS[4], event.at, event.id)
  end
end
forget(KEYS[3], KEYS[4], keep)
local start, stop, least = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[17])
if ARGV[15] == 'y' or (ARGV[15] == 'n' and stop - start <= least) then
  local looked = tonumber(redis.call('HGET', KEYS[1], 'looked') or '0')
  redis.call('HSET', KEYS[1], 'looked', text(math.max(looked, stop)))
  if redis.call('HEXISTS', KEYS[1], 'span') == 1 then redis.call('HSET', KEYS[1], 'span', text(2 * (stop - start))) end
elseif ARGV[15] == 'n' then
  redis.call('HSET', KEYS[1], 'span', text(math.floor((stop - start) / 2)))
end
local told = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. ARGV[12], '+inf')) do
  told[#told + 1] = redis.call('HGET', KEYS[3], id)
end
return '[' .. table.concat(told, ',') .. ']'
`.trim();

/**
 * The window that a run asks for: since somebody looked last, until now. After a window that held more than a run can
 * ask for, a piece of it.
 *
 * KEYS: 1 as above
 * ARGV: 1 the date of the event that was handed out last, 2 now, 3 how far back a run asks at most, 4 how far it asks
 *       again what was asked, 5 the same between pieces, 6 how short a piece may become, 7 "y" if the window is only
 *       looked into; times in milliseconds
 * Answer: its start and its end in epoch milliseconds, texts
 */
export const WINDOW_SCRIPT = `
local now, overlap = tonumber(ARGV[2]), tonumber(ARGV[4])
local looked = tonumber(redis.call('HGET', KEYS[1], 'looked') or ARGV[1])
local span = tonumber(redis.call('HGET', KEYS[1], 'span') or '0')
if span > 0 then overlap = tonumber(ARGV[5]) end
local since = math.max(looked - overlap, now - tonumber(ARGV[3]))
local stop = now
if span > 0 then stop = math.min(now, since + math.max(span, tonumber(ARGV[6]))) end
if stop == now and ARGV[7] ~= 'y' then redis.call('HDEL', KEYS[1], 'span') end
return {string.format('%.0f', since), string.format('%.0f', stop)}
`.trim();

/** A status may last for weeks; who was told of it is not told again. */
export const KEPT_MS = 40 * 86_400_000;

/** What Redis knows of an account, for modules that ask nobody else. */

/** How many calls of a day are used. */
const USED = `
local card, limit = KEYS[1], tonumber(ARGV[1])
local used = tonumber(redis.call('GET', card .. ':used') or '0')
if used == 0 then
  while used < limit and redis.call('EXISTS', card .. ':' .. (used + 1)) == 1 do used = used + 1 end
end
if redis.call('EXISTS', card .. ':full') == 1 or used > limit then used = limit end
`;

/**
 * KEYS: 1 `card:{seller}:{day}`, 2 `ban:{seller}`
 * ARGV: 1 calls a day
 * Answer: calls used, and the end of the last ban in epoch milliseconds, 0 where there was none
 */
export const STATUS_SCRIPT = `
${USED}
return {tostring(used), redis.call('GET', KEYS[2]) or '0'}
`.trim();

/**
 * The same, and how often a run has set out to make a digest, so that one that fails is not paid for all morning.
 *
 * KEYS: as above, and 3 `digest:{seller}:{digest}`
 * ARGV: 1 calls a day, 2 "y" if a digest is due
 * Answer: as above, and how many runs have set out, this one too
 */
export const DIGEST_SCRIPT = `
${USED}
local tries = 0
if ARGV[2] == 'y' then
  tries = redis.call('INCR', KEYS[3])
  redis.call('EXPIRE', KEYS[3], 86400)
end
return {tostring(used), redis.call('GET', KEYS[2]) or '0', tostring(tries)}
`.trim();

/**
 * The alerts that hold now, each with when it was raised: once, for all scenarios of the shop.
 *
 * KEYS: as above, and 3 what was raised
 * ARGV: 1 calls a day, 2 name of the day, 3 its end, 4 now, 5 when the connection must be renewed, or 0; times in
 *       epoch milliseconds
 * Answer: JSON text, a list of `{kind, id, until, used, raised}`, all texts
 */
export const ALERTS_SCRIPT = `
${USED}
local day, now = ARGV[2], tonumber(ARGV[4])
local ban, renew = tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[5])
local alerts, last = {}, tonumber(redis.call('HGET', KEYS[3], 'last') or '0')
local function raise(kind, id, ends)
  local at = redis.call('HGET', KEYS[3], id)
  if not at then
    last = math.max(last + 1, now)
    at = string.format('%.0f', last)
    redis.call('HSET', KEYS[3], id, at, 'last', at)
  end
  alerts[#alerts + 1] = '{"kind":"' .. kind .. '","id":"' .. id .. '","until":"' .. string.format('%.0f', ends)
    .. '","used":"' .. used .. '","raised":"' .. at .. '"}'
end
for _, mark in ipairs({80, 100}) do
  if used >= limit * mark / 100 then raise('budget_' .. mark, day .. '/budget_' .. mark, tonumber(ARGV[3])) end
end
if ban > 0 and ban - now >= -3600000 and (ban <= now or ban - now >= 120000) then
  raise('banned', 'banned/' .. string.format('%.0f', ban), ban)
end
if renew > 0 then
  local notice
  for _, days in ipairs({14, 3, 1}) do
    if renew - now <= days * 86400000 then notice = days end
  end
  if notice then raise('reconnect', 'reconnect/' .. string.format('%.0f', renew) .. '/' .. notice, renew) end
end
redis.call('EXPIRE', KEYS[3], 3456000)
return '[' .. table.concat(alerts, ',') .. ']'
`.trim();

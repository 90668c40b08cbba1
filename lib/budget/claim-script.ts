/**
 * The ledger's claim as one Redis command, for clients that can send one only (Make). It walks the same card with
 * the same keys, so both forms may be used on one account at once: they cannot grant more than the limit together.
 *
 * KEYS: 1 `card:{seller}:{day}`, 2 `ban:{seller}`
 * ARGV: 1 claim id, 2 how far this lane may go (the cap), 3 seconds the card is kept, 4 now in epoch milliseconds,
 *       5 how many calls, all or none; left out, one
 * Answer: the slot, from 1, of several the lowest; 0 when the calls are used up; -1 when AliExpress has banned the
 * account.
 *
 * A script runs alone, so a repeated claim id finds its slots wherever they are. All slots of one claim hold its id.
 */
export const CLAIM_SCRIPT = `
local card, id, cap, ttl = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local wanted = tonumber(ARGV[5] or '1')
local ban = redis.call('GET', KEYS[2])
if ban and tonumber(ban) > tonumber(ARGV[4]) then return -1 end
if redis.call('EXISTS', card .. ':full') == 1 then return 0 end
local free, lowest, found = {}, 0, 0
for slot = 1, cap do
  local holder = redis.call('GET', card .. ':' .. slot)
  if holder == id or not holder then
    if lowest == 0 then lowest = slot end
    found = found + 1
    if not holder then free[#free + 1] = slot end
    if found == wanted then break end
  end
end
if found < wanted then return 0 end
for _, slot in ipairs(free) do
  redis.call('SET', card .. ':' .. slot, id, 'EX', ttl)
  redis.call('SET', card .. ':used', slot, 'EX', ttl)
end
return lowest
`.trim();

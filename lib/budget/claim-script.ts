/**
 * The budget as single Redis commands, for clients that can send one only (Make). They use the keys of the ledger, the
 * breaker and the spacing, so both forms may be used on one account at once: together they cannot grant more than the
 * limit, nor ask more often than AliExpress allows.
 */

import { KNOWN_SECONDS } from './breaker.ts';
import { SLOT_SECONDS } from './rate-limiter.ts';

/**
 * The ledger's claim: walks the same card.
 *
 * KEYS: 1 `card:{seller}:{day}`, 2 `ban:{seller}`, 3 `slot:{seller}:{quarter of a second}`; left out, whoever claims
 *       waits for a turn by other means
 * ARGV: 1 claim id, 2 how far this lane may go (the cap), 3 seconds the card is kept, 4 now in epoch milliseconds
 * Answer: the slot, from 1; 0 when the calls are used up; -1 when AliExpress has banned the account; -3 when this quarter
 * of a second is somebody else's, and no slot was taken.
 *
 * A script runs alone, so a repeated claim id finds its slot wherever it is.
 */
export const CLAIM_SCRIPT = `
local card, id, cap, ttl = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local ban = redis.call('GET', KEYS[2])
if ban and tonumber(ban) > tonumber(ARGV[4]) then return -1 end
if redis.call('EXISTS', card .. ':full') == 1 then return 0 end
for slot = 1, cap do
  local holder = redis.call('GET', card .. ':' .. slot)
  if holder == id then return slot end
  if not holder then
    if KEYS[3] and not redis.call('SET', KEYS[3], '1', 'NX', 'EX', ${SLOT_SECONDS}) then return -3 end
    redis.call('SET', card .. ':' .. slot, id, 'EX', ttl)
    redis.call('SET', card .. ':used', slot, 'EX', ttl)
    return slot
  end
end
return 0
`.trim();

/**
 * What AliExpress itself says about limits: a ban, which stops every caller until it ends, or that the calls of the day
 * are used up. A ban that is known to last longer stands.
 *
 * KEYS: 1 `ban:{seller}`, 2 `card:{seller}:{day}:full`
 * ARGV: 1 until when the account is banned, in epoch milliseconds; 0 where the calls are used up, less where AliExpress
 *       said nothing, 2 now in epoch milliseconds, 3 seconds the card is kept
 * Answer: 1
 */
export const PAUSE_SCRIPT = `
local ends, now = tonumber(ARGV[1]), tonumber(ARGV[2])
if ends == 0 then
  redis.call('SET', KEYS[2], '1', 'EX', ARGV[3])
elseif tonumber(redis.call('GET', KEYS[1]) or '0') < ends then
  redis.call('SET', KEYS[1], string.format('%.0f', ends), 'EX', math.ceil((ends - now) / 1000) + ${KNOWN_SECONDS})
end
return 1
`.trim();

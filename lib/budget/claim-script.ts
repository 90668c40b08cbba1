/**
 * The ledger's claim as one Redis command. It uses the keys of the ledger, the breaker and the rate limiter, so both
 * forms may be used for one account at once: together they do not grant more than the limit, nor send faster than
 * AliExpress allows.
 */

import { RATE_SLOT_TTL_SECONDS } from './rate-limiter.ts';

/**
 * KEYS: 1 `slots:{seller}:{day}`
 *       2 `pause:{seller}`
 *       3 `rate:{seller}:{quarter of a second}`; left out if the caller waits for a rate-limit slot by other means
 * ARGV: 1 claim id
 *       2 highest slot that the lane may take
 *       3 seconds for which the table is kept
 *       4 now, epoch milliseconds
 * Answer: the slot, from 1; 0 if the calls are used up; -1 if AliExpress has banned the account; -3 if another caller
 *         has this quarter of a second, and no slot was taken
 *
 * Redis runs a script alone, so a repeated claim id finds its slot wherever that is.
 */
export const CLAIM_SCRIPT = `
local slots, id, cap, ttl = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local ban = redis.call('GET', KEYS[2])
if ban and tonumber(ban) > tonumber(ARGV[4]) then return -1 end
if redis.call('EXISTS', slots .. ':exhausted') == 1 then return 0 end
for slot = 1, cap do
  local holder = redis.call('GET', slots .. ':' .. slot)
  if holder == id then return slot end
  if not holder then
    if KEYS[3] and not redis.call('SET', KEYS[3], '1', 'NX', 'EX', ${RATE_SLOT_TTL_SECONDS}) then return -3 end
    redis.call('SET', slots .. ':' .. slot, id, 'EX', ttl)
    redis.call('SET', slots .. ':used', slot, 'EX', ttl)
    return slot
  end
end
return 0
`.trim();

/**
 * After every request: where AliExpress said that the account is banned, or that the calls of the day are used up, it is
 * written down for every other run and for Zapier's side, and the run ends. It ends too where the claim had no turn.
 */

import { PAUSE_SCRIPT } from '../../budget/claim-script.ts';
import { banKey, cardKey, keptSeconds, resetTerms } from './budget-terms.ts';
import { hasTurn } from './claim.ts';
import { any, call, joined, mustache, not, quoted, toNumber, when } from './iml.ts';
import type { Json } from './json.ts';
import { errorTypes, problemText } from './problems.ts';
import { redis } from './redis.ts';
import { pauseTerms } from './refusals.ts';
import { fromMs } from './times.ts';

const NOTHING_SAID = '-1';

export function pause(): Record<string, Json> {
  const { isPaused, isUsedUp, seconds, left } = pauseTerms();
  const claimedAt = fromMs('temp.claimAt');
  // The guide of AliExpress asks for a second more.
  const until = call('toString', `${toNumber('temp.claimAt')} + (${seconds} + 1) * 1000`);
  return redis(
    [
      'EVAL',
      PAUSE_SCRIPT,
      '2',
      mustache(banKey),
      mustache(joined(cardKey(claimedAt), quoted(':full'))),
      mustache(when(hasTurn, when(isUsedUp, quoted('0'), until), quoted(NOTHING_SAID))),
      '{{temp.claimAt}}',
      mustache(call('toString', keptSeconds(claimedAt))),
    ],
    {
      condition: 'false',
      message: when(
        hasTurn,
        when(
          isUsedUp,
          problemText('budget_used_up', resetTerms()),
          problemText('banned', { 'until|in': left }),
        ),
        problemText('budget_unavailable'),
      ),
      type: when(hasTurn, quoted(errorTypes.banned), quoted(errorTypes.budget_unavailable)),
    },
    { condition: any([not(hasTurn), isPaused]) },
  );
}

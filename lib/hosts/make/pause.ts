/**
 * After every request: where AliExpress said that the account is banned, or that the calls of the day are used up, it is
 * written down for every other run and for Zapier's side, and the run ends. It ends too where the claim had no turn.
 */

import { PAUSE_SCRIPT } from '../../budget/claim-script.ts';
import { banKey, cardKey, claimedAt, keptSeconds } from './budget-terms.ts';
import { hasTurn, usedUpText } from './claim.ts';
import { any, call, joined, mustache, not, quoted, toNumber, when } from './iml.ts';
import type { Json } from './json.ts';
import { errorTypes, problemText } from './problems.ts';
import { redis } from './redis.ts';
import { banLeft, pauseTerms } from './refusals.ts';

const NOTHING_SAID = '-1';
const isUsedUp = "temp.pause = 'used_up'";
const isBanned = "temp.pause = 'banned'";
const seconds = toNumber('temp.pauseSeconds');

export function pause(): Record<string, Json> {
  const terms = pauseTerms();
  // The guide of AliExpress asks for a second more.
  const until = call('toString', `${toNumber('temp.answeredAt')} + (${seconds} + 1) * 1000`);
  return redis(
    [
      'EVAL',
      PAUSE_SCRIPT,
      '2',
      mustache(banKey),
      mustache(joined(cardKey(claimedAt), quoted(':full'))),
      mustache(when(isUsedUp, quoted('0'), when(isBanned, until, quoted(NOTHING_SAID)))),
      '{{temp.claimAt}}',
      mustache(call('toString', keptSeconds)),
    ],
    {
      condition: 'false',
      message: when(
        isUsedUp,
        usedUpText,
        when(
          isBanned,
          problemText('banned', { 'until|in': banLeft(seconds) }),
          problemText('budget_unavailable'),
        ),
      ),
      type: when(hasTurn, quoted(errorTypes.banned), quoted(errorTypes.budget_unavailable)),
    },
    {
      temp: { pause: mustache(terms.kind), pauseSeconds: mustache(terms.seconds) },
      condition: any([not(hasTurn), isUsedUp, isBanned]),
    },
  );
}

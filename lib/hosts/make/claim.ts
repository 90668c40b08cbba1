/**
 * Paying for a call: one `EVAL` of the ledger's own script, on the keys that Zapier's side uses. It stands right before
 * the request it pays for. Where it is refused, or Redis does not answer, the run ends before AliExpress is touched.
 *
 * The script also takes a turn, a quarter of a second of the account's own. Where somebody else has it, the claim is
 * sent again. Who has no turn after all of that leaves `NO_TURN` in `temp.slot`, and what follows does not ask.
 */

import { CLAIM_SCRIPT } from '../../budget/claim-script.ts';
import { MOST_TRIES, QUARTER_MS } from '../../budget/spacing.ts';
import {
  banKey,
  CLAIM_NOTES,
  capOf,
  cardKey,
  claimedAt,
  dayAt,
  keptSeconds,
  type Lane,
  resetTerms,
  seller,
} from './budget-terms.ts';
import { asText, call, type Iml, joined, mustache, mustaches, not, quoted } from './iml.ts';
import type { Json } from './json.ts';
import { errorTypes, problemText } from './problems.ts';
import { redis } from './redis.ts';
import { msNumber } from './times.ts';

/** AliExpress pauses an account for 15 minutes at most, but for mistakes that it says otherwise of. */
const PAUSE = { en: quoted('15 min or less'), zh: quoted('15 分钟内') };

const NO_TURN = '-3';
/** Whether the last claim had its turn, to be asked after it. */
export const hasTurn: Iml = `${asText('temp.slot')} != ${quoted(NO_TURN)}`;

/** What it answered; -2 where that is no number. */
const slot = call('parseNumber', call('toString', call('ifempty', 'body.result', quoted('-2'))), quoted('.'));

/** What is said where the calls of the day are used up, after a claim. */
export const usedUpText: Iml = 'temp.usedUp';

const verdictOf = (result: Iml) => ({
  condition: `${result} > 0 | ${result} = 0 - 3`,
  message: call(
    'switch',
    result,
    0,
    usedUpText,
    '0 - 1',
    problemText('banned', { 'until|in': PAUSE }),
    problemText('budget_unavailable'),
  ),
  type: call(
    'switch',
    result,
    0,
    quoted(errorTypes.budget_used_up),
    '0 - 1',
    quoted(errorTypes.banned),
    quoted(errorTypes.budget_unavailable),
  ),
});

export interface Claiming {
  lane: Lane;
  /** Whether there is anything to pay for. */
  condition?: Iml;
}

const quarter = call('toString', call('floor', `${msNumber('now')} / ${QUARTER_MS}`));

export function claim({ lane, condition }: Claiming): Record<string, Json> {
  const { name } = dayAt(claimedAt);
  const id = joined(name, quoted('/make-'), 'temp.claimId');
  const command = [
    'EVAL',
    CLAIM_SCRIPT,
    '3',
    mustache(cardKey(claimedAt)),
    mustache(banKey),
    mustache(joined(quoted('turn:'), seller, quoted(':'), quarter)),
    mustache(id),
    mustache(call('toString', capOf(lane))),
    mustache(call('toString', keptSeconds)),
    '{{temp.claimAt}}',
  ];
  return redis(command, verdictOf(slot), {
    temp: { ...mustaches(CLAIM_NOTES), claimId: '{{uuid}}' },
    response: {
      temp: mustaches({
        slot: call('toString', slot),
        usedUp: problemText('budget_used_up', resetTerms()),
      }),
    },
    ...(condition !== undefined && { condition }),
    repeat: { condition: mustache(not(hasTurn)), delay: QUARTER_MS, limit: MOST_TRIES },
  });
}

/**
 * Paying for calls: one `EVAL` of the ledger's own script, on the keys that Zapier's side uses. It stands right before
 * the request it pays for. Where it is refused, or Redis does not answer, the run ends before AliExpress is touched.
 */

import { CLAIM_SCRIPT } from '../../budget/claim-script.ts';
import {
  banKey,
  capOf,
  cardKey,
  dayAt,
  keptSeconds,
  type Lane,
  resetTemp,
  resetTerms,
} from './budget-terms.ts';
import { call, type Iml, joined, mustache, quoted } from './iml.ts';
import type { Json } from './json.ts';
import { errorTypes, problemText } from './problems.ts';
import { redis } from './redis.ts';
import { fromMs } from './times.ts';

/** AliExpress pauses an account for 15 minutes at most, but for mistakes that it says otherwise of. */
const PAUSE = { en: quoted('15 min or less'), zh: quoted('15 分钟内') };

/** What it answered; -2 where that is no number. */
const slot = call('parseNumber', call('toString', call('ifempty', 'body.result', quoted('-2'))), quoted('.'));

const verdictOf = (result: Iml) => ({
  condition: `${result} > 0`,
  message: call(
    'switch',
    result,
    0,
    problemText('budget_used_up', resetTerms()),
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
  /** How many calls, all or none; left out, one. */
  count?: Iml;
  /** Whether there is anything to pay for. */
  condition?: Iml;
}

export function claim({ lane, count, condition }: Claiming): Record<string, Json> {
  const moment = fromMs('temp.claimAt');
  const { name } = dayAt(moment);
  const id = joined(name, quoted('/make-'), 'temp.claimId');
  const command = [
    'EVAL',
    CLAIM_SCRIPT,
    '2',
    mustache(cardKey(moment)),
    mustache(banKey),
    mustache(id),
    mustache(call('toString', capOf(lane, moment))),
    mustache(call('toString', keptSeconds(moment))),
    '{{temp.claimAt}}',
    ...(count === undefined ? [] : [mustache(call('toString', count))]),
  ];
  const noted = Object.entries(resetTemp(moment)).map(([key, value]) => [key, mustache(value)]);
  return redis(command, verdictOf(slot), {
    temp: { claimAt: "{{formatDate(now, 'x')}}", claimId: '{{uuid}}' },
    response: { temp: Object.fromEntries(noted) },
    ...(condition !== undefined && { condition }),
  });
}

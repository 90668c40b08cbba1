/**
 * The budget in IML: how many calls a day, in whose days, and when it starts anew. The publisher sets both in the app's
 * common data, where they also stand for the Zapier side.
 */

import { GRACE_SECONDS, RESERVE_AT_START } from '../../budget/ledger.ts';
import { DEFAULT_DAILY_LIMIT, DEFAULT_DAY_ZONE } from '../../settings.ts';
import { call, type Iml, joined, quoted, toNumber, when } from './iml.ts';
import { dayOf, fromMs, spanOf, toMs } from './times.ts';

export const limitText: Iml = call(
  'toString',
  call('ifempty', 'common.dailyCallLimit', quoted(String(DEFAULT_DAILY_LIMIT))),
);
export const limit: Iml = toNumber(limitText);
export const zone: Iml = call('ifempty', 'common.quotaDayZone', quoted(DEFAULT_DAY_ZONE));
export const seller: Iml = call('toString', 'connection.sellerId');

export const dayAt = (moment: Iml) => dayOf(moment, zone);

export const cardKey = (moment: Iml): Iml => joined(quoted('card:'), seller, quoted(':'), dayAt(moment).name);
export const banKey: Iml = joined(quoted('ban:'), seller);

export type Lane = 'ask' | 'watch';

/** What a claim notes in `temp`: when it was made, and its day from start to end, as texts of epoch milliseconds. */
export const CLAIM_NOTES: Record<string, Iml> = {
  claimAt: toMs('now'),
  dayStart: toMs(dayAt('now').start),
  dayEnd: toMs(dayAt('now').end),
};
export const claimedAt: Iml = fromMs('temp.claimAt');
const msLeft: Iml = `(${toNumber('temp.dayEnd')} - ${toNumber('temp.claimAt')})`;

export const keptSeconds: Iml = `${call('ceil', `${msLeft} / 1000`)} + ${GRACE_SECONDS}`;

/** How far a lane may go, where a claim has been made. */
export function capOf(lane: Lane): Iml {
  if (lane === 'ask') return limit;
  const left = `${msLeft} / (${toNumber('temp.dayEnd')} - ${toNumber('temp.dayStart')})`;
  return `${limit} - ${call('floor', `${call('min', RESERVE_AT_START, `${limit} / 2`)} * (${left})`)}`;
}

/** What the sentence about a full card needs, where a claim has been made. */
export function resetTerms() {
  const clock = call('formatDate', fromMs('temp.dayEnd'), quoted('HH:mm'), zone);
  const minutes = call('max', 1, call('ceil', `${msLeft} / 60000`));
  const isBeijing = `${zone} = ${quoted(DEFAULT_DAY_ZONE)}`;
  const inOther = joined(clock, quoted(' ('), zone, quoted(')'));
  return {
    limit: limitText,
    'resetsAt|clock': {
      en: when(isBeijing, joined(clock, quoted(' Beijing time')), inOther),
      zh: when(isBeijing, joined(quoted('北京时间 '), clock), inOther),
    },
    'resetsAt|in': { en: spanOf(minutes, 'en'), zh: spanOf(minutes, 'zh') },
  };
}

/**
 * The budget in IML: how many calls a day, in whose days, and when it starts anew. The publisher sets both in the app's
 * common data, where they also stand for the Zapier side.
 */

import { call, type Iml, joined, quoted, toNumber, when } from './iml.ts';
import { dayOf, msNumber, spanOf } from './times.ts';

const DEFAULT_LIMIT = 200;
const DEFAULT_ZONE = 'Asia/Shanghai';
/** Of the ledger: what polling leaves to those who wait for an answer, at the start of the day. */
const RESERVE_AT_START = 20;
/** A card is kept one more day, for callers whose clock is behind. */
const GRACE_SECONDS = 86_400;

export const limitText: Iml = call(
  'toString',
  call('ifempty', 'common.dailyCallLimit', quoted(String(DEFAULT_LIMIT))),
);
export const limit: Iml = toNumber(limitText);
export const zone: Iml = call('ifempty', 'common.quotaDayZone', quoted(DEFAULT_ZONE));
export const seller: Iml = call('toString', 'connection.sellerId');

export const dayAt = (moment: Iml) => dayOf(moment, zone);

export const cardKey = (moment: Iml): Iml => joined(quoted('card:'), seller, quoted(':'), dayAt(moment).name);
export const banKey: Iml = joined(quoted('ban:'), seller);

export type Lane = 'ask' | 'watch';

/** How far a lane may go. */
export function capOf(lane: Lane, moment: Iml): Iml {
  if (lane === 'ask') return limit;
  const { start, end } = dayAt(moment);
  const left = `(${msNumber(end)} - ${msNumber(moment)}) / (${msNumber(end)} - ${msNumber(start)})`;
  return `${limit} - ${call('floor', `${call('min', RESERVE_AT_START, `${limit} / 2`)} * (${left})`)}`;
}

export const keptSeconds = (moment: Iml): Iml =>
  `${call('ceil', `(${msNumber(dayAt(moment).end)} - ${msNumber(moment)}) / 1000`)} + ${GRACE_SECONDS}`;

/** What a claim notes in `temp` for the sentence about a full card. */
export function resetTemp(moment: Iml): Record<string, Iml> {
  const { end } = dayAt(moment);
  return {
    resetClock: call('formatDate', end, quoted('HH:mm'), zone),
    resetMinutes: call('max', 1, call('ceil', `(${msNumber(end)} - ${msNumber(moment)}) / 60000`)),
  };
}

/** What that sentence needs, where a claim has been made. */
export function resetTerms() {
  const [clock, minutes] = ['temp.resetClock', 'temp.resetMinutes'];
  const isBeijing = `${zone} = ${quoted(DEFAULT_ZONE)}`;
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

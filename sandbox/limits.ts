/** The limits of AliExpress: of an address, of the app and of a seller. See docs/aliexpress.md#limits. */

import { type Clock, MINUTE, SECOND } from '../lib/runtime.ts';
import { Refusal } from './methods/query.ts';
import { beijingDay } from './pacific.ts';
import type { Variants } from './variants.ts';

/** The calls of one address, for its limit of 5 a second. */
interface Address {
  recent: number[];
  bannedUntil: number;
  /** Whether refusals say how long the ban lasts. */
  isBanStated: boolean;
}

/** The calls received, for the limits and for the report. */
export interface CallLog {
  /** Calls by method, by Beijing day. */
  byDay: Map<string, Map<string, number>>;
  /** Calls refused because the day's limit was reached. */
  overLimit: number;
  addresses: Map<string, Address>;
  /** Times of the last calls of the app. */
  recentOfApp: number[];
  bans: number;
}

export const emptyCallLog = (): CallLog => ({
  byDay: new Map(),
  overLimit: 0,
  addresses: new Map(),
  recentOfApp: [],
  bans: 0,
});

export interface Limits {
  clock: Clock;
  dailyLimit: number;
  calls: CallLog;
  variants: Variants;
}

const BAN_MS = 15 * MINUTE;
const MAX_PER_SECOND = 5;

function addressOf({ calls }: Limits, ip: string): Address {
  const address = calls.addresses.get(ip) ?? { recent: [], bannedUntil: 0, isBanStated: false };
  calls.addresses.set(ip, address);
  return address;
}

const inLastSecond = (times: readonly number[], now: number) => times.filter((at) => at > now - SECOND);

/** Counts the call in the current second of its address. @returns the refusal, if the limit is exceeded */
export function countOfAddress(limits: Limits, ip: string): Refusal | undefined {
  const now = limits.clock.now();
  const address = addressOf(limits, ip);
  if (address.bannedUntil > now) return banMessage(address, now);
  address.recent = [...inLastSecond(address.recent, now), now];
  return address.recent.length > MAX_PER_SECOND ? ban(limits, ip, false) : undefined;
}

export function ban(limits: Limits, ip: string, isBanStated: boolean): Refusal {
  const now = limits.clock.now();
  const address = addressOf(limits, ip);
  Object.assign(address, { bannedUntil: now + BAN_MS, isBanStated });
  limits.calls.bans += 1;
  return banMessage(address, now);
}

const banMessage = ({ bannedUntil, isBanStated }: Address, now: number): Refusal =>
  new Refusal(
    'ApiCallLimit',
    `Api access frequency exceeds the limit.${isBanStated ? ` this ban will last ${Math.ceil((bannedUntil - now) / SECOND)} seconds` : ''}`,
  );

/** Counts the call in the current second and day of the app. @returns the refusal, if a limit is exceeded */
export function countOfApp({ clock, calls, variants }: Limits): Refusal | undefined {
  const now = clock.now();
  calls.recentOfApp = [...inLastSecond(calls.recentOfApp, now), now];
  if (calls.recentOfApp.length > variants.appPerSecond) {
    return new Refusal(
      'AppCallLimit',
      'App access frequency exceeds the limit. this ban will last 1 seconds',
    );
  }
  if (callsOn(calls, now) + variants.callsOfOthers < variants.appDailyLimit) return undefined;
  return new Refusal('7', 'App Call Limited', 'accesscontrol.limited-by-app-access-count');
}

const callsOn = ({ byDay }: CallLog, now: number): number =>
  [...(byDay.get(beijingDay(now))?.values() ?? [])].reduce((sum, n) => sum + n, 0);

/** Counts the call in the current day of the seller. @returns the refusal, if the limit is reached */
export function countOfDay({ clock, calls, dailyLimit }: Limits, method: string): Refusal | undefined {
  const now = clock.now();
  if (callsOn(calls, now) >= dailyLimit) {
    calls.overLimit += 1;
    return new Refusal('SellerCallLimit', 'The daily call limit of this seller is reached');
  }
  const day = calls.byDay.get(beijingDay(now)) ?? new Map<string, number>();
  calls.byDay.set(beijingDay(now), day);
  day.set(method, (day.get(method) ?? 0) + 1);
  return undefined;
}

/**
 * AliExpress with many shops, without signatures, for measurements: each seller's access token is "token-" and the seller
 * ID. It counts what it is asked.
 */

import type { HttpAnswer } from '../lib/http/transport.ts';
import { type Clock, DAY, MINUTE, SECOND } from '../lib/runtime.ts';
import { methods } from './methods/index.ts';
import { Refusal } from './methods/query.ts';
import { toWire } from './methods/wire.ts';
import { beijingDay } from './pacific.ts';
import { openShop, type Shop } from './shop.ts';
import { defaultVariants } from './variants.ts';

export interface ManyShops {
  shops: ReadonlyMap<string, Shop>;
  /** @param body of the request, as a form */
  answer(body: string): HttpAnswer;
  /** The most calls that a shop made in one day of Beijing. */
  maxCallsADay(): number;
  calls(): number;
  /** How often more than five calls of the address arrived within a second. */
  bans(): number;
}

export interface ManyShopsOptions {
  clock: Pick<Clock, 'now'>;
  sellers: readonly string[];
  ordersPerDay: number;
  /** Orders are placed for so many days. */
  days: number;
  /** Days before now on which orders were already placed; 2. */
  historyDays?: number;
  dailyLimit: number;
  /** Calls a day of all shops together; no limit. */
  appDailyLimit?: number;
  /** Calls a second of all shops together; no limit. */
  appPerSecond?: number;
  /** Whether it bans an address that calls too often. A clock that runs fast makes ordinary delays look so. */
  bansAddresses: boolean;
}

const BAN_MS = 15 * MINUTE;
const MAX_CALLS_A_SECOND = 5;

export const tokenOf = (seller: string): string => `token-${seller}`;

export function manyShops(options: ManyShopsOptions): ManyShops {
  const { clock, sellers, ordersPerDay, days, historyDays = 2, dailyLimit, bansAddresses } = options;
  const { appDailyLimit = Number.POSITIVE_INFINITY, appPerSecond = Number.POSITIVE_INFINITY } = options;
  const from = clock.now();
  const span = { from, to: from + days * DAY };
  const shops = new Map(
    sellers.map((seller, n) => [
      seller,
      openShop({ seed: n + 1, curve: 'olist', ordersPerDay, historyDays, ...span }),
    ]),
  );
  const byToken = new Map([...shops].map(([seller, shop]) => [tokenOf(seller), { seller, shop }]));
  const callsByDay = new Map<string, number>();
  const callsOfAppByDay = new Map<string, number>();
  let recent: number[] = [];
  let bannedUntil = 0;
  let bans = 0;
  let calls = 0;

  const refused = (code: string, msg: string, sub_code?: string): HttpAnswer => ({
    status: 200,
    body: JSON.stringify({ error_response: { type: 'ISV', code, msg, ...(sub_code && { sub_code }) } }),
  });

  function limit(seller: string): HttpAnswer | undefined {
    const now = clock.now();
    calls += 1;
    recent = [...recent.filter((at) => at > now - SECOND), now];
    if (bansAddresses && recent.length > MAX_CALLS_A_SECOND && bannedUntil <= now) {
      bans += 1;
      bannedUntil = now + BAN_MS;
    }
    if (bannedUntil > now) return refused('ApiCallLimit', 'this ban will last 900 seconds');
    if (recent.length > appPerSecond) {
      return refused('AppCallLimit', 'App access frequency exceeds the limit. this ban will last 1 seconds');
    }
    const ofApp = (callsOfAppByDay.get(beijingDay(now)) ?? 0) + 1;
    callsOfAppByDay.set(beijingDay(now), ofApp);
    if (ofApp > appDailyLimit) {
      return refused('7', 'App Call Limited', 'accesscontrol.limited-by-app-access-count');
    }
    const day = `${seller} ${beijingDay(now)}`;
    const ofDay = (callsByDay.get(day) ?? 0) + 1;
    callsByDay.set(day, ofDay);
    if (ofDay <= dailyLimit) return undefined;
    return refused('SellerCallLimit', 'The daily call limit of this seller is reached');
  }

  function answerOf(body: string): HttpAnswer {
    const params = Object.fromEntries(new URLSearchParams(body));
    const { method: name = '', session, access_token } = params;
    const caller = byToken.get(session ?? access_token ?? '');
    if (!caller) return refused('IllegalAccessToken', 'The specified access token is invalid');
    const tooMany = limit(caller.seller);
    if (tooMany) return tooMany;
    const method = methods.get(name);
    if (!method) return refused('InvalidApiPath', 'The specified API does not exist');
    try {
      const payload = method({ shop: caller.shop, now: clock.now(), params, variants: defaultVariants });
      return { status: 200, body: toWire({ ...payload, code: '0', request_id: '1' }, true) };
    } catch (error) {
      if (error instanceof Refusal) return refused(error.code, error.message);
      throw error;
    }
  }

  return {
    shops,
    answer: (body) => ({ ...answerOf(body), headers: { date: new Date(clock.now()).toUTCString() } }),
    maxCallsADay: () => Math.max(0, ...callsByDay.values()),
    calls: () => calls,
    bans: () => bans,
  };
}

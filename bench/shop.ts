/** A shop for long simulations: it has new orders only, and answers without HTTP. */

import type { HttpAnswer, HttpRequest, Transport } from '../lib/http/transport.ts';
import { DAY, HOUR } from '../lib/runtime.ts';
import { type CurveName, density, peakDensity } from '../sandbox/curves.ts';
import { dayLimitAnswer, orderListAnswer, paidOrderRow, readOrderListQuery } from '../sandbox/order-rows.ts';
import { wholeSecond } from '../sandbox/pacific.ts';
import { randomSource } from '../sandbox/random.ts';

/** The times at which orders are placed from `start` on, as a Poisson process along the curve. */
export function orderTimes(
  curve: CurveName,
  ordersPerDay: number,
  start: number,
  days: number,
  seed: number,
): number[] {
  const random = randomSource(seed);
  const peak = peakDensity(curve, ordersPerDay) / HOUR;
  const times: number[] = [];
  for (let at = start; ; ) {
    at += random.exponential(1 / peak);
    if (at >= start + days * DAY) return times;
    if (random.next() * peak * HOUR <= density(curve, ordersPerDay, ((at - start) % DAY) / HOUR)) {
      times.push(wholeSecond(at));
    }
  }
}

const FIRST_ID = 80_000_000_000_000_000n;

const line = (n: number) => ({
  childId: FIRST_ID + BigInt(n) * 10n,
  productId: 1_005_006_789_012_345n,
  name: 'Canvas Tote Bag',
  quantity: 1,
  unitCents: 2350,
  sku: 'TOTE-NAVY-M',
});

export interface BenchShop {
  transport: Transport;
  /** Calls by day since `start`. */
  callsByDay: number[];
}

/** The answers of a gateway: each says what time it is, also to a request without a body, which is no call. */
export const gateway =
  (now: () => number, call: (request: HttpRequest & { body: string }) => Promise<HttpAnswer>): Transport =>
  async (request) => {
    const { body } = request;
    const answer = body === undefined ? { status: 404, body: '' } : await call({ ...request, body });
    return { ...answer, headers: { date: new Date(now()).toUTCString() } };
  };

/** @param limit calls a day; further calls are refused, and counted in `callsByDay` */
export function benchShop(
  times: readonly number[],
  start: number,
  now: () => number,
  limit: number,
): BenchShop {
  const callsByDay: number[] = [];
  const rows = times.map((at, n) => paidOrderRow({ id: FIRST_ID + BigInt(n), at, lines: [line(n)] }));
  // It shows that ended orders are listed with the others.
  const cancelled = { id: FIRST_ID - 1n, at: start - HOUR, lines: [line(0)] };
  const cancelledRow = paidOrderRow(cancelled, true);

  return {
    callsByDay,
    transport: gateway(now, async ({ body }) => {
      const day = Math.floor((now() - start) / DAY);
      callsByDay[day] = (callsByDay[day] ?? 0) + 1;
      if ((callsByDay[day] ?? 0) > limit) return dayLimitAnswer();
      const query = readOrderListQuery(body);
      const first = query.active ? firstAtOrAfter(times, query.from) : times.length;
      const end = firstAtOrAfter(times, Math.min(now(), query.to) + 1);
      const isCancelledListed = query.ended && query.from <= cancelled.at && query.to >= cancelled.at;
      const found = rows.slice(first, Math.max(first, end)).reverse();
      return orderListAnswer(isCancelledListed ? [...found, cancelledRow] : found, query);
    }),
  };
}

function firstAtOrAfter(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

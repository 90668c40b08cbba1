/** A shop for long simulations: it has new orders only, and answers without HTTP. */

import { formatPacific, parsePacific } from '../lib/aliexpress/time.ts';
import type { Transport } from '../lib/http/transport.ts';
import { DAY, HOUR } from '../lib/runtime.ts';
import { type CurveName, density, peakDensity } from '../sandbox/curves.ts';
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

export interface BenchShop {
  transport: Transport;
  /** Calls by day since `start`. */
  callsByDay: number[];
}

/** @param limit calls a day; further calls are refused, and counted in `callsByDay` */
export function benchShop(
  times: readonly number[],
  start: number,
  now: () => number,
  limit: number,
): BenchShop {
  const callsByDay: number[] = [];
  const items = times.map((at, n) => ({
    order_id: String(80_000_000_000_000_000n + BigInt(n)),
    order_status: 'WAIT_SELLER_SEND_GOODS',
    gmt_create: formatPacific(at),
    gmt_pay_time: formatPacific(at),
    gmt_update: formatPacific(at),
    pay_amount: { amount: '23.50', currency_code: 'USD' },
    product_list: [{ product_id: '1005006789012345', product_name: 'Canvas Tote Bag', product_count: 1 }],
  }));
  const answer = (value: object) => ({ status: 200, body: JSON.stringify(value) });

  return {
    callsByDay,
    transport: async ({ body }) => {
      const day = Math.floor((now() - start) / DAY);
      callsByDay[day] = (callsByDay[day] ?? 0) + 1;
      if ((callsByDay[day] ?? 0) > limit)
        return answer({ error_response: { type: 'ISV', code: 'AppCallLimit', msg: '' } });
      const query = JSON.parse(new URLSearchParams(body).get('param_aeop_order_query') ?? '{}');
      const from =
        query.order_status === 'FINISH'
          ? Number.POSITIVE_INFINITY
          : (parsePacific(query.modified_date_start) ?? 0);
      const to = Math.min(now(), parsePacific(query.modified_date_end) ?? 0);
      const [first, end] = [firstAtOrAfter(times, from), firstAtOrAfter(times, to + 1)];
      const found = items.slice(first, Math.max(first, end)).reverse();
      const { current_page: page, page_size: size } = query;
      return answer({
        code: '0',
        result: {
          success: true,
          total_count: found.length,
          total_page: Math.ceil(found.length / size),
          target_list: found.slice((page - 1) * size, page * size),
        },
      });
    },
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

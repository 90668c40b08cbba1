/**
 * A shop on a host whose clock may be wrong: the engine's own services over a gateway that refuses a wrong time and dates
 * its answers, as AliExpress does. The store has a clock of its own, as a shared store has.
 */

import { emptyProcessMemo, type Shop } from '../../lib/engine/shop.ts';
import { openShop } from '../../lib/hosts/zapier/session.ts';
import type { HttpAnswer, Transport } from '../../lib/http/transport.ts';
import { HOUR } from '../../lib/runtime.ts';
import { readSettings } from '../../lib/settings.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { fromPacific } from '../../sandbox/pacific.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';
import { formOf } from './scripted-transport.ts';
import { seededRandom } from './seeded-random.ts';
import { type OrderFacts, type RawOrder, rawOrder } from './shop-services.ts';
import { strictLog } from './strict-log.ts';

type ZObject = Parameters<typeof openShop>[1];
type Bundle = Parameters<typeof openShop>[2];

export const DATED_SELLER = '2201234567890';
const MAX_SKEW_MS = 2 * HOUR;

export interface DatedShop {
  /** AliExpress's clock. */
  real: FixedClock;
  /** How far the host's clock is ahead, milliseconds. */
  ahead: number;
  /** Added to the Date headers of the next answers, milliseconds, one each. */
  oddDates: number[];
  /** False: answers have no Date header. */
  isDated: boolean;
  store: Store;
  /** Answered calls, and those refused for their time. */
  calls: number;
  refused: number;
  put(facts: OrderFacts): void;
  /** Opens the shop for one step. */
  open(): Promise<Shop>;
  /** The next steps run in a process that remembers nothing. */
  restart(): void;
}

export function openDatedShop(start: string): DatedShop {
  const real = fixedClock(start);
  const random = seededRandom();
  const settings = readSettings({});
  const z = { console: { log: strictLog } } as unknown as ZObject;
  const authData = {
    access_token: 'token',
    seller_id: DATED_SELLER,
    connected_at: new Date(start).toISOString(),
  };
  const bundle = { authData } as unknown as Bundle;
  const orders: RawOrder[] = [];
  let memo = emptyProcessMemo();

  const transport: Transport = async (request) => {
    real.advance(300);
    const date = new Date(real.now() + (shop.oddDates.shift() ?? 0)).toUTCString();
    const dated = (body: unknown): HttpAnswer => ({
      status: 200,
      body: JSON.stringify(body),
      ...(shop.isDated && { headers: { date } }),
    });
    const form = formOf(request);
    if (Math.abs(Number(form.timestamp) - real.now()) > MAX_SKEW_MS) {
      shop.refused += 1;
      return dated({ error_response: { type: 'ISV', code: 'IllegalTimestamp', msg: 'refused' } });
    }
    shop.calls += 1;
    return dated({ result: page(orders, JSON.parse(form.param_aeop_order_query ?? '{}')) });
  };

  const shop: DatedShop = {
    real,
    ahead: 0,
    oddDates: [],
    isDated: true,
    store: memoryStore(real),
    calls: 0,
    refused: 0,
    put: (facts) => orders.push(rawOrder(facts)),
    restart: () => {
      memo = emptyProcessMemo();
    },
    open: () =>
      openShop(
        {
          clock: { now: () => real.now() + shop.ahead, sleep: real.sleep },
          random,
          settings,
          language: 'both',
          appKey: () => ({ appKey: '512345', appSecret: 'secret-of-the-test' }),
          memo,
          openStore: () => shop.store,
          openTransport: () => transport,
        },
        z,
        bundle,
      ),
  };
  return shop;
}

interface OrderQuery {
  current_page: number;
  page_size: number;
  modified_date_start?: string;
  modified_date_end?: string;
  create_date_start: string;
  create_date_end: string;
  order_status?: string;
}

const timeOf = (written: string | undefined, otherwise: number): number =>
  written === undefined ? otherwise : (fromPacific(written) ?? Number.NaN);

function page(orders: readonly RawOrder[], query: OrderQuery) {
  const [from, to] = [timeOf(query.modified_date_start, 0), timeOf(query.modified_date_end, Infinity)];
  const found = orders.filter((order) => {
    const changedAt = timeOf(order.gmt_update, Number.NaN);
    const isFinished = order.order_status === 'FINISH';
    return changedAt >= from && changedAt <= to && isFinished === (query.order_status === 'FINISH');
  });
  const newestFirst = found.toSorted((a, b) => b.gmt_update.localeCompare(a.gmt_update));
  const start = (query.current_page - 1) * query.page_size;
  return {
    success: true,
    total_count: found.length,
    total_page: Math.ceil(found.length / query.page_size),
    target_list: newestFirst.slice(start, start + query.page_size),
  };
}

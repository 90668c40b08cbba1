/** Workflows that nobody ran for seven days, as when Zapier holds them: how soon they catch up, and what it costs. */

import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { beijingDay, fromPacific } from '../../sandbox/pacific.ts';
import { openShop, type Shop } from '../../sandbox/shop.ts';
import { openPolledShop, type PolledShop, type PolledShopOptions } from '../support/polled-shop.ts';

const HELD_FROM = Date.parse('2026-10-07T16:00:00Z');
const HELD_MS = 7 * DAY;
const BACK_AT = HELD_FROM + HELD_MS;
const WORKFLOWS = ['new_order', 'order_paid'].map((trigger) => ({ id: trigger, trigger, inputs: {} }));
/** AliExpress may show a change up to an hour late, so the last hour before a pause is read again with it. */
const EDGE_MS = HOUR;
/** Zapier holds a workflow that gets more new events at once. */
const MAX_EVENTS_AT_ONCE = 100;
const MAX_RATIO = 1.25;

const CASES = [
  { ordersPerDay: 100, hours: 24, everyMinutes: 10 },
  { ordersPerDay: 500, hours: 72, everyMinutes: 15 },
];
/** New orders are compared in so many of the first hours. */
const COMPARED_HOURS = 24;

type OnCall = NonNullable<PolledShopOptions['onCall']>;

interface Play {
  heldMs: number;
  hours: number;
  everyMs: number;
  onCall?: OnCall;
}

/** A day of polls, the time in which nothing polls, and the hours after it. */
async function play(shop: Shop, { heldMs, hours, everyMs, onCall = () => {} }: Play): Promise<PolledShop> {
  const polled = await openPolledShop({ shop, from: BACK_AT - heldMs - DAY, onCall });
  await polled.pollFor(DAY, everyMs, WORKFLOWS);
  polled.pause(heldMs);
  await polled.pollFor(hours * HOUR, everyMs, WORKFLOWS);
  return polled;
}

interface Taken {
  at: number;
  orderId: string;
  occurredAt: number;
}

/** What a workflow took after the pause. */
const takenBy = ({ activations }: PolledShop, trigger: string): Taken[] =>
  activations
    .filter(({ workflow }) => workflow.trigger === trigger)
    .flatMap(({ taken }) => taken)
    .filter(({ at }) => at >= BACK_AT)
    .map(({ at, event }) => ({
      at,
      orderId: String(event.order_id),
      occurredAt: Date.parse(String(event.occurred_at)),
    }));

describe.each(CASES)('Seven days without polls at $ordersPerDay orders a day', (each) => {
  const { ordersPerDay, hours, everyMinutes } = each;
  let shop: Shop;
  let held: PolledShop;
  let steady: PolledShop;
  /** Pages of the order list by day, since the workflows are back, and those of them that list the pause. */
  const pages = new Map<string, { all: number; ofPause: number }>();
  const countPages: OnCall = (method, at, parameters) => {
    if (method !== orderList.name || at < BACK_AT) return;
    const day = beijingDay(at);
    const { all, ofPause } = pages.get(day) ?? { all: 0, ofPause: 0 };
    const isOfPause = (changedUntil(parameters) ?? at) < BACK_AT - EDGE_MS;
    pages.set(day, { all: all + 1, ofPause: ofPause + Number(isOfPause) });
  };
  beforeAll(async () => {
    const span = { from: HELD_FROM, to: BACK_AT + hours * HOUR };
    shop = openShop({ seed: 1, curve: 'olist', ordersPerDay, historyDays: 20, ...span });
    const everyMs = everyMinutes * MINUTE;
    held = await play(shop, { heldMs: HELD_MS, hours, everyMs, onCall: countPages });
    steady = await play(shop, { heldMs: 0, hours: COMPARED_HOURS, everyMs });
  });

  const missing = (trigger: string, ids: readonly bigint[]) => {
    const taken = new Set(takenBy(held, trigger).map(({ orderId }) => orderId));
    return ids.map(String).filter((id) => !taken.has(id));
  };

  test(`Every order that was placed meanwhile is announced within ${hours} hours`, () => {
    const placed = shop.orders.filter(
      ({ placedAt }) => placedAt >= HELD_FROM + EDGE_MS && placedAt < BACK_AT,
    );
    expect(placed.length).toBeGreaterThan(6 * ordersPerDay);
    expect(
      missing(
        'new_order',
        placed.map(({ id }) => id),
      ),
    ).toEqual([]);
  });

  test(`Every order that was paid meanwhile is announced within ${hours} hours`, () => {
    const paid = shop.orders.filter(({ paidAt = 0, shippedAt = 0, stages }) => {
      const isReleased =
        shippedAt > 0 && stages.some(({ at, status }) => status === RELEASED && at < BACK_AT);
      return isReleased && paidAt >= HELD_FROM + EDGE_MS && paidAt < BACK_AT;
    });
    expect(paid.length).toBeGreaterThan(5 * ordersPerDay);
    expect(
      missing(
        'order_paid',
        paid.map(({ id }) => id),
      ),
    ).toEqual([]);
  });

  test('New orders are announced at most 25% later meanwhile', () => {
    expect(meanDelay(steady)).toBeGreaterThan(MINUTE);
    expect(meanDelay(held) / meanDelay(steady)).toBeLessThanOrEqual(MAX_RATIO);
  });

  test('No poll returns so many new events that Zapier holds the workflow', () => {
    for (const { trigger } of WORKFLOWS) {
      const atOnce = Map.groupBy(takenBy(held, trigger), ({ at }) => at);
      expect(Math.max(...[...atOnce.values()].map(({ length }) => length))).toBeLessThanOrEqual(
        MAX_EVENTS_AT_ONCE,
      );
    }
  });

  test('On no day do the pages of the pause take more than half of the calls for orders', () => {
    console.info(ordersPerDay, pages);
    expect([...pages.values()].reduce((sum, { ofPause }) => sum + ofPause, 0)).toBeGreaterThan(10);
    for (const { all, ofPause } of pages.values()) expect(ofPause).toBeLessThanOrEqual(all / 2);
  });

  test('No day takes more than 200 calls', () => {
    expect(held.errors).toEqual(new Map());
    expect(Math.max(...held.calls.callsByDay.values())).toBeLessThanOrEqual(200);
  });
});

const RELEASED = 'WAIT_SELLER_SEND_GOODS';

/** The end of the time in which the orders of a page have changed, if it is limited; epoch milliseconds. */
function changedUntil(parameters: URLSearchParams): number | undefined {
  const query = JSON.parse(parameters.get(orderList.requestKey ?? '') ?? '{}');
  return query.modified_date_end && fromPacific(query.modified_date_end);
}

/** From the order to its event, milliseconds. */
function meanDelay(polled: PolledShop): number {
  const delays = takenBy(polled, 'new_order').flatMap(({ at, occurredAt }) =>
    occurredAt >= BACK_AT && occurredAt < BACK_AT + COMPARED_HOURS * HOUR - HOUR ? [at - occurredAt] : [],
  );
  return delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
}

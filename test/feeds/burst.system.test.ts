import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { MINUTE } from '../../lib/runtime.ts';
import { openShopServices } from '../support/shop-services.ts';

/** 1,200 orders in ten minutes at 18:00 in Beijing, with 30 calls left in the day; polled every minute until 03:00. */
async function burst() {
  const shop = openShopServices({ at: '2026-11-21T09:50:00Z' });
  const feed = createOrdersFeed(shop);
  await feed.read('polling');
  while ((await shop.budget.used()) < 170) await shop.budget.spend('interactive');
  const start = Date.parse('2026-11-21T10:00:00Z');
  const placed: { id: string; at: number }[] = [];
  for (let minute = 0; minute < 10; minute += 1) {
    const at = start + minute * MINUTE;
    placed.push(...shop.putOrders(120, at, `82${minute}`).map((id) => ({ id, at })));
  }
  const seenAt = new Map<string, number>();
  const usedOn = new Map<string, number>();
  const end = Date.parse('2026-11-21T19:00:00Z');
  while (shop.clock.now() < end) {
    shop.clock.advance(MINUTE);
    for (const record of (await feed.read('polling')).records) {
      const id = String(record.order_id);
      if (!seenAt.has(id)) seenAt.set(id, shop.clock.now());
    }
    usedOn.set(shop.budget.today().name, await shop.budget.used());
  }
  return { placed, seenAt, usedOn };
}

describe('Burst of orders', () => {
  let run: Awaited<ReturnType<typeof burst>>;
  beforeAll(async () => {
    run = await burst();
  });

  test('A burst of more orders than the day has calls for is found in full by the next day', () => {
    expect(run.placed.filter(({ id }) => !run.seenAt.has(id))).toEqual([]);
  });

  test('The first orders of a burst are found while the day has calls left', () => {
    const midnight = Date.parse('2026-11-21T16:00:00Z');
    expect([...run.seenAt.values()].filter((at) => at < midnight).length).toBeGreaterThan(100);
  });

  test('A burst of orders does not exceed the limit of any day', () => {
    for (const used of run.usedOn.values()) expect(used).toBeLessThanOrEqual(200);
  });
});

import { loadApp } from '../../support/make/app.ts';
import { startFrom } from '../../support/make/polling.ts';
import { describeWithRedis } from '../../support/redis.ts';
import { FOLDER } from './folder.ts';
import { useBothShops } from './shop.ts';

/** 9:30 in Beijing: a digest is due. */
const MORNING = Date.parse('2026-10-07T01:30:00Z');
const DAY = 86_400_000;
/** What asks AliExpress for something. */
const modules = [...loadApp(FOLDER).modules.values()].filter(({ code }) =>
  JSON.stringify(code.communication).includes('"/sync"'),
);

describeWithRedis('a module on Make hands out the same, with and without the wrappers of the answers', () => {
  const both = useBothShops();

  const shop = { now: MORNING, historyDays: 25, ordersPerDay: 20, badShare: 0.5, disputeShare: 0.4 };
  const needed = (name: string): Record<string, string | string[] | number> => {
    const { orders } = both.zapier.sandbox.shop;
    const shipped = orders.find(({ shippedAt }) => (shippedAt ?? MORNING) < MORNING - 12 * DAY);
    const product = String(orders[0]?.lines[0]?.productId);
    const values: Record<string, Record<string, string | string[] | number>> = {
      badReview: { max_stars: 5 },
      disputeDeadline: { hours_left: 240 },
      shipDeadline: { hours_left: 720 },
      lowStock: { products: [product], threshold: 9999 },
      productTakenDown: { list: 'offline' },
      dailyDigest: { hour: 9, zone: 'Asia/Shanghai' },
      findOrder: { order_number: String(orders[0]?.id) },
      findOrders: { status: 'any', days: 29, most_pages: 2 },
      findProduct: { product_number: product },
      findReviews: { order_numbers: orders.slice(0, 40).map(({ id }) => String(id)) },
      trackParcel: { order_number: String(shipped?.id) },
    };
    return values[name] ?? {};
  };

  async function handedOut(name: string, type: unknown, alwaysWrapped: boolean): Promise<object[]> {
    await both.open({ ...shop, alwaysWrapped });
    const parameters = { ...(type !== 'action' && { limit: 200 }), ...needed(name) };
    const { connection } = both;
    if (type === 'trigger') {
      return (await both.make.poll(name, { connection, parameters, state: startFrom('all') })).bundles;
    }
    if (name === 'findDispute') {
      const [event] = (
        await both.make.poll('disputeOpened', {
          connection,
          parameters: { limit: 1 },
          state: startFrom('all'),
        })
      ).bundles;
      return both.make.run(name, { connection, parameters: { line_number: String(event?.line_id) } });
    }
    return both.make.run(name, { connection, parameters });
  }

  test.each(modules.map(({ name, meta }) => [name, meta.moduleType] as const))('%s', async (name, type) => {
    const plain = await handedOut(name, type, false);
    expect(plain.length).toBeGreaterThan(0);
    expect(await handedOut(name, type, true)).toEqual(plain);
  });
});

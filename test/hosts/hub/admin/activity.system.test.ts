import type { Activity } from '../../../../lib/hosts/hub/admin/activity.ts';
import { budgetOf } from '../../../../lib/hosts/hub/shops/open-shop.ts';
import { HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('When AliExpress is checked next', () => {
  let hub: TestHub;
  let shop: string;
  beforeAll(async () => {
    hub = await startTestHub();
    shop = hub.sandbox.accounts.sellerId;
    for (const trigger of ['new_order', 'new_product', 'daily_report'])
      await hub.request('POST', '/v1/subscriptions', { trigger });
    await hub.pass(3 * HOUR);
  });
  afterAll(() => hub.stop());

  /** Milliseconds until the next check, by feed. */
  async function untilNext(): Promise<Record<string, number>> {
    const { body } = await hub.request('GET', `/admin/shops/${shop}/activity`, undefined, hub.adminKey);
    const { feeds } = body as Activity;
    return Object.fromEntries(
      feeds.map(({ key, next_check_at: at }) => [key, Date.parse(at ?? '') - hub.clock.now()]),
    );
  }

  test('A feed with few calls is said to be checked when it next makes one, and one without calls soon', async () => {
    const { orders, products_on_sale: products, ...withoutCalls } = await untilNext();
    expect(products).toBeGreaterThan(20 * MINUTE);
    expect(orders).toBeLessThan(20 * MINUTE);
    expect(Object.values(withoutCalls)).toHaveLength(1);
    expect(Object.values(withoutCalls)[0]).toBeLessThanOrEqual(6 * MINUTE);
  });

  test('Where the calls of the day are used up, that is after midnight', async () => {
    const { budget } = await budgetOf(hub.hub.runtime, shop, 0);
    await budget.limitReached(hub.clock.now());
    await hub.pass(10 * MINUTE);
    const { orders, products_on_sale: products } = await untilNext();
    const midnight = budget.today().end - hub.clock.now();
    expect([orders, products].every((ms = 0) => ms >= midnight)).toBe(true);
  });
});

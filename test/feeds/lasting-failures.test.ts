import { createAccountFeed } from '../../lib/feeds/account.ts';
import { readFeedStatus, writeFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { feedEngines } from '../../lib/feeds/engines.ts';
import { fail, httpReason, type ProblemKind } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { openShopServices, type ShopServices } from '../support/shop-services.ts';

const unreachable = (): never => fail('aliexpress_unreachable', { reason: httpReason(503) });
const works = () => {};
const METHOD = { method: 'aliexpress.trade.seller.orderlist.get', code: 'E1' };

/** A shop whose orders are polled every ten minutes. */
function openShop() {
  const shop: ShopServices = openShopServices();
  const orders = feedEngines.orders?.(shop);
  const account = createAccountFeed(shop);
  const pollFor = async (ms: number) => {
    for (const end = shop.clock.now() + ms; shop.clock.now() < end; shop.clock.advance(10 * MINUTE))
      await orders?.read('polling').catch(() => {});
  };
  const alerts = async () => {
    const known = await account.known();
    return known.filter(({ alert_type: type }) => !String(type).startsWith('budget_'));
  };
  return { shop, pollFor, alerts, ids: async () => (await alerts()).map(({ alert_id: id }) => id) };
}

describe('Alert about a lasting failure', () => {
  test('A failure of less than an hour raises no alert', async () => {
    const { shop, pollFor, ids } = openShop();
    shop.onCall = unreachable;
    await pollFor(50 * MINUTE);
    expect(shop.requests.length).toBeGreaterThan(2);
    expect(await ids()).toStrictEqual([]);
  });

  test('A failure of more than an hour raises one alert, which names what is affected', async () => {
    const { shop, pollFor, alerts } = openShop();
    shop.onCall = unreachable;
    await pollFor(3 * HOUR);
    expect(await alerts()).toMatchObject([
      {
        alert_id: '2201234567890/aliexpress_unreachable/orders/2026-11-21',
        alert_type: 'aliexpress_unreachable',
        headline: 'AliExpress has not responded correctly since 11-21 10:00',
        headline_zh: '11-21 10:00 起速卖通响应异常',
        detail: expect.stringContaining('Affected: orders.'),
        detail_zh: expect.stringContaining('受影响：订单。'),
        until: null,
      },
    ]);
  });

  test('The alert is raised again after a day, under another id', async () => {
    const { shop, pollFor, ids } = openShop();
    shop.onCall = unreachable;
    await pollFor(DAY - HOUR);
    expect(await ids()).toEqual(['2201234567890/aliexpress_unreachable/orders/2026-11-21']);
    await pollFor(6 * HOUR);
    expect(await ids()).toEqual(['2201234567890/aliexpress_unreachable/orders/2026-11-22']);
  });

  test('The alert ends with the first visit that succeeds', async () => {
    const { shop, pollFor, ids } = openShop();
    shop.onCall = unreachable;
    await pollFor(3 * HOUR);
    shop.onCall = works;
    await pollFor(HOUR);
    expect(await ids()).toStrictEqual([]);
  });

  test('Failures with a success between them are counted from the last success', async () => {
    const { shop, pollFor, ids } = openShop();
    shop.onCall = unreachable;
    await pollFor(50 * MINUTE);
    shop.onCall = works;
    await pollFor(30 * MINUTE);
    shop.onCall = unreachable;
    await pollFor(50 * MINUTE);
    expect(await ids()).toStrictEqual([]);
  });

  test('Another cause is counted from its own beginning', async () => {
    const { shop, pollFor, ids } = openShop();
    shop.onCall = unreachable;
    await pollFor(50 * MINUTE);
    shop.onCall = () => fail('request_refused', METHOD);
    await pollFor(50 * MINUTE);
    expect(await ids()).toStrictEqual([]);
  });

  test('The alert keeps its id if the store loses when the failure began', async () => {
    const { shop, pollFor, ids } = openShop();
    shop.onCall = unreachable;
    await pollFor(2 * HOUR);
    const before = await ids();
    const status = await readFeedStatus(shop.store, shop.seller, 'orders');
    if (status) await writeFeedStatus(shop.store, shop.seller, 'orders', { ...status, failure: null });
    expect(await ids()).toStrictEqual([]);
    await pollFor(2 * HOUR);
    expect(await ids()).toEqual(before);
  });

  test.each<[ProblemKind, string, () => never]>([
    ['request_refused', 'aliexpress_rejected', () => fail('request_refused', METHOD)],
    ['shop_rate_limited', 'calls_paused', () => fail('shop_rate_limited', { retryIn: 5_000 })],
    ['method_retired', 'method_retired', () => fail('method_retired', METHOD)],
    ['method_changed', 'method_retired', () => fail('method_changed', METHOD)],
    ['answer_changed', 'answer_changed', () => fail('answer_changed', { ...METHOD, field: 'result' })],
    ['permission_missing', 'permission_missing', () => fail('permission_missing', METHOD)],
  ])('The problem %s raises the alert %s, with its facts', async (_, type, failure) => {
    const { shop, pollFor, alerts } = openShop();
    shop.onCall = failure;
    await pollFor(2 * HOUR);
    const found = await alerts();
    expect(found.map(({ alert_type: found }) => found)).toEqual([type]);
    for (const text of Object.values(found[0] ?? {})) expect(String(text)).not.toMatch(/[{}]|undefined/);
  });

  test.each<[ProblemKind, () => never]>([
    ['reconnect_needed', () => fail('reconnect_needed', {})],
    ['calls_paused', () => fail('calls_paused', { until: 1, now: 0 })],
  ])('The problem %s raises no alert about a failure', async (_, failure) => {
    const { shop, pollFor, ids } = openShop();
    shop.onCall = failure;
    await pollFor(2 * HOUR);
    expect(await ids()).toStrictEqual([]);
  });

  test('A failure that only another release knows raises no alert', async () => {
    const { shop, pollFor, ids } = openShop();
    await pollFor(HOUR);
    const status = await readFeedStatus(shop.store, shop.seller, 'orders');
    const failure = { kind: 'weather', since: 0, lastAt: shop.clock.now(), facts: {} };
    if (status) await writeFeedStatus(shop.store, shop.seller, 'orders', { ...status, failure });
    expect(await ids()).toStrictEqual([]);
  });
});

describe('Permission that AliExpress has refused', () => {
  const refused = (): never => fail('permission_missing', METHOD);

  test('A feed without permission makes one call a day', async () => {
    const { shop, pollFor } = openShop();
    shop.onCall = refused;
    await pollFor(3 * DAY);
    expect(shop.requests).toHaveLength(3);
  });

  test('A refused permission is reported by the poll that was refused, and by an alert at once', async () => {
    const { shop, ids } = openShop();
    shop.onCall = refused;
    await expect(feedEngines.orders?.(shop).read('polling')).rejects.toThrow();
    expect(await ids()).toEqual(['2201234567890/permission_missing/orders/2026-11-21']);
  });

  test('Polls of the day after a refusal are answered from what is known', async () => {
    const { shop, pollFor } = openShop();
    shop.putOrders(1, shop.clock.now() - HOUR);
    await pollFor(HOUR);
    shop.onCall = refused;
    await pollFor(HOUR);
    expect((await feedEngines.orders?.(shop).read('polling'))?.records).toHaveLength(1);
  });

  test('A user who sets up a workflow finds out whether the permission is there now', async () => {
    const { shop, pollFor } = openShop();
    await pollFor(HOUR);
    shop.onCall = refused;
    await pollFor(2 * HOUR);
    const before = shop.requests.length;
    shop.onCall = works;
    await feedEngines.orders?.(shop).read('interactive');
    await pollFor(HOUR);
    expect(shop.requests.length).toBeGreaterThan(before + 1);
  });

  test('A shop that is connected again is checked at once', async () => {
    const { shop, pollFor } = openShop();
    shop.onCall = refused;
    shop.renewBy = shop.clock.now() + 30 * DAY;
    await pollFor(HOUR);
    expect(shop.requests).toHaveLength(1);
    shop.onCall = works;
    shop.renewBy += HOUR;
    await pollFor(HOUR);
    expect(shop.requests.length).toBeGreaterThan(2);
  });

  test('A feed without permission leaves its calls to the other feeds', async () => {
    const { shop, pollFor } = openShop();
    shop.onCall = refused;
    await pollFor(HOUR);
    const status = await readFeedStatus(shop.store, shop.seller, 'orders');
    expect(status?.nextDueAt).toBeGreaterThan(shop.clock.now() + 22 * HOUR);
  });
});

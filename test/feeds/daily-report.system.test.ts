import { createDailyReportFeed } from '../../lib/feeds/daily-report.ts';
import { emptyMemo } from '../../lib/feeds/engine/snapshot-memo.ts';
import { toEvent } from '../../lib/pack/event.ts';
import { fail } from '../../lib/problems.ts';
import { HOUR } from '../../lib/runtime.ts';
import dailyReport from '../../triggers/daily-report.ts';
import { contextAt } from '../support/event-context.ts';
import { decliningStore } from '../support/failing-stores.ts';
import { openShopServices, type ShopServices } from '../support/shop-services.ts';
import { storeFeed } from '../support/stored-feed.ts';
import { switchableStore } from '../support/switchable-store.ts';

describe('Daily report figures', () => {
  /** One minute after the report of 09:09 in Beijing was due. */
  const at = '2026-11-21T01:10:00Z';
  let shop: ShopServices;
  beforeEach(() => {
    shop = openShopServices({ at });
  });
  const hoursAgo = (hours: number) => shop.clock.now() - hours * HOUR;

  const store = (...feed: Parameters<typeof storeFeed> extends [unknown, ...infer Rest] ? Rest : never) =>
    storeFeed(shop, ...feed);
  const report = async () => (await createDailyReportFeed(shop).read('polling')).records[0];

  test('A figure is 0 if there is nothing, and null if no workflow reads its feed', async () => {
    await store('disputes', []);
    expect(await report()).toMatchObject({
      open_dispute_count: 0,
      bad_review_count: null,
      stalled_parcel_count: null,
    });
  });

  test('A figure is null if no workflow has read its feed for a day', async () => {
    await store('reviews', [{ values: { stars: 1 } }], { isRead: false });
    expect(await report()).toMatchObject({ bad_review_count: null });
  });

  test('A figure is null before the first visit of its feed is complete', async () => {
    await store('reviews', [{ values: { stars: 1 } }], { ready: false });
    expect(await report()).toMatchObject({ bad_review_count: null });
  });

  test('A dispute that is known as row and as detail is counted once', async () => {
    const values = { dispute_id: '1', status: 'processing' };
    await store('disputes', [{ values }, { values: { ...values, stage: 'wait_for_seller_response' } }]);
    expect(await report()).toMatchObject({ open_dispute_count: 1 });
  });

  test('A dispute that is closed or no longer listed is not counted', async () => {
    await store('disputes', [
      { values: { dispute_id: '1', status: 'finish' } },
      { values: { dispute_id: '2', status: 'processing' }, fetchedAt: hoursAgo(14) },
      { values: { dispute_id: '3', status: 'processing' }, fetchedAt: hoursAgo(12) },
    ]);
    expect(await report()).toMatchObject({ open_dispute_count: 1 });
  });

  test('Reviews of up to 3 stars are counted as bad', async () => {
    await store('reviews', [
      { values: { stars: 3 } },
      { values: { stars: 1 } },
      { values: { stars: 4 } },
      { values: { stars: null } },
    ]);
    expect(await report()).toMatchObject({ bad_review_count: 2 });
  });

  test('A bad review is counted on the day on which it is found', async () => {
    await store('reviews', [
      { values: { stars: 1 }, seenAt: hoursAgo(23) },
      { values: { stars: 1 }, seenAt: hoursAgo(25), fetchedAt: hoursAgo(25) },
      { values: { stars: 1 }, seenAt: hoursAgo(0), fetchedAt: hoursAgo(0) },
    ]);
    expect(await report()).toMatchObject({ bad_review_count: 1 });
  });

  test.each([
    [1, { stage: 'failure', hours_without_update: 1, hours_in_customs: null }],
    [1, { stage: 'returned', hours_without_update: 1, hours_in_customs: null }],
    [1, { stage: 'customs', hours_without_update: 72, hours_in_customs: 72 }],
    [0, { stage: 'customs', hours_without_update: 71, hours_in_customs: 71 }],
    [1, { stage: 'transit', hours_without_update: 120, hours_in_customs: null }],
    [0, { stage: 'transit', hours_without_update: 119, hours_in_customs: null }],
    [0, { stage: 'delivered', hours_without_update: 300, hours_in_customs: null }],
    [0, { stage: 'pickup_point', hours_without_update: 300, hours_in_customs: null }],
    [0, { stage: null, hours_without_update: null, hours_in_customs: null }],
  ])('The number of stalled parcels is %s for %j', async (count, values) => {
    await store('parcels', [{ values }]);
    expect(await report()).toMatchObject({ stalled_parcel_count: count });
  });

  test('Where the store takes no writes, the report says in both languages that orders are not known', async () => {
    shop = openShopServices({ at, through: decliningStore(true, '').through });
    const record = (await report()) ?? {};
    expect(record).toMatchObject({
      order_count: null,
      summary: expect.stringContaining('The orders could not be read or saved'),
      summary_zh: expect.stringContaining('订单未能读取或保存'),
    });
    const { title, title_zh } = toEvent(dailyReport, record, {}, contextAt(shop.clock.now()));
    expect([title, title_zh]).toEqual(['Daily report · 2026-11-21', '店铺日报 2026-11-21']);
  });

  describe('Store that does not answer about a feed', () => {
    const openSilent = () => {
      const { fails, through } = switchableStore();
      shop = openShopServices({ at, through });
      const { get } = shop.innerStore;
      const silence = () => {
        shop.memo = emptyMemo();
        fails.get = async (key) =>
          key.startsWith(`snap1:${shop.seller}:reviews`) ? fail('budget_unavailable', {}) : get(key);
      };
      const answer = () => {
        delete fails.get;
      };
      return { silence, answer };
    };

    test('The poll has no report, and the next one writes it', async () => {
      const { silence, answer } = openSilent();
      silence();
      expect(await report()).toBeUndefined();
      answer();
      expect(await report()).toMatchObject({ date: '2026-11-21', bad_review_count: null });
    });

    test('A user who sets up a workflow learns of it', async () => {
      openSilent().silence();
      await expect(createDailyReportFeed(shop).read('interactive')).rejects.toMatchObject({
        kind: 'budget_unavailable',
      });
    });
  });

  test('Any other failure is a failure of the poll', async () => {
    await report();
    shop.memo.reports.clear();
    Object.defineProperty(shop.budget, 'limit', { get: () => fail('token_expired', {}) });
    await expect(createDailyReportFeed(shop).read('polling')).rejects.toMatchObject({
      kind: 'token_expired',
    });
  });

  test('The figures of the other feeds cost no call', async () => {
    await createDailyReportFeed(shop).read('polling');
    const calls = await shop.budget.used();
    await store('disputes', []);
    await store('reviews', []);
    await store('parcels', []);
    await report();
    expect(await shop.budget.used()).toBe(calls);
  });
});

import { createDigestFeed } from '../../lib/feeds/digest.ts';
import { HOUR } from '../../lib/runtime.ts';
import { openShopServices, type ShopServices } from '../support/shop-services.ts';
import { storeFeed } from '../support/stored-feed.ts';

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
  const digest = async () => (await createDigestFeed(shop).read('polling')).records[0];

  test('A figure is 0 if there is nothing, and null if no workflow reads its feed', async () => {
    await store('disputes', []);
    expect(await digest()).toMatchObject({ open_disputes: 0, bad_reviews: null, stalled_parcels: null });
  });

  test('A figure is null if no workflow has read its feed for a day', async () => {
    await store('reviews', [{ values: { stars: 1 } }], { isRead: false });
    expect(await digest()).toMatchObject({ bad_reviews: null });
  });

  test('A figure is null before the first visit of its feed is complete', async () => {
    await store('reviews', [{ values: { stars: 1 } }], { ready: false });
    expect(await digest()).toMatchObject({ bad_reviews: null });
  });

  test('A dispute that is known as row and as detail is counted once', async () => {
    const values = { dispute_id: '1', status: 'processing' };
    await store('disputes', [{ values }, { values: { ...values, stage: 'wait_for_seller_response' } }]);
    expect(await digest()).toMatchObject({ open_disputes: 1 });
  });

  test('A dispute that is closed or no longer listed is not counted', async () => {
    await store('disputes', [
      { values: { dispute_id: '1', status: 'finish' } },
      { values: { dispute_id: '2', status: 'processing' }, fetchedAt: hoursAgo(14) },
      { values: { dispute_id: '3', status: 'processing' }, fetchedAt: hoursAgo(12) },
    ]);
    expect(await digest()).toMatchObject({ open_disputes: 1 });
  });

  test('Reviews of up to 3 stars are counted as bad', async () => {
    await store('reviews', [
      { values: { stars: 3 } },
      { values: { stars: 1 } },
      { values: { stars: 4 } },
      { values: { stars: null } },
    ]);
    expect(await digest()).toMatchObject({ bad_reviews: 2 });
  });

  test('A bad review is counted on the day on which it is found', async () => {
    await store('reviews', [
      { values: { stars: 1 }, seenAt: hoursAgo(23) },
      { values: { stars: 1 }, seenAt: hoursAgo(25), fetchedAt: hoursAgo(25) },
      { values: { stars: 1 }, seenAt: hoursAgo(0), fetchedAt: hoursAgo(0) },
    ]);
    expect(await digest()).toMatchObject({ bad_reviews: 1 });
  });

  test.each([
    [1, { stage: 'failure', silent_hours: 1, customs_hours: null }],
    [1, { stage: 'returned', silent_hours: 1, customs_hours: null }],
    [1, { stage: 'customs', silent_hours: 72, customs_hours: 72 }],
    [0, { stage: 'customs', silent_hours: 71, customs_hours: 71 }],
    [1, { stage: 'transit', silent_hours: 120, customs_hours: null }],
    [0, { stage: 'transit', silent_hours: 119, customs_hours: null }],
    [0, { stage: 'delivered', silent_hours: 300, customs_hours: null }],
    [0, { stage: 'pickup_point', silent_hours: 300, customs_hours: null }],
    [0, { stage: null, silent_hours: null, customs_hours: null }],
  ])('The number of stalled parcels is %s for %j', async (count, values) => {
    await store('parcels', [{ values }]);
    expect(await digest()).toMatchObject({ stalled_parcels: count });
  });

  test('The figures of the other feeds cost no call', async () => {
    await createDigestFeed(shop).read('polling');
    const calls = await shop.budget.used();
    await store('disputes', []);
    await store('reviews', []);
    await store('parcels', []);
    await digest();
    expect(await shop.budget.used()).toBe(calls);
  });
});

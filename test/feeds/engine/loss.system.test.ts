import { orderDetail } from '../../../lib/aliexpress/methods/order-detail.ts';
import { parcelList } from '../../../lib/aliexpress/methods/parcel-list.ts';
import { reviewsOfOrders } from '../../../lib/aliexpress/methods/reviews-of-orders.ts';
import { shortTracking } from '../../../lib/aliexpress/methods/short-tracking.ts';
import { tracking } from '../../../lib/aliexpress/methods/tracking.ts';
import type { FeedEngine } from '../../../lib/feeds/engine/feed.ts';
import { skippedSpans } from '../../../lib/feeds/engine/skipped-events.ts';
import { emptyMemo } from '../../../lib/feeds/engine/snapshot-memo.ts';
import { createOrdersFeed } from '../../../lib/feeds/orders.ts';
import { createParcelDeliveriesFeed } from '../../../lib/feeds/parcels.ts';
import { createReviewsFeed } from '../../../lib/feeds/reviews.ts';
import { fail } from '../../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/runtime.ts';
import { toPacific } from '../../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../../support/answering-shop.ts';
import { type LosingStore, losingStore } from '../../support/losing-store.ts';
import { type OrderRequest, rawOrder } from '../../support/shop-services.ts';

const ALL_OF_SNAPSHOT = ['snap1:', 'chunk1:', 'watch1:'];

interface LossyShop {
  shop: AnsweringShop;
  /** Loses values, also from the memory of the process. */
  lose(...prefixes: string[]): Promise<void>;
  /** Polls once an hour, and returns the ids of all records that any poll has returned. */
  pollFor(hours: number): Promise<Set<unknown>>;
}

function openLossyShop(open: (shop: AnsweringShop) => FeedEngine, id: string): LossyShop {
  const losing: LosingStore = losingStore();
  const shop = openAnsweringShop({ limit: 5000, through: losing.through });
  return {
    shop,
    lose: async (...prefixes) => {
      expect(await losing.lose(...prefixes)).toBeGreaterThan(0);
      Object.assign(shop.memo, emptyMemo());
    },
    pollFor: async (hours) => {
      const seen = new Set<unknown>();
      for (let hour = 0; hour < hours; hour += 1) {
        shop.clock.advance(HOUR);
        for (const record of (await open(shop).read('polling')).records) seen.add(record[id]);
      }
      return seen;
    },
  };
}

describe('Orders feed that has lost its snapshot', () => {
  const open = () => openLossyShop((shop) => createOrdersFeed(shop) as FeedEngine, 'order_id');

  test('The orders of the last 36 hours are read again', async () => {
    const { shop, lose, pollFor } = open();
    const ids: string[] = [];
    for (let hour = 0; hour < 30; hour += 1) {
      ids.push(...shop.putOrders(1, shop.clock.now() + 30 * MINUTE, `82${hour}`));
      await pollFor(1);
    }
    await lose(...ALL_OF_SNAPSHOT);
    expect([...(await pollFor(4))].sort()).toEqual(ids.sort());
  });

  test('Lost orders are read again although a workflow is turned on before the next visit', async () => {
    const { shop, lose, pollFor } = open();
    const ids: string[] = [];
    for (let hour = 0; hour < 30; hour += 1) {
      ids.push(...shop.putOrders(1, shop.clock.now() + 30 * MINUTE, `82${hour}`));
      await pollFor(1);
    }
    await lose('chunk1:');
    const row = { mark: shop.clock.now(), renewedAt: shop.clock.now() };
    expect(await createOrdersFeed(shop).keepWorkflow?.('workflow', row)).toBe(true);
    expect([...(await pollFor(4))].sort()).toEqual(ids.sort());
  });

  test('A feed that begins reads the last two hours only', async () => {
    const { shop, pollFor } = open();
    shop.putOrders(1, shop.clock.now() - 10 * HOUR);
    expect(await pollFor(2)).toEqual(new Set());
  });

  test('A snapshot that was lost is logged', async () => {
    const { shop, lose, pollFor } = open();
    await pollFor(2);
    await lose(...ALL_OF_SNAPSHOT);
    await pollFor(1);
    expect(shop.logged.join()).toContain('the store has lost what was known');
  });
});

describe('Reviews feed', () => {
  /** Orders that were finished `days` before the feed began, by number. */
  const finished: Record<string, number> = { '820100001': 1, '820100002': 12, '820100003': 25 };
  let lossy: LossyShop;
  /** Orders that have a review. */
  let reviewed: string[];
  /** When the reviews of an order were queried first, epoch milliseconds. */
  const queriesOf = (order: string) =>
    lossy.shop.sent.filter(
      ({ method, request }) =>
        method === reviewsOfOrders.name && (request.parent_order_ids as string[]).includes(order),
    ).length;

  beforeEach(() => {
    reviewed = [];
    lossy = openLossyShop(createReviewsFeed, 'order_id');
    const { shop } = lossy;
    for (const [id, days] of Object.entries(finished)) {
      const endedAt = shop.clock.now() - days * DAY;
      shop.orders.push({
        ...rawOrder({ id, updatedAt: endedAt, placedAt: endedAt - 5 * DAY, status: 'FINISH' }),
        end_reason: 'buyer_accept_goods',
        gmt_pay_time: toPacific(endedAt - 5 * DAY),
      });
    }
    shop.answers.set(reviewsOfOrders.name, ({ parent_order_ids }) => ({
      time_stamp: toPacific(shop.clock.now()),
      target_list: reviewed
        .filter((id) => (parent_order_ids as string[]).includes(id))
        .map((id) => ({
          order_id: `${id}1`,
          parent_order_id: id,
          buyer_evaluation: 1,
          valid_date: toPacific(shop.clock.now() - HOUR),
        })),
    }));
  });

  test('Orders that were finished up to 30 days ago are watched again after the snapshot was lost', async () => {
    const { lose, pollFor } = lossy;
    await pollFor(4);
    expect(queriesOf('820100003')).toBe(0);
    await lose(...ALL_OF_SNAPSHOT);
    await pollFor(24);
    for (const id of Object.keys(finished)) expect([id, queriesOf(id) > 0]).toEqual([id, true]);
  });

  test('A review is found although the watch list was lost before it was written', async () => {
    const { lose, pollFor } = lossy;
    await pollFor(24);
    await lose('watch1:');
    await pollFor(1);
    reviewed = ['820100001'];
    expect(await pollFor(48)).toContain('820100001');
  });

  test('A review is read again if it was lost with its chunk, and no other order is queried for it', async () => {
    const { lose, pollFor } = lossy;
    reviewed = ['820100001'];
    expect(await pollFor(24)).toContain('820100001');
    await lose('chunk1:');
    expect(await pollFor(24)).toContain('820100001');
  });

  test('A watch list that is not filled again within a day is reported, and filled later', async () => {
    const { shop, lose, pollFor } = lossy;
    await pollFor(24);
    await lose(...ALL_OF_SNAPSHOT);
    shop.onPay = () => fail('calls_paused', { until: shop.clock.now() + HOUR, now: shop.clock.now() });
    const lostAt = shop.clock.now();
    await pollFor(23);
    expect(await skippedSpans(shop)).toEqual([]);
    await pollFor(3);
    shop.onPay = () => {};
    const [span] = await skippedSpans(shop);
    expect(span?.from).toBeLessThanOrEqual(lostAt - 25 * DAY);
    await pollFor(24);
    expect(queriesOf('820100003')).toBeGreaterThan(0);
    expect(await skippedSpans(shop)).toHaveLength(1);
  });

  test('A review is read again for a workflow that has not polled for days', async () => {
    const { shop, pollFor } = lossy;
    reviewed = ['820100001'];
    expect(await pollFor(24)).toContain('820100001');
    await pollFor(60);
    expect(await pollFor(1)).toEqual(new Set());
    // Those of the orders feed end when they are read.
    const readAt = new Map<OrderRequest, number>();
    shop.onRequest = (request) => readAt.set(request, shop.clock.now());
    const listsOfEnded = () =>
      [...readAt].filter(
        ([{ status, from, to }, at]) => status === 'FINISH' && to - from > 2 * DAY && at - to > HOUR,
      );
    expect(
      await createReviewsFeed(shop).readAgain?.(shop.clock.now() - 85 * HOUR, shop.clock.now() - 85 * HOUR),
    ).toBe(true);
    expect(await pollFor(24)).toContain('820100001');
    expect(listsOfEnded()).toEqual([]);
  });

  test('An order with all its reviews is not queried again', async () => {
    reviewed = ['820100001'];
    await lossy.pollFor(24);
    const before = queriesOf('820100001');
    await lossy.pollFor(72);
    expect(queriesOf('820100001')).toBe(before);
  });
});

describe('Parcels feed', () => {
  const ORDER = '820100001';
  let lossy: LossyShop;
  let code: string;
  const queries = () => lossy.shop.sent.filter(({ method }) => method === tracking.name).length;

  beforeEach(() => {
    code = 'GWMS_ACCEPT';
    lossy = openLossyShop(createParcelDeliveriesFeed, 'order_id');
    const { shop } = lossy;
    const shippedAt = shop.clock.now() - 10 * DAY;
    shop.orders.push(
      rawOrder({ id: ORDER, updatedAt: shippedAt, placedAt: shippedAt, status: 'WAIT_BUYER_ACCEPT_GOODS' }),
    );
    shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 0 }));
    shop.answers.set(shortTracking.name, () =>
      fail('permission_missing', { method: shortTracking.name, code: 'E1' }),
    );
    shop.answers.set(orderDetail.name, () => ({
      target: {
        id: ORDER,
        receipt_address: { country: 'ES' },
        logistic_info_list: [{ logistics_no: 'LP1', logistics_type_code: 'CAINIAO_STANDARD' }],
      },
    }));
    shop.answers.set(tracking.name, () => ({
      details: [{ action_code: code, event_desc: '', event_date: toPacific(shippedAt) }],
    }));
  });

  test('A parcel is watched again after the watch list was lost', async () => {
    const { lose, pollFor } = lossy;
    await pollFor(24);
    await lose('watch1:');
    const before = queries();
    await pollFor(24);
    expect(queries()).toBeGreaterThan(before);
  });

  test.each([ALL_OF_SNAPSHOT, ['chunk1:'], ['watch1:', 'chunk1:']])(
    'A delivered parcel is known again after %s was lost',
    async (...prefixes) => {
      const { lose, pollFor } = lossy;
      code = 'GTMS_SIGNED';
      expect(await pollFor(12)).toContain(ORDER);
      await lose(...prefixes);
      expect(await pollFor(12)).toContain(ORDER);
    },
  );

  test('A delivered parcel is read again for a workflow that has not polled for days', async () => {
    const { shop, pollFor } = lossy;
    code = 'GTMS_SIGNED';
    expect(await pollFor(12)).toContain(ORDER);
    await pollFor(60);
    expect(await pollFor(1)).toEqual(new Set());
    expect(
      await createParcelDeliveriesFeed(shop).readAgain?.(
        shop.clock.now() - 73 * HOUR,
        shop.clock.now() - 73 * HOUR,
      ),
    ).toBe(true);
    expect(await pollFor(12)).toContain(ORDER);
  });

  test('A delivered parcel is queried once while nothing is lost', async () => {
    code = 'GTMS_SIGNED';
    await lossy.pollFor(72);
    expect(queries()).toBe(1);
  });
});

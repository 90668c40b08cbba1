import { isDeepStrictEqual } from 'node:util';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { parcelList } from '../../lib/aliexpress/methods/parcel-list.ts';
import { reviewsOfOrders } from '../../lib/aliexpress/methods/reviews-of-orders.ts';
import { WITH_PARCELS } from '../../lib/aliexpress/order-status.ts';
import {
  afterBackfillPage,
  afterLoss,
  type Backfill,
  newBackfill,
  reportOverdue,
  withKnown,
} from '../../lib/feeds/backfill.ts';
import { createParcelsFeed } from '../../lib/feeds/parcels.ts';
import { createReviewsFeed } from '../../lib/feeds/reviews.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { problemLike } from '../support/problem-like.ts';
import { rawOrder } from '../support/shop-services.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const listed = (rows: number, total: number, pages: number) => ({
  ids: Array.from({ length: rows }, (_, n) => String(n)),
  total,
  pages,
});

describe('Backfill', () => {
  test('The lists are read page by page, one after the other', () => {
    const read = [];
    let page = 0;
    for (let next: Backfill | null = newBackfill(NOW); next; page += 1) {
      read.push([next.window, next.reading.page]);
      const ids = Array.from({ length: 50 }, (_, n) => `${page} ${n}`);
      next = afterBackfillPage(next, { ids, total: 100, pages: 2 }, 2).left;
    }
    expect(read).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ]);
  });

  test('A list without orders counts as read', () => {
    expect(afterBackfillPage(newBackfill(NOW), listed(0, 0, 0))).toEqual({ left: null, isTaken: false });
  });

  test('A list of which orders may be missing is read again, three times at most', () => {
    let next: Backfill | null = newBackfill(NOW);
    const taken: boolean[] = [];
    while (next) {
      const after = afterBackfillPage(next, listed(3, 4, 1));
      taken.push(after.isTaken);
      next = after.left;
    }
    expect(taken).toEqual([false, false, false, false, false, true]);
  });

  test('An empty list is doubted where the orders feed knows many', () => {
    const doubted = afterBackfillPage(withKnown(newBackfill(NOW), 30), listed(0, 0, 0)).left;
    expect(doubted).toMatchObject({ unproven: 0, reading: { page: 1, calls: 1 } });
  });
});

/** Polls a feed so often and at such times that every visit can be paid. */
async function poll(shop: AnsweringShop, read: () => Promise<unknown>, visits: number): Promise<void> {
  for (let visit = 0; visit < visits; visit += 1) {
    shop.clock.advance(HOUR);
    await read();
  }
}

describe('Parcels that were shipped before the feed began', () => {
  const SHIPPED = 'WAIT_BUYER_ACCEPT_GOODS';
  let shop: AnsweringShop;
  const detailsOf = () =>
    shop.sent.filter(({ method }) => method === orderDetail.name).map(({ request }) => request.order_id);

  beforeEach(() => {
    shop = openAnsweringShop({ limit: 5000 });
    const placedAt = shop.clock.now() - 10 * DAY;
    for (let n = 0; n < 120; n += 1)
      shop.orders.push(
        rawOrder({ id: String(820_100_000 + n), updatedAt: placedAt, placedAt, status: SHIPPED }),
      );
    shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 0 }));
    shop.answers.set(orderDetail.name, () => ({ time_stamp: toPacific(shop.clock.now()) }));
  });
  const ofBackfill = () =>
    shop.requests.filter(({ statuses = [] }) => isDeepStrictEqual(statuses, WITH_PARCELS));
  const read = () => createParcelsFeed(shop).read('polling');

  test('No parcel is missed when orders finish between the first page and the second', async () => {
    let isChanged = false;
    shop.onCall = () => {
      if (isChanged || ofBackfill().length !== 2) return;
      isChanged = true;
      for (const each of shop.orders.slice(0, 5)) each.order_status = 'FINISH';
    };
    await poll(shop, read, 60);
    const shipped = shop.orders.filter(({ order_status }) => order_status === SHIPPED);
    expect(detailsOf()).toEqual(expect.arrayContaining(shipped.map(({ order_id }) => order_id)));
    expect(ofBackfill().map(({ page }) => page)).toEqual([1, 2, 3, 1]);
  });

  test('Each page is read once while no order finishes', async () => {
    await poll(shop, read, 60);
    expect(new Set(detailsOf()).size).toBe(120);
    expect(ofBackfill().map(({ page }) => page)).toEqual([1, 2, 3]);
  });

  test('Orders that cannot be read are a problem, and the parcels that are due are queried', async () => {
    await poll(shop, read, 1);
    for (const each of shop.orders.slice(50, 70)) each.gmt_pay_time = each.order_id = '';
    const unreadable = problemLike('data_unreadable', { field: 'order_id' });
    await expect(poll(shop, read, 60)).rejects.toEqual(unreadable);
    // The turns of the others come with the next visits.
    await poll(shop, () => read().catch((error) => expect(error).toEqual(unreadable)), 60);
    expect(detailsOf().length).toBeGreaterThan(0);
  });
});

describe('Orders that were finished before the reviews feed began', () => {
  test('A page with fewer orders than its total promises is read again', async () => {
    const shop = openAnsweringShop({ limit: 5000 });
    const updatedAt = shop.clock.now() - 5 * DAY;
    for (let n = 0; n < 60; n += 1)
      shop.orders.push({
        ...rawOrder({ id: String(820_100_000 + n), updatedAt, placedAt: updatedAt - DAY, status: 'FINISH' }),
        end_reason: 'buyer_accept_goods',
        gmt_pay_time: toPacific(updatedAt - DAY),
      });
    const lists = new Set<number | undefined>();
    shop.alter = (page) => {
      const list = shop.requests.at(-1)?.from;
      if (lists.has(list) || page.total_count !== 60) return page;
      lists.add(list);
      return { ...page, target_list: page.target_list.slice(0, 20) };
    };
    shop.answers.set(reviewsOfOrders.name, () => ({ time_stamp: toPacific(shop.clock.now()) }));
    await poll(shop, () => createReviewsFeed(shop).read('polling'), 30);
    const queried = shop.sent
      .filter(({ method }) => method === reviewsOfOrders.name)
      .flatMap(({ request }) => request.parent_order_ids as string[]);
    expect(new Set(queried).size).toBe(60);
  });
});

describe('Backfill of what the store has lost', () => {
  const lost = { from: NOW - 5 * DAY, to: NOW - DAY };

  test('What was lost is read again in whole milliseconds, and none of it is left out', () => {
    const { since, until } = afterLoss(null, { from: NOW - DAY + 0.5, to: NOW - 0.5 }, NOW);
    expect([since, until]).toEqual([NOW - DAY, NOW]);
  });

  test('It reads the lost span', () => {
    expect(afterLoss(null, lost, NOW)).toStrictEqual({
      ...newBackfill(lost.to, lost.from),
      lostAt: NOW,
    });
  });

  test('It also reads what was left of the backfill under way', () => {
    const reaches = (until: number, since: number) => {
      const { until: to, since: from } = afterLoss(newBackfill(until, since), lost, NOW);
      return [from, to];
    };
    expect(reaches(NOW, NOW - 9 * DAY)).toStrictEqual([NOW - 9 * DAY, NOW]);
    expect(reaches(NOW - 2 * DAY, NOW - 3 * DAY)).toStrictEqual([lost.from, lost.to]);
    // One without a beginning reads as far back as the feed goes.
    expect(reaches(NOW, 0)).toStrictEqual([0, NOW]);
  });

  test('It is reported once if it is not read within a day', () => {
    const spans: object[] = [];
    const overdueAt = (now: number, backfill: Backfill | null) =>
      reportOverdue({ now, report: (span) => spans.push(span) }, backfill);
    const begun = afterLoss(null, lost, NOW);
    expect(overdueAt(NOW + DAY - 1, begun)).toBe(begun);
    expect(overdueAt(NOW + DAY, null)).toBeNull();
    expect(overdueAt(NOW + DAY, newBackfill(NOW))).toStrictEqual(newBackfill(NOW));
    expect(spans).toStrictEqual([]);
    const reported = overdueAt(NOW + DAY, begun);
    expect(reported).toStrictEqual({ ...begun, lostAt: 0 });
    expect(overdueAt(NOW + 2 * DAY, reported)).toBe(reported);
    expect(spans).toStrictEqual([lost]);
  });

  test('A list that was begun is not doubted by what became known since', () => {
    const { left } = afterBackfillPage(newBackfill(NOW), listed(50, 120, 3));
    expect(left && withKnown(left, 300)).toBe(left);
    expect(withKnown(newBackfill(NOW), 30).reading.minTotal).toBeGreaterThan(0);
  });
});

/** AliExpress counts a row that it never lists: after three readings the list is taken as it is, and an alert says so. */

import { abnormalParcels } from '../../lib/aliexpress/methods/abnormal-parcels.ts';
import { disputeDetail } from '../../lib/aliexpress/methods/dispute-detail.ts';
import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { parcelList } from '../../lib/aliexpress/methods/parcel-list.ts';
import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { createAbnormalParcelsFeed } from '../../lib/feeds/abnormal-parcels.ts';
import { createAccountFeed } from '../../lib/feeds/account.ts';
import { createClosedDisputesFeed, createDisputesFeed } from '../../lib/feeds/disputes.ts';
import type { FeedEngine, FeedServices } from '../../lib/feeds/engine/feed.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { createParcelsFeed } from '../../lib/feeds/parcels.ts';
import { createProductsFeed } from '../../lib/feeds/products.ts';
import { createReviewsFeed } from '../../lib/feeds/reviews.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { problemLike } from '../support/problem-like.ts';

/** A shop whose lists have a row less than they count. */
function openShortShop(): AnsweringShop {
  const shop = openAnsweringShop({ limit: 2000 });
  const openedAt = toPacific(shop.clock.now() - HOUR);
  shop.answers.set(disputeList.name, () => ({
    data_list: [
      { issue_id: '6001', parent_order_id: '8201', issue_status: 'processing', gmt_create: openedAt },
    ],
    total_item: 2,
  }));
  shop.answers.set(productList.name, () => ({
    result: {
      product_count: 2,
      total_page: 1,
      aeop_a_e_product_display_d_t_o_list: [{ product_id: '1005001', subject: 'Yoga Mat' }],
    },
  }));
  shop.answers.set(parcelList.name, () => ({ is_success: true, total_page: 0 }));
  shop.answers.set(abnormalParcels.name, () => ({
    is_success: true,
    total_count: 2,
    total_page: 1,
    result: [{ id: '5801', gmt_status_update: openedAt }],
  }));
  shop.alter = (page) => ({ ...page, total_count: page.total_count + 1, total_page: 1 });
  return shop;
}

const pollFor = async (shop: AnsweringShop, feed: (services: FeedServices) => FeedEngine, ms: number) => {
  for (let passed = 0; passed < ms; passed += 20 * MINUTE) {
    shop.clock.advance(20 * MINUTE);
    await feed(shop).read('polling');
  }
};

describe('List that stays incomplete', () => {
  test.each([
    ['orders', createOrdersFeed, 'Orders'],
    ['disputes', createDisputesFeed, 'Events about disputes'],
    ['products', createProductsFeed, 'Events about products'],
    ['reviews', createReviewsFeed, 'Events about reviews'],
    ['parcels', createParcelsFeed, 'Events about parcels'],
    ['abnormal_parcels', createAbnormalParcelsFeed, 'Events about abnormal parcels'],
  ] as const)('An alert names the time of the list of %s', async (key, createFeed, subject) => {
    const shop = openShortShop();
    await pollFor(shop, createFeed, 20 * HOUR);
    const spans = (await skippedSpans(shop)).filter(({ feed }) => feed === key);
    expect(spans).toEqual([expect.objectContaining({ isIncompleteList: true })]);
    expect(spans[0]?.from).toBeGreaterThan(shop.clock.now() - 70 * DAY);
    const alerts = await createAccountFeed(shop).known();
    expect(alerts.map(({ headline }) => headline)).toContainEqual(
      expect.stringMatching(new RegExp(`^${subject} from .* to .* were not announced$`)),
    );
  });

  test('The alert is repeated once a day while the list stays incomplete', async () => {
    const shop = openShortShop();
    await pollFor(shop, createDisputesFeed, 2.5 * DAY);
    expect(await skippedSpans(shop)).toHaveLength(3);
  });

  test('A complete list raises no alert', async () => {
    const shop = openShortShop();
    shop.answers.set(disputeList.name, () => ({ data_list: [], total_item: 0 }));
    await pollFor(shop, createDisputesFeed, 20 * HOUR);
    expect(await skippedSpans(shop)).toEqual([]);
  });
});

describe('List of closed disputes after a pause in which six were opened and closed', () => {
  const ALL = ['6001', '6002', '6003', '6004', '6005', '6006'];
  let shop: AnsweringShop;
  /** The rows of the list of closed disputes as AliExpress returns them. */
  let show: (rows: object[]) => object[];
  beforeEach(async () => {
    shop = openAnsweringShop({ limit: 2000 });
    show = (rows) => rows;
    const at = toPacific(shop.clock.now() + DAY);
    const closed = ALL.map((issue_id) => ({
      issue_id,
      parent_order_id: `82${issue_id}`,
      issue_status: 'finish',
      gmt_create: at,
      gmt_modified: at,
    }));
    let isAfterPause = false;
    shop.answers.set(disputeList.name, ({ issue_status }) => {
      const rows = isAfterPause && issue_status === 'finish' ? closed : [];
      return { data_list: show(rows), total_item: rows.length };
    });
    shop.answers.set(disputeDetail.name, () => ({}));
    await pollFor(shop, createClosedDisputesFeed, 6 * HOUR);
    shop.clock.advance(2 * DAY);
    isAfterPause = true;
  });
  const known = async () => {
    const { records } = await createClosedDisputesFeed(shop).read('polling');
    return records.map(({ dispute_id }) => String(dispute_id)).sort();
  };

  test('A complete list is read once', async () => {
    await pollFor(shop, createClosedDisputesFeed, 2 * HOUR);
    const sent = shop.sent.filter(({ request }) => request.issue_status === 'finish');
    expect([await known(), sent.length, await skippedSpans(shop)]).toEqual([ALL, 1, []]);
  });

  test('A list that lacks half of its rows is read again, and all are announced', async () => {
    show = (rows) => rows.slice(0, rows.length / 2);
    shop.clock.advance(20 * MINUTE);
    expect(await known()).toHaveLength(3);
    show = (rows) => rows;
    await pollFor(shop, createClosedDisputesFeed, 6 * HOUR);
    expect([await known(), await skippedSpans(shop)]).toEqual([ALL, []]);
  });

  test('A list that lacks them three times is taken as it is, and an alert names the pause', async () => {
    show = (rows) => rows.slice(0, rows.length / 2);
    const to = shop.clock.now();
    await pollFor(shop, createClosedDisputesFeed, 12 * HOUR);
    expect(await known()).toHaveLength(3);
    const [span] = await skippedSpans(shop);
    expect(span).toMatchObject({ feed: 'disputes', isIncompleteList: true });
    expect(span?.from).toBeLessThan(to - 2 * DAY + HOUR);
    expect(span?.to).toBeGreaterThanOrEqual(to);
  });

  test('A list of rows that cannot be read is an error, and is read again until it can be', async () => {
    show = (rows) => rows.map((row) => ({ ...row, issue_id: null }));
    shop.clock.advance(20 * MINUTE);
    await expect(known()).rejects.toEqual(problemLike('data_unreadable', { method: disputeList.name }));
    show = (rows) => rows;
    await pollFor(shop, createClosedDisputesFeed, 6 * HOUR);
    expect([await known(), await skippedSpans(shop)]).toEqual([ALL, []]);
  });
});

/** AliExpress counts a row that it never lists: after three readings the list is taken as it is, and an alert says so. */

import { abnormalParcels } from '../../lib/aliexpress/methods/abnormal-parcels.ts';
import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { parcelList } from '../../lib/aliexpress/methods/parcel-list.ts';
import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { createAbnormalParcelsFeed } from '../../lib/feeds/abnormal-parcels.ts';
import { createAccountFeed } from '../../lib/feeds/account.ts';
import { createDisputesFeed } from '../../lib/feeds/disputes.ts';
import type { FeedEngine, FeedServices } from '../../lib/feeds/engine/feed.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { createParcelsFeed } from '../../lib/feeds/parcels.ts';
import { createProductsFeed } from '../../lib/feeds/products.ts';
import { createReviewsFeed } from '../../lib/feeds/reviews.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';

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

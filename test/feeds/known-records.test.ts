import { knownRecords } from '../../lib/feeds/known-records.ts';
import { HOUR } from '../../lib/runtime.ts';
import { openShopServices } from '../support/shop-services.ts';
import { storeFeed } from '../support/stored-feed.ts';

test('The known records are complete for 36 hours, however long the feed has existed', async () => {
  const shop = openShopServices();
  await storeFeed(shop, 'orders', []);
  expect(await knownRecords(shop, 'orders')).toMatchObject({
    completeSince: shop.clock.now() - 36 * HOUR,
    checkedAt: shop.clock.now() - HOUR,
  });
});

import { openVisit } from '../../../lib/feeds/engine/visit.ts';
import { SECOND } from '../../../lib/runtime.ts';
import { openShopServices } from '../../support/shop-services.ts';

test('A visit continues for 10 seconds, so that it ends within the 30 of the platform', () => {
  const shop = openShopServices();
  const knowledge = { state: {}, memory: undefined, entries: new Map() };
  const { visit } = openVisit(shop, 'polling', knowledge, 1);
  shop.clock.advance(10 * SECOND);
  expect(visit.canContinue()).toBe(true);
  shop.clock.advance(1);
  expect(visit.canContinue()).toBe(false);
});

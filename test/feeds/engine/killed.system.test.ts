import { createOrdersFeed } from '../../../lib/feeds/orders.ts';
import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { openShopServices, type ShopServices } from '../../support/shop-services.ts';

/** Pages of three, so that seven orders make three pages. */
const PAGE = 3;
const ORDERS = 7;

type Moment = 'before' | 'after';

/** Lets nothing through from the nth use of the store on: the process has died there. */
function dyingStore(store: Store, nth: number, moment: Moment, onDeath: () => void): Store {
  let uses = 0;
  const dying =
    <A extends unknown[], R>(verb: (...request: A) => Promise<R>) =>
    async (...request: A): Promise<R> => {
      uses += 1;
      if (uses < nth) return verb(...request);
      if (uses === nth && moment === 'after') await verb(...request);
      onDeath();
      return new Promise<R>(() => {});
    };
  return { get: dying(store.get), set: dying(store.set), add: dying(store.add), delete: dying(store.delete) };
}

const idsIn = async (shop: ShopServices) =>
  (await createOrdersFeed(shop).read('polling')).records.map((record) => String(record.order_id)).sort();

/** A process that refreshes and dies at the nth use of its store; then another that goes on. */
async function killAndGoOn(nth: number, moment: Moment) {
  const before = openShopServices();
  before.ordersOnAPage = PAGE;
  await idsIn(before);
  before.clock.advance(HOUR);
  const ids = before.putOrders(ORDERS, before.clock.now() - MINUTE).sort();
  const at = new Date(before.clock.now()).toISOString();

  let died = false;
  const death = Promise.withResolvers<void>();
  const victim = openShopServices({
    at,
    through: () =>
      dyingStore(before.kept, nth, moment, () => {
        died = true;
        death.resolve();
      }),
  });
  Object.assign(victim, { orders: before.orders, ordersOnAPage: PAGE });
  await Promise.race([idsIn(victim).catch(() => {}), death.promise]);

  const heir = openShopServices({ at, through: () => before.kept });
  Object.assign(heir, { orders: before.orders, ordersOnAPage: PAGE });
  for (const { clock } of [before, heir]) clock.advance(HOUR);
  const found = await idsIn(heir);
  const sent = before.asked.length + victim.asked.length + heir.asked.length;
  return { died, ids, found, sent, claimed: await heir.budget.used() };
}

/** How often the store is used in a refresh, found by letting it live. */
async function usesOfARefresh(): Promise<number> {
  for (let nth = 1; ; nth += 1) if (!(await killAndGoOn(nth, 'before')).died) return nth - 1;
}

describe('A process that is killed at any step of a refresh', () => {
  let steps: number;
  beforeAll(async () => {
    steps = await usesOfARefresh();
  });

  test('has many steps to be killed at', () => {
    expect(steps).toBeGreaterThan(20);
  });

  test.each<Moment>(['before', 'after'])('loses no order, killed %s the step', async (moment) => {
    for (let nth = 1; nth <= steps; nth += 1) {
      const { ids, found } = await killAndGoOn(nth, moment);
      expect({ nth, found }).toEqual({ nth, found: ids });
    }
  });

  test.each<Moment>(['before', 'after'])(
    'has sent no call that was not claimed, killed %s the step',
    async (moment) => {
      for (let nth = 1; nth <= steps; nth += 1) {
        const { sent, claimed } = await killAndGoOn(nth, moment);
        expect({ nth, unclaimed: Math.max(0, sent - claimed) }).toEqual({ nth, unclaimed: 0 });
      }
    },
  );
});

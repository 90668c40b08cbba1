import { createOrdersFeed } from '../../../lib/feeds/orders.ts';
import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { openShopServices, type ShopServices } from '../../support/shop-services.ts';

/** Pages of three, so that seven orders make three pages. */
const PAGE = 3;
const ORDERS = 7;

type Timing = 'before' | 'after';

/** The store of a process that dies at its nth use of the store, before or after that use. */
function dyingStore(store: Store, nth: number, timing: Timing, onDeath: () => void): Store {
  let uses = 0;
  const dying =
    <A extends unknown[], R>(verb: (...request: A) => Promise<R>) =>
    async (...request: A): Promise<R> => {
      uses += 1;
      if (uses < nth) return verb(...request);
      if (uses === nth && timing === 'after') await verb(...request);
      onDeath();
      return new Promise<R>(() => {});
    };
  return { get: dying(store.get), set: dying(store.set), add: dying(store.add), delete: dying(store.delete) };
}

const idsIn = async (shop: ShopServices) =>
  (await createOrdersFeed(shop).read('polling')).records.map((record) => String(record.order_id)).sort();

/** A process that dies at the nth use of its store during a refresh, and another one that continues. */
async function killAndContinue(nth: number, timing: Timing) {
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
      dyingStore(before.innerStore, nth, timing, () => {
        died = true;
        death.resolve();
      }),
  });
  Object.assign(victim, { orders: before.orders, ordersOnAPage: PAGE });
  await Promise.race([idsIn(victim).catch(() => {}), death.promise]);

  const successor = openShopServices({ at, through: () => before.innerStore });
  Object.assign(successor, { orders: before.orders, ordersOnAPage: PAGE });
  for (const { clock } of [before, successor]) clock.advance(HOUR);
  const found = await idsIn(successor);
  const sent = before.requests.length + victim.requests.length + successor.requests.length;
  return { died, ids, found, sent, claimed: await successor.budget.used() };
}

/** How often a refresh uses the store, counted in a process that is not killed. */
async function usesOfARefresh(): Promise<number> {
  for (let nth = 1; ; nth += 1) if (!(await killAndContinue(nth, 'before')).died) return nth - 1;
}

describe('Process that is killed during a refresh', () => {
  let steps: number;
  beforeAll(async () => {
    steps = await usesOfARefresh();
  });

  test('A refresh has many steps at which a process can be killed', () => {
    expect(steps).toBeGreaterThan(20);
  });

  test.each<Timing>(['before', 'after'])(
    'No order is lost if the process is killed %s a step of a refresh',
    async (timing) => {
      for (let nth = 1; nth <= steps; nth += 1) {
        const { ids, found } = await killAndContinue(nth, timing);
        expect({ nth, found }).toEqual({ nth, found: ids });
      }
    },
  );

  test.each<Timing>(['before', 'after'])(
    'No call is sent unclaimed if the process is killed %s a step of a refresh',
    async (timing) => {
      for (let nth = 1; nth <= steps; nth += 1) {
        const { sent, claimed } = await killAndContinue(nth, timing);
        expect({ nth, unclaimed: Math.max(0, sent - claimed) }).toEqual({ nth, unclaimed: 0 });
      }
    },
  );
});

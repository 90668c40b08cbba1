import { createOrdersFeed } from '../../../lib/feeds/orders.ts';
import { HOUR, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { openShopServices, type ShopServices } from '../../support/shop-services.ts';

const idsIn = async (shop: ShopServices) =>
  (await createOrdersFeed(shop).read('polling')).records.map((record) => String(record.order_id)).sort();

/**
 * A process makes a visit and sleeps during its call. When its lease has expired, another process makes `visits` visits
 * of an hour each. Each of them finds a new order. Then the first process wakes.
 */
async function sleepDuringVisit(visits: number) {
  const late = openShopServices();
  const store = late.innerStore;
  late.putOrders(1, late.clock.now() - MINUTE, '1');
  await idsIn(late);
  late.clock.advance(HOUR);
  const other = openShopServices({ at: new Date(late.clock.now()).toISOString(), through: () => store });
  other.orders = late.orders;
  const seenByOther: string[][] = [];
  late.onCall = () => {
    late.onCall = () => {};
    late.orders = [...late.orders];
    sleeping.resolve();
  };
  const sleeping = Promise.withResolvers<void>();
  const awake = Promise.withResolvers<void>();
  const { call } = late.gateway;
  late.gateway.call = async (...request) => {
    const answer = await call(...request);
    await awake.promise;
    return answer;
  };
  const lateReading = idsIn(late);
  await sleeping.promise;
  const tick = (ms: number) => [late, other].map(({ clock }) => clock.advance(ms));
  tick(31 * SECOND);
  for (let nth = 1; nth <= visits; nth += 1) {
    other.putOrders(1, other.clock.now() - SECOND, String(1 + nth));
    seenByOther.push(await idsIn(other));
    tick(HOUR);
  }
  late.orders = other.orders;
  awake.resolve();
  return { late, other, tick, seenByOther, seenByLate: await lateReading };
}

describe.each([1, 2, 5])('Visit that ends after %d later ones', (visits) => {
  test('The visit returns what the last of the later visits has stored', async () => {
    const { seenByOther, seenByLate } = await sleepDuringVisit(visits);
    expect(seenByOther.at(-1)).toHaveLength(1 + visits);
    expect(seenByLate).toEqual(seenByOther.at(-1));
  });

  test('The visit changes nothing for other processes, and is logged', async () => {
    const { late, other, seenByOther } = await sleepDuringVisit(visits);
    other.memo.heads.clear();
    expect(await idsIn(other)).toEqual(expect.arrayContaining(seenByOther.at(-1) ?? []));
    expect(late.logged.join()).toMatch(/was not stored.*superseded/);
  });

  test('The next visit of the process that was late finds what is new', async () => {
    const { late, tick } = await sleepDuringVisit(visits);
    const [id] = late.putOrders(1, late.clock.now() - SECOND, '9');
    tick(HOUR);
    expect(await idsIn(late)).toContain(id);
  });
});

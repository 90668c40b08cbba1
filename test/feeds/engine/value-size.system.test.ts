import { MAX_VALUE_LENGTH } from '../../../lib/feeds/engine/snapshot-format.ts';
import { createOrdersFeed } from '../../../lib/feeds/orders.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/runtime.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { openShopServices, rawOrder } from '../../support/shop-services.ts';

const ORDERS_PER_DAY = 500;

/** A store that remembers what was written: the length of the longest value, and the commands of each hour. */
function measured() {
  const written: { key: string; length: number }[] = [];
  const measure =
    (write: Store['set']): Store['set'] =>
    (...request) => {
      written.push({ key: request[0], length: request[1].length });
      return write(...request);
    };
  const through = (store: Store): Store => ({ ...store, set: measure(store.set), add: measure(store.add) });
  const longest = () => Math.max(...written.map(({ length }) => length));
  const chunks = () => written.filter(({ key }) => key.startsWith('chunk1:'));
  return { longest, chunks, through };
}

describe('Length of stored values', () => {
  const { longest, chunks, through } = measured();
  const shop = openShopServices({ through });
  const random = seededRandom(11);
  const name = () => Array.from({ length: 10 }, () => random().toString(36).slice(2, 10)).join(' ');
  const ids: string[] = [];
  const place = () => {
    const id = `8201${String(ids.length).padStart(12, '0')}`;
    ids.push(id);
    shop.orders.push(rawOrder({ id, updatedAt: shop.clock.now(), productName: name() }));
  };
  const known = async () =>
    (await createOrdersFeed(shop).read('polling')).records.map(({ order_id }) => order_id);

  beforeAll(async () => {
    for (let at = 0; at < 30 * HOUR; at += 10 * MINUTE) {
      shop.clock.advance(10 * MINUTE);
      for (let due = (at / DAY) * ORDERS_PER_DAY; ids.length < due; ) place();
      await known();
    }
  });

  test('No stored value of a shop with 500 orders a day is longer than 32 KB', () => {
    expect(longest()).toBeGreaterThan(MAX_VALUE_LENGTH / 2);
    expect(longest()).toBeLessThanOrEqual(MAX_VALUE_LENGTH);
  });

  test('The orders of many chunks are all known', async () => {
    const found = new Set(await known());
    expect(ids.slice(0, -50).filter((id) => !found.has(id))).toEqual([]);
  });

  test('A visit that finds new orders writes the chunks that have room, and not all of a day', async () => {
    const before = chunks().length;
    shop.clock.advance(30 * MINUTE);
    place();
    expect(await known()).toContain(ids.at(-1));
    expect(chunks().length - before).toBe(1);
  });
});

test('An order with a very long text does not keep a store from taking the others', async () => {
  const unlessLong =
    (write: Store['set']): Store['set'] =>
    async (...request) =>
      request[1].length <= MAX_VALUE_LENGTH && write(...request);
  const shop = openShopServices({
    through: (store) => ({ ...store, set: unlessLong(store.set), add: unlessLong(store.add) }),
  });
  const random = seededRandom(11);
  const longName = String.fromCodePoint(
    ...Array.from({ length: 50_000 }, () => 0x4e00 + Math.floor(random() * 20_000)),
  );
  const read = async () =>
    (await createOrdersFeed(shop).read('polling')).records.map(({ order_id }) => order_id);
  await read();
  shop.clock.advance(HOUR);
  const names = { '8201000000000001': longName, '8201000000000002': 'Canvas Tote Bag' };
  for (const [id, productName] of Object.entries(names))
    shop.orders.push(rawOrder({ id, updatedAt: shop.clock.now(), productName }));
  expect((await read()).sort()).toEqual(Object.keys(names));
});

import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { sku } from '../../lib/aliexpress/records/sku.ts';
import { fires, toEvent } from '../../lib/pack/event.ts';
import { readInputs } from '../../lib/pack/input.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { lowStockPeriods } from '../../sandbox/products.ts';
import lowStock from '../../triggers/low-stock.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';
import { contextAt } from '../support/event-context.ts';
import { problemLike } from '../support/problem-like.ts';
import { type RecordingStore, recordingStore } from '../support/recording-store.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const OWN = '1005006789012345';
const aSku = (changes: object) => ({ ...recordedItem(sku), ...changes });
const firesFor = (stock: number, inputs: object = {}) =>
  fires(lowStock, aSku({ stock }), { product_ids: [OWN], max_stock: 5, ...inputs }, NOON);

test.each([0, 4, 5])('A stock of %s pieces is reported', (stock) => {
  expect(firesFor(stock)).toBe(true);
});

test('A stock above the chosen level is not reported', () => {
  expect(firesFor(6)).toBe(false);
});

test('With the level 0 only an empty stock is reported', () => {
  expect([firesFor(0, { max_stock: 0 }), firesFor(1, { max_stock: 0 })]).toEqual([true, false]);
});

test('A product of another workflow is not reported', () => {
  expect(firesFor(0, { product_ids: ['1005001'] })).toBe(false);
});

test('A falling stock is one event, and another one after a restock', () => {
  const idOf = (changes: object, entry = 1) =>
    toEvent(lowStock, aSku(changes), {}, { ...contextAt(NOW), entry }).id;
  expect(idOf({ stock: 3 })).toBe(idOf({ stock: 1 }));
  expect(idOf({}, 2)).toBe(`${idOf({})}/2`);
});

test('The message names the product and its stock in both languages', () => {
  const event = toEvent(lowStock, aSku({ stock: 2 }), {}, contextAt(NOW));
  expect([event.title, event.title_zh]).toEqual([
    '2 left: Canvas Tote Bag with Zipper',
    '库存不足：Canvas Tote Bag with Zipper（剩 2 件）',
  ]);
  expect([event.text, event.text_zh]).toEqual([
    expect.stringContaining('**SKU** TOTE-WHITE-M'),
    expect.stringContaining('**商品 ID** 1005006789012345'),
  ]);
});

test('The products to watch are required', () => {
  expect(() => readInputs(lowStock.inputs, {})).toThrow(
    problemLike('bad_input', { field: lowStock.inputs.product_ids.label }),
  );
});

test('More than 20 products are refused', () => {
  const products = Array.from({ length: 21 }, (_, n) => 1_005_001 + n).join(', ');
  expect(() => readInputs(lowStock.inputs, { product_ids: products })).toThrow(
    '6 to 19 digits each, at most 20',
  );
});

describe('Low Stock in a shop', () => {
  const DAYS = 2;
  const THRESHOLD = 10;
  let app: ConnectedApp;
  let store: RecordingStore;
  beforeEach(async () => {
    app = await connectApp({
      store: (clock) => {
        store = recordingStore(memoryStore(clock));
        return store;
      },
      to: NOON + DAYS * DAY,
      historyDays: 20,
      ordersPerDay: 5,
      lifetimes: { accessSeconds: 30 * 86_400 },
    });
  });
  afterEach(() => app.close());

  /** Every time a SKU of the product ran low while one looks on. */
  const periodsOf = (product: ConnectedApp['sandbox']['shop']['products'][number]) =>
    product.skus.flatMap((each) =>
      lowStockPeriods(each, THRESHOLD)
        .filter(({ from }) => from > NOON && from < NOON + DAYS * DAY - 3 * HOUR)
        .map((period) => ({ key: `${product.id}/${each.path}`, ...period })),
    );
  const busiest = () =>
    app.sandbox.shop.products.toSorted((a, b) => periodsOf(b).length - periodsOf(a).length).slice(0, 4);

  /** Polls every hour; each event that is new. */
  async function watch(inputs: object) {
    const seeded = await app.poll('low_stock', inputs, { isPopulatingDedupe: true });
    const known = new Set(seeded.map(({ id }) => id));
    const emitted: { key: string; at: number }[] = [];
    for (let at = NOON + HOUR; at <= NOON + DAYS * DAY; at += HOUR) {
      app.clock.advanceTo(at);
      for (const { id, sku_key } of await app.poll('low_stock', inputs)) {
        if (!known.has(id)) emitted.push({ key: String(sku_key), at });
        known.add(id);
      }
    }
    return emitted;
  }

  test('Each SKU that runs low is reported once, within two hours', async () => {
    const products = busiest();
    const periods = products.flatMap(periodsOf);
    expect(periods.length).toBeGreaterThan(3);
    const emitted = await watch({ product_ids: products.map(({ id }) => String(id)), max_stock: THRESHOLD });
    for (const { key, from } of periods) {
      const ofIt = emitted.filter(({ key: other, at }) => other === key && at > from);
      expect(ofIt[0]?.at).toBeLessThan(from + 2 * HOUR);
    }
    const low = products.flatMap((product) =>
      product.skus.flatMap((each) =>
        lowStockPeriods(each, THRESHOLD).map(() => `${product.id}/${each.path}`),
      ),
    );
    for (const key of new Set(emitted.map((event) => event.key)))
      expect(emitted.filter((event) => event.key === key).length).toBeLessThanOrEqual(
        low.filter((other) => other === key).length,
      );
  });

  test('A product takes at most three calls an hour', async () => {
    const products = [String(app.sandbox.shop.products[0]?.id)];
    for (let at = NOON; at <= NOON + 4 * HOUR; at += HOUR / 6) {
      app.clock.advanceTo(at);
      await app.poll('low_stock', { product_ids: products });
    }
    expect(app.calls()).toBe(1 + 4 * 3);
  });

  test('A user who sets up a product of another shop gets an error', async () => {
    const inputs = { product_ids: ['999999999999'] };
    const { message } = await thrownBy(app.poll('low_stock', inputs, { isLoadingSample: true }));
    expect(message).toContain('"Products" has an invalid value. Allowed: product numbers of this shop.');
  });

  test('Events and stored data of the stock contain no personal data', async () => {
    const products = busiest().map(({ id }) => String(id));
    const events = await app.poll(
      'low_stock',
      { product_ids: products, max_stock: 9999 },
      { isPopulatingDedupe: true },
    );
    expect(store.text()).toContain(String(events[0]?.product_id));
    expect(JSON.stringify(events) + store.text()).not.toMatch(/canary/i);
  });
});

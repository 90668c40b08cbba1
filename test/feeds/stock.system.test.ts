import { productDetail } from '../../lib/aliexpress/methods/product-detail.ts';
import { type Poll, pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { createStockFeed } from '../../lib/feeds/stock.ts';
import { fail, httpReason } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import lowStock from '../../triggers/low-stock.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { silentStore } from '../support/failing-stores.ts';
import { losingStore } from '../support/losing-store.ts';
import { problemLike } from '../support/problem-like.ts';
import type { ShopOptions } from '../support/shop-services.ts';

const MAT = '1005001';
const LAMP = '1005002';
const BOTTLE = '1005003';

interface StockShop extends AnsweringShop {
  /** Product id → properties of a SKU → pieces. */
  stock: Map<string, Record<string, unknown>>;
  /** The records that a workflow gets that watches the products. */
  poll(products: string[], ms?: number): Promise<readonly Record<string, unknown>[]>;
  /** Polls every five minutes. */
  pollFor(products: string[], ms: number): Promise<void>;
  /** Pieces by SKU, as a poll returns them. */
  pieces(products: string[], ms?: number): Promise<Record<string, unknown>>;
  checkedAt(): string[];
}

function openStockShop(options?: ShopOptions): StockShop {
  const answering = openAnsweringShop(options);
  const shop: StockShop = Object.assign(answering, {
    stock: new Map([
      [MAT, { '14:193': 14, '14:29': 3 }],
      [LAMP, { '14:193': 50 }],
      [BOTTLE, { '14:193': 7 }],
    ]),
    poll: async (products: string[], ms = 0) => {
      shop.clock.advance(ms);
      return (await createStockFeed(shop).read('polling', { inputs: { product_ids: products } })).records;
    },
    pollFor: async (products: string[], ms: number) => {
      for (let passed = 0; passed < ms; passed += 5 * MINUTE) await shop.poll(products, 5 * MINUTE);
    },
    pieces: async (products: string[], ms = 0) =>
      Object.fromEntries(
        (await shop.poll(products, ms)).map(({ sku_key, stock }) => [String(sku_key), stock]),
      ),
    checkedAt: () => shop.sent.map(({ request }) => String(request.product_id)),
  });
  shop.answers.set(productDetail.name, ({ product_id }) => {
    const skus = shop.stock.get(String(product_id));
    if (!skus) return {};
    return {
      result: {
        product_id,
        subject_list: [{ locale: 'en_US', value: `Product ${product_id}` }],
        currency_code: 'USD',
        owner_member_id: 'canarymerchant',
        aeop_ae_product_s_k_us: Object.entries(skus).map(([id, pieces]) => ({
          id,
          sku_code: `P-${id}`,
          sku_price: '9.90',
          ipm_sku_stock: pieces,
        })),
      },
    };
  });
  return shop;
}

const usedUp = (): never =>
  fail('budget_used_up', { limit: 200, resetsAt: 1, now: 0, zone: 'Asia/Shanghai' });
const refuse = (): never => fail('request_refused', { method: productDetail.name, code: '50' });

describe('Stock feed', () => {
  let shop: StockShop;
  beforeEach(() => {
    shop = openStockShop();
  });

  test('No call is made if no workflow watches a product', async () => {
    await createStockFeed(shop).read('polling');
    expect(shop.sent).toEqual([]);
  });

  test('A check of a product takes one call', async () => {
    await shop.poll([MAT]);
    expect(shop.checkedAt()).toEqual([MAT]);
  });

  test('Each SKU of a product is returned as a record', async () => {
    expect(await shop.poll([MAT])).toMatchObject([
      {
        sku_key: '1005001/14:193',
        product_id: MAT,
        product_name: 'Product 1005001',
        sku_code: 'P-14:193',
        sku_properties: '14:193',
        stock: 14,
        price: 9.9,
        currency: 'USD',
        previous_stock: null,
      },
      { sku_key: '1005001/14:29', stock: 3 },
    ]);
  });

  test('A SKU without properties has a key too', async () => {
    shop.stock.set(MAT, { '': 4 });
    expect(await shop.pieces([MAT])).toEqual({ '1005001/default': 4 });
  });

  test('The products of all workflows are returned from the same checks', async () => {
    await shop.poll([MAT]);
    expect(await shop.pieces([LAMP], HOUR)).toEqual({
      '1005001/14:193': 14,
      '1005001/14:29': 3,
      '1005002/14:193': 50,
    });
  });

  test('A product is checked once for two workflows', async () => {
    await shop.poll([MAT]);
    await shop.poll([MAT], MINUTE);
    expect(shop.checkedAt()).toEqual([MAT]);
  });

  test('The owner of a product is not stored', async () => {
    await shop.poll([MAT]);
    expect(shop.storedText()).toContain('Product 1005001');
    expect(shop.storedText()).not.toMatch(/canary/i);
  });
});

describe('Watched product', () => {
  let shop: StockShop;
  beforeEach(() => {
    shop = openStockShop();
  });

  test('A product is not checked more often than every 20 minutes', async () => {
    await shop.poll([MAT]);
    await shop.pollFor([MAT], 6 * HOUR);
    expect(shop.sent).toHaveLength(1 + 18);
  });

  test('The product that was checked least recently is checked first', async () => {
    for (let look = 0; look < 6; look += 1) await shop.poll([MAT, LAMP, BOTTLE], 7 * MINUTE);
    expect(shop.checkedAt()).toEqual([MAT, LAMP, BOTTLE, MAT, LAMP, BOTTLE]);
  });

  test('A new product is checked before the others', async () => {
    await shop.pollFor([MAT, LAMP], HOUR);
    await shop.poll([MAT, LAMP, BOTTLE], 30 * MINUTE);
    expect(shop.checkedAt().at(-1)).not.toBe(MAT);
    expect(shop.checkedAt()).toContain(BOTTLE);
  });

  test('Products are checked with the calls that are saved up, and no more', async () => {
    const many = Array.from({ length: 20 }, (_, n) => String(2_005_001 + n));
    for (const id of many) shop.stock.set(id, { '14:193': 9 });
    await shop.poll(many);
    expect(shop.sent).toHaveLength(1);
    await shop.poll(many, 30 * MINUTE);
    expect(shop.sent.length).toBeGreaterThan(3);
    expect(shop.sent.length).toBeLessThan(10);
  });

  test('A single product is checked all day without using all calls of the day', async () => {
    await shop.pollFor([MAT], DAY);
    expect(shop.sent.length).toBeLessThanOrEqual(73);
  });

  test('A product is no longer checked when no workflow has wanted it for 26 hours', async () => {
    await shop.poll([MAT]);
    await shop.pollFor([LAMP], 27 * HOUR);
    const before = shop.sent.length;
    await shop.pollFor([LAMP], 2 * HOUR);
    expect(shop.checkedAt().slice(before)).not.toContain(MAT);
  });

  test('A product is checked for 26 hours after a workflow wanted it', async () => {
    await shop.poll([MAT]);
    await shop.pollFor([LAMP], 25 * HOUR);
    const before = shop.sent.length;
    await shop.pollFor([LAMP], HOUR);
    expect(shop.checkedAt().slice(before)).toContain(MAT);
  });

  test('The 26 hours of a product begin when a workflow last wanted it', async () => {
    await shop.poll([MAT]);
    await shop.pollFor([LAMP], 20 * HOUR);
    await shop.poll([MAT]);
    await shop.pollFor([LAMP], 10 * HOUR);
    const before = shop.sent.length;
    await shop.pollFor([LAMP], HOUR);
    expect(shop.checkedAt().slice(before)).toContain(MAT);
  });

  test('A product beyond the first hundred is not watched, and that is logged', async () => {
    const many = Array.from({ length: 101 }, (_, n) => String(2_005_001 + n));
    for (const id of many) shop.stock.set(id, { '14:193': 9 });
    for (let n = 0; n < 101; n += 20) await shop.poll(many.slice(n, n + 20));
    await shop.pollFor([], DAY);
    expect(new Set(shop.checkedAt()).size).toBe(100);
    expect(shop.logged.join()).toContain('too many things are to be watched {"feed":"stock","tooMany":1}');
  });

  test('A product that a user has just chosen is checked while the user waits', async () => {
    await shop.poll([MAT]);
    await createStockFeed(shop).read('interactive', { inputs: { product_ids: [LAMP] } });
    expect(shop.checkedAt()).toEqual([MAT, LAMP]);
  });

  test('Waiting products are reported with their number', async () => {
    const now = shop.clock.now();
    await shop.poll([MAT, LAMP, BOTTLE]);
    expect((await readFeedStatus(shop.store, shop.seller, 'stock'))?.waiting).toEqual({
      count: 2,
      since: now,
    });
  });

  test('No product is reported as waiting after its check', async () => {
    await shop.poll([MAT]);
    expect((await readFeedStatus(shop.store, shop.seller, 'stock'))?.waiting).toBeNull();
  });

  test('A product that could not be paid is checked next', async () => {
    await shop.poll([MAT]);
    shop.onPay = usedUp;
    await shop.poll([MAT, LAMP], 30 * MINUTE);
    shop.onPay = () => {};
    await shop.poll([MAT, LAMP]);
    expect(shop.checkedAt()[1]).toBe(LAMP);
  });

  test('A product that could not be paid after another one is checked next', async () => {
    await shop.poll([MAT]);
    shop.onPay = () => shop.sent.length === 2 && usedUp();
    await shop.poll([MAT, LAMP, BOTTLE], 30 * MINUTE);
    shop.onPay = () => {};
    await shop.poll([MAT, LAMP, BOTTLE], 10 * MINUTE);
    expect(shop.checkedAt().slice(0, 3)).toEqual([MAT, LAMP, BOTTLE]);
  });

  test('The stock feed leaves its calls to other feeds until a product is due', async () => {
    const now = shop.clock.now();
    await shop.poll([MAT]);
    expect((await readFeedStatus(shop.store, shop.seller, 'stock'))?.nextDueAt).toBe(now + 20 * MINUTE);
  });

  test('Many polls of a product at the same time make one check', async () => {
    await Promise.all(Array.from({ length: 10 }, () => shop.poll([MAT])));
    expect(shop.sent).toHaveLength(1);
  });
});

describe('Stock of a SKU', () => {
  let shop: StockShop;
  beforeEach(async () => {
    shop = openStockShop();
    shop.stock.set(MAT, { '14:193': 9 });
  });
  const look = async (pieces?: number) => {
    if (pieces !== undefined) shop.stock.set(MAT, { '14:193': pieces });
    const [found] = await shop.poll([MAT], HOUR);
    return found;
  };

  test('A stock counts as restocked when it is first seen', async () => {
    const first = await look();
    expect(Date.parse(String(first?.restocked_at))).toBe(shop.clock.now());
  });

  test.each([
    ['falls', 4],
    ['stays as it is', 9],
    ['is gone', 0],
  ])('A stock that %s keeps the time of its last restock', async (_, pieces) => {
    const first = await look();
    expect((await look(pieces))?.restocked_at).toBe(first?.restocked_at);
  });

  test('A stock that rises is restocked at that time', async () => {
    await look();
    const later = await look(10);
    expect(Date.parse(String(later?.restocked_at))).toBe(shop.clock.now());
  });

  test('A record has the stock before the last change', async () => {
    await look();
    expect(await look(4)).toMatchObject({ stock: 4, previous_stock: 9 });
    expect(await look()).toMatchObject({ stock: 4, previous_stock: 9 });
  });

  test('A record has the time of the last change', async () => {
    await look();
    const changed = await look(4);
    expect(Date.parse(String(changed?.stock_changed_at))).toBe(shop.clock.now());
    expect((await look())?.stock_changed_at).toBe(changed?.stock_changed_at);
  });

  test('A stock that does not change for days keeps its record', async () => {
    const first = await look();
    await shop.pollFor([MAT], 3 * DAY);
    expect(await look()).toEqual(first);
  });
});

describe('Stock feed failures', () => {
  let shop: StockShop;
  beforeEach(() => {
    shop = openStockShop();
  });

  test('An unreadable SKU is left out, and the others are returned', async () => {
    shop.stock.set(MAT, { '14:193': 'canary', '14:29': 3 });
    expect(await shop.pieces([MAT])).toEqual({ '1005001/14:29': 3 });
  });

  test('An unreadable SKU is logged without its content', async () => {
    shop.stock.set(MAT, { '14:193': 'canary' });
    await shop.poll([MAT]);
    expect(shop.logged).toHaveLength(1);
    expect(shop.logged.join()).not.toMatch(/canary/i);
  });

  const failures: [string, () => unknown][] = [
    ['AliExpress does not know', () => ({})],
    ['AliExpress refuses', refuse],
    ['AliExpress returns in another format', () => ({ result: { something: 'else' } })],
  ];

  test.each(failures)('A product that %s does not keep the others from their checks', async (_, answer) => {
    const known = shop.answers.get(productDetail.name);
    shop.answers.set(productDetail.name, (request) =>
      request.product_id === LAMP ? answer() : known?.(request),
    );
    await shop.poll([MAT, LAMP, BOTTLE]);
    await shop.pollFor([MAT, LAMP, BOTTLE], HOUR);
    expect(await shop.pieces([MAT])).toMatchObject({ '1005001/14:193': 14, '1005003/14:193': 7 });
  });

  test.each(failures)('A product that %s is requested again every six hours', async (_, answer) => {
    const known = shop.answers.get(productDetail.name);
    shop.answers.set(productDetail.name, (request) =>
      request.product_id === LAMP ? answer() : known?.(request),
    );
    await shop.poll([MAT, LAMP]);
    await shop.pollFor([MAT, LAMP], DAY);
    expect(shop.checkedAt().filter((id) => id === LAMP)).toHaveLength(4);
  });

  test('An error names the input if AliExpress knows none of its products', async () => {
    await expect(shop.poll(['999999'])).rejects.toEqual(
      problemLike('bad_input', { field: { en: 'Products', zh: '商品' } }),
    );
  });

  test('An error names the input if AliExpress refuses every product', async () => {
    shop.onCall = refuse;
    await expect(shop.poll([MAT])).rejects.toEqual(
      problemLike('bad_input', { field: { en: 'Products', zh: '商品' } }),
    );
  });

  test('After a failed call the snapshot is served, and another product is checked next', async () => {
    await shop.poll([MAT]);
    shop.onCall = () => fail('aliexpress_unreachable', { reason: httpReason(503) });
    expect(await shop.pieces([MAT, LAMP, BOTTLE], 7 * MINUTE)).toMatchObject({ '1005001/14:193': 14 });
    shop.onCall = () => {};
    await shop.poll([MAT, LAMP, BOTTLE], 7 * MINUTE);
    expect(shop.checkedAt().slice(0, 3)).toEqual([MAT, LAMP, BOTTLE]);
  });

  test('An expired token is reported, and the visit is made at once with a new one', async () => {
    shop.onCall = (nth) => nth === 1 && fail('token_expired', {});
    await expect(shop.poll([MAT])).rejects.toEqual(problemLike('token_expired'));
    expect(await shop.pieces([MAT])).toMatchObject({ '1005001/14:193': 14 });
  });

  test('A poll is answered from the snapshot while another process holds the lease', async () => {
    shop = openStockShop({ through: (store) => ({ ...store, add: async () => false }) });
    expect([await shop.poll([MAT]), shop.sent]).toEqual([[], []]);
  });

  test('No call is made if the store does not answer', async () => {
    shop = openStockShop({ through: () => silentStore });
    expect([await shop.poll([MAT]), shop.sent]).toEqual([[], []]);
  });

  test('All products are checked again after records were lost', async () => {
    await shop.poll([MAT]);
    await shop.poll([MAT, LAMP], 10 * MINUTE);
    for (const chunk of shop.storedText().match(/chunk1:\d+:stock:\w+/g) ?? [])
      await shop.innerStore.delete(chunk);
    shop.memo.chunks.clear();
    expect(await shop.pieces([MAT, LAMP], 15 * MINUTE)).toMatchObject({
      '1005001/14:193': 14,
      '1005002/14:193': 50,
    });
  });
});

test('The first poll after a workflow was turned on does not check its product again', async () => {
  const shop = Object.assign(openStockShop(), { memo: emptyProcessMemo() });
  const poll = (purpose: Poll['purpose']) =>
    pollTrigger(lowStock, shop, { inputs: { product_ids: [MAT] }, workflow: '7', purpose });
  await poll('turn_on');
  for (let minutes = 2; minutes <= 10; minutes += 2) {
    shop.clock.advance(2 * MINUTE);
    await poll('poll');
  }
  expect(shop.checkedAt()).toEqual([MAT]);
});

describe('Low stock whose snapshot is lost', () => {
  const SNAPSHOT = ['snap1', 'chunk1', 'watch1'];
  const HISTORY = 'stock1';
  /** A shop whose workflow was turned on at a stock of nine. */
  async function turnOn() {
    const { through, lose } = losingStore();
    const shop = openStockShop({ through, limit: 2000 });
    /** A poll an hour later, in another process. */
    const poll = async (pieces: number, purpose: Poll['purpose'] = 'poll') => {
      shop.stock.set(MAT, { '14:193': pieces });
      shop.clock.advance(HOUR);
      const inputs = { product_ids: [MAT], max_stock: 5 };
      const fresh = { ...shop, memo: emptyProcessMemo() };
      const events = await pollTrigger(lowStock, fresh, { inputs, workflow: '7', purpose });
      return events.map(({ id }) => id);
    };
    await poll(9, 'turn_on');
    return { shop, poll, lose };
  }

  test('Each low stock has one id, whenever the snapshot is lost', async () => {
    const levels = [3, 2, 4, 1, 20, 5, 0, 9, 5, 6, 4, 3];
    for (let lostAt = 0; lostAt < levels.length; lostAt += 1) {
      const { poll, lose } = await turnOn();
      const ids = new Set<string>();
      for (const [n, level] of levels.entries()) {
        if (n === lostAt) await lose(...SNAPSHOT);
        for (const id of await poll(level)) ids.add(id);
      }
      const key = `${MAT}/14:193`;
      expect([lostAt, ...ids]).toEqual([lostAt, key, `${key}/3`, `${key}/4`, `${key}/5`]);
    }
  });

  test('A stock that has become low since it was checked last is announced', async () => {
    const { poll, lose } = await turnOn();
    await lose(...SNAPSHOT);
    expect(await poll(2)).toEqual([`${MAT}/14:193`]);
  });

  test('After a pause of days a stock that became low in it is announced', async () => {
    const { shop, poll } = await turnOn();
    shop.clock.advance(6 * DAY);
    expect(await poll(2)).toEqual([`${MAT}/14:193`]);
  });

  test('If what is remembered of the stock is lost too, an alert says so', async () => {
    const { shop, poll, lose } = await turnOn();
    await lose(HISTORY);
    expect(await poll(2)).toEqual([`${MAT}/14:193`]);
    expect(await skippedSpans(shop)).toEqual([expect.objectContaining({ to: shop.clock.now() })]);
  });

  test('An alert about lost memory that the store refuses is raised by a later visit', async () => {
    const { shop, poll, lose } = await turnOn();
    await lose(HISTORY);
    const { set } = shop.store;
    shop.store.set = async (key, ...rest) => !key.startsWith('skipped:') && set(key, ...rest);
    await poll(2);
    const lostUntil = shop.clock.now();
    shop.store.set = set;
    expect(await skippedSpans(shop)).toEqual([]);
    await poll(2);
    expect(await skippedSpans(shop)).toEqual([expect.objectContaining({ feed: 'stock', to: lostUntil })]);
    await poll(2);
    expect(await skippedSpans(shop)).toHaveLength(1);
  });
});

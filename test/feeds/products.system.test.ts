import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { createProductsFeed } from '../../lib/feeds/products.ts';
import { fail, httpReason } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { silentStore } from '../support/failing-stores.ts';
import { problemLike } from '../support/problem-like.ts';
import type { ShopOptions } from '../support/shop-services.ts';

const LONG_AGO = Date.parse('2026-06-01T00:00:00Z');

type Status = 'offline' | 'service_delete' | 'editingRequired';

interface OffShelf {
  status: Status;
  cause?: string;
  /** Epoch milliseconds; none where AliExpress does not say. */
  at?: number;
}

interface ProductShop extends AnsweringShop {
  /** What is off the shelf now, by product number, in the order of the list. */
  off: Map<string, OffShelf>;
  /** Rows that are no products. */
  odd: object[];
  putMany(count: number, prefix?: string): void;
  /** Products and causes that a poll gets. */
  poll(ms?: number): Promise<string[]>;
  records(ms?: number): Promise<Record<string, unknown>[]>;
  /** Polls every ten minutes; what the last one gets. */
  pollFor(ms: number): Promise<string[]>;
  /** "status page" of each call. */
  pages(): string[];
}

function openProductShop(options?: ShopOptions): ProductShop {
  const answering = openAnsweringShop(options);
  const shop: ProductShop = Object.assign(answering, {
    off: new Map<string, OffShelf>(),
    odd: [],
    putMany: (count: number, prefix = '1005') => {
      for (let n = 0; n < count; n += 1)
        shop.off.set(`${prefix}${String(n).padStart(6, '0')}`, {
          status: 'offline',
          cause: 'user_offline',
          at: LONG_AGO,
        });
    },
    records: async (ms = 0) => {
      shop.clock.advance(ms);
      return (await createProductsFeed(shop).read('polling')).records;
    },
    poll: async (ms = 0) =>
      (await shop.records(ms)).map(({ product_id, cause }) => `${product_id} ${cause}`).sort(),
    pollFor: async (ms: number) => {
      let found: string[] = [];
      for (let passed = 0; passed < ms; passed += 10 * MINUTE) found = await shop.poll(10 * MINUTE);
      return found;
    },
    pages: () => shop.sent.map(({ request }) => `${request.product_status_type} ${request.current_page}`),
  });
  const rowOf = (id: string, { cause, at }: OffShelf): object => ({
    product_id: id,
    subject: `Yoga Mat ${id}`,
    ...(cause && { ws_display: cause }),
    ...(at !== undefined && { ws_offline_date: toPacific(at) }),
    owner_member_id: 'canarymerchant',
  });
  shop.answers.set(productList.name, ({ product_status_type, current_page, page_size }) => {
    const rows = [...shop.off]
      .filter(([, { status }]) => status === product_status_type)
      .map(
        ([id, product]) =>
          () =>
            rowOf(id, product),
      );
    if (product_status_type === 'offline') rows.unshift(...shop.odd.map((row) => () => row));
    const size = Number(page_size);
    const first = (Number(current_page) - 1) * size;
    return {
      result: {
        product_count: rows.length,
        total_page: Math.ceil(rows.length / size),
        aeop_a_e_product_display_d_t_o_list: rows.slice(first, first + size).map((write) => write()),
      },
    };
  });
  return shop;
}

const usedUp = (): never =>
  fail('budget_used_up', { limit: 200, resetsAt: 1, now: 0, zone: 'Asia/Shanghai' });

describe('The first look at the products off the shelf', () => {
  let shop: ProductShop;
  beforeEach(() => {
    shop = openProductShop();
  });

  test('takes one call for each list', async () => {
    await shop.poll();
    expect(shop.pages()).toEqual(['offline 1', 'service_delete 1', 'editingRequired 1']);
  });

  test('asks for full pages', async () => {
    await shop.poll();
    expect(shop.sent[0]?.request.page_size).toBe(99);
  });

  test('brings nothing of what was off the shelf before', async () => {
    shop.putMany(5);
    expect(await shop.poll()).toEqual([]);
  });

  test('brings what AliExpress says went offline in the last two hours', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'expire_offline', at: shop.clock.now() - HOUR });
    shop.off.set('1005002', { status: 'offline', cause: 'expire_offline', at: shop.clock.now() - 3 * HOUR });
    expect(await shop.poll()).toEqual(['1005001 expire_offline']);
  });

  test('brings nothing that is to go offline later', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'expire_offline', at: shop.clock.now() + HOUR });
    expect(await shop.poll()).toEqual([]);
  });

  test('is complete at once for somebody who waits, however long the lists are', async () => {
    shop.putMany(1000);
    expect((await createProductsFeed(shop).read('interactive')).records).toEqual([]);
    expect(shop.sent).toHaveLength(3);
  });

  test('brings what went offline while it went on', async () => {
    shop.putMany(99 * 4);
    await shop.poll();
    shop.off.set('2005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    expect(await shop.pollFor(2 * HOUR)).toEqual(['2005001 user_offline']);
  });
});

describe('A product that leaves the shelf', () => {
  let shop: ProductShop;
  beforeEach(async () => {
    shop = openProductShop();
    shop.putMany(3);
    await shop.poll();
  });

  test.each([
    ['offline', 'punish_offline', 'punish_offline'],
    ['offline', undefined, 'offline'],
    ['service_delete', undefined, 'service_delete'],
    ['service_delete', 'violate_offline', 'service_delete'],
    ['editingRequired', undefined, 'editingRequired'],
  ] as const)('(%s, %s) is found, with its cause', async (status, cause, shown) => {
    shop.off.set('1005001', { status, ...(cause && { cause }), at: shop.clock.now() });
    expect(await shop.pollFor(7 * HOUR)).toEqual([`1005001 ${shown}`]);
  });

  test('says its cause in words, and when it went offline', async () => {
    const at = Date.parse('2026-11-21T02:05:00Z');
    shop.off.set('1005001', { status: 'offline', cause: 'punish_offline', at });
    expect(await shop.records(HOUR)).toMatchObject([
      {
        product_id: '1005001',
        cause_name: 'platform penalty',
        cause_name_zh: '网规处罚下架',
        left_at: '2026-11-21T02:05:00Z',
      },
    ]);
  });

  test.each([
    ['nothing', undefined],
    ['a time to come', Date.parse('2026-12-24T00:00:00Z')],
    ['a time long before it was still on the shelf', LONG_AGO],
  ])('left when it was noticed, where AliExpress names %s', async (_, at) => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', ...(at !== undefined && { at }) });
    const [found] = await shop.records(HOUR);
    expect(found?.left_at).toBe(new Date(shop.clock.now()).toISOString().replace('.000', ''));
  });

  test('is the same event however often it is seen', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline' });
    const first = await shop.records(HOUR);
    expect(await shop.records(HOUR)).toEqual(first);
  });

  test('is found once, also when it stays off the shelf for days', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline' });
    await shop.pollFor(3 * DAY);
    expect(await shop.poll()).toEqual([]);
  });

  test('and comes back and leaves again is found again', async () => {
    const id = '1005001';
    shop.off.set(id, { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const [first] = await shop.records(HOUR);
    shop.off.delete(id);
    await shop.pollFor(HOUR);
    shop.off.set(id, { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const left = (await shop.records(HOUR)).map(({ left_at }) => left_at);
    expect(left).toEqual([first?.left_at, expect.not.stringMatching(String(first?.left_at))]);
  });

  test('and comes back and leaves again is found again, also where AliExpress gives no date', async () => {
    const id = '1005001';
    shop.off.set(id, { status: 'offline', cause: 'user_offline' });
    await shop.pollFor(3 * DAY);
    shop.off.delete(id);
    await shop.pollFor(2 * HOUR);
    shop.off.set(id, { status: 'offline', cause: 'user_offline' });
    expect(await shop.poll(HOUR)).toEqual([`${id} user_offline`]);
  });

  test('and comes back and leaves again between two looks is found again by its date', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    await shop.poll(HOUR);
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    expect(await shop.poll(HOUR)).toHaveLength(2);
  });

  test('is handed out however late it is found', async () => {
    const since = (await createProductsFeed(shop).read('polling')).completeSince;
    shop.clock.advance(3 * DAY);
    expect((await createProductsFeed(shop).read('polling')).completeSince).toBe(since);
  });

  test('is found again when AliExpress punishes what the seller had taken down', async () => {
    shop.off.set('1005000001', { status: 'offline', cause: 'punish_offline', at: LONG_AGO });
    expect(await shop.poll(HOUR)).toEqual(['1005000001 punish_offline']);
  });
});

describe('Looking through the products', () => {
  let shop: ProductShop;
  beforeEach(() => {
    shop = openProductShop();
  });
  const ofOffline = () => shop.pages().filter((page) => page.startsWith('offline'));

  test('is done every 30 minutes at most', async () => {
    await shop.poll();
    await shop.pollFor(24 * HOUR);
    expect(ofOffline()).toHaveLength(49);
  });

  test('is done every six hours for what is deleted or to be corrected', async () => {
    await shop.poll();
    await shop.pollFor(23 * HOUR);
    expect(shop.pages().filter((page) => page.startsWith('service_delete'))).toHaveLength(4);
    expect(shop.pages().filter((page) => page.startsWith('editingRequired'))).toHaveLength(4);
  });

  test('reads three pages at most in one go', async () => {
    shop.putMany(1000);
    await shop.poll();
    expect(shop.sent).toHaveLength(3);
  });

  test('goes on with the page after the last one', async () => {
    shop.putMany(500);
    await shop.poll();
    await shop.poll(HOUR);
    expect(ofOffline()).toEqual(['offline 1', 'offline 2', 'offline 3', 'offline 4']);
  });

  test('begins anew after the last page', async () => {
    shop.putMany(150);
    await shop.poll();
    await shop.poll(HOUR);
    await shop.poll(HOUR);
    expect(ofOffline()).toEqual(['offline 1', 'offline 2', 'offline 1', 'offline 2']);
  });

  test('reads a page of each list in turn, so that a long one keeps no other waiting', async () => {
    shop.putMany(1000);
    for (const [id, product] of [...shop.off])
      shop.off.set(`2${id}`, { ...product, status: 'service_delete' });
    await shop.poll();
    await shop.poll(HOUR);
    expect(shop.pages().slice(3)).toEqual(['offline 2', 'service_delete 2', 'offline 3']);
  });

  test('takes for new nothing that only slips to another page', async () => {
    shop.putMany(250);
    await shop.pollFor(3 * HOUR);
    // Two leave the first page while the list is read, so two of the third page are not met.
    const before = shop.sent.length;
    shop.onCall = (nth) => {
      if (nth === before + 2) for (const id of ['1005000001', '1005000002']) shop.off.delete(id);
    };
    await shop.pollFor(HOUR);
    expect(await shop.pollFor(2 * HOUR)).toEqual([]);
  });

  test('of many pages finds what is new on any of them', async () => {
    shop.putMany(1000);
    await shop.pollFor(3 * HOUR);
    shop.off.set('2005001', { status: 'offline', cause: 'punish_offline', at: shop.clock.now() });
    expect(await shop.pollFor(4 * HOUR)).toEqual(['2005001 punish_offline']);
  });

  test('says how many products are left to be read', async () => {
    shop.putMany(500);
    await shop.poll();
    expect((await readFeedStatus(shop.store, shop.seller, 'products'))?.waiting?.count).toBe(401);
  });

  test('leaves nothing when the lists are read', async () => {
    shop.putMany(150);
    await shop.poll();
    await shop.poll(HOUR);
    expect((await readFeedStatus(shop.store, shop.seller, 'products'))?.waiting).toBeNull();
  });

  test('stores nothing of who owns them', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    await shop.poll();
    expect(shop.storedText()).toContain('1005001');
    expect(shop.storedText()).not.toMatch(/canary/i);
  });

  test('goes on with the page that could not be paid', async () => {
    shop.putMany(500);
    await shop.poll();
    shop.onPay = () => shop.sent.length === 4 && usedUp();
    await shop.poll(HOUR);
    shop.onPay = () => {};
    await shop.poll(HOUR);
    expect(ofOffline().slice(0, 4)).toEqual(['offline 1', 'offline 2', 'offline 3', 'offline 4']);
  });

  test('finds what is on a page that could not be paid', async () => {
    shop.putMany(150);
    await shop.pollFor(2 * HOUR);
    shop.off.set('2005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const before = shop.sent.length;
    shop.onPay = () => shop.sent.length === before + 1 && usedUp();
    expect(await shop.poll(HOUR)).toEqual([]);
    shop.onPay = () => {};
    expect(await shop.poll(HOUR)).toEqual(['2005001 user_offline']);
  });

  test('of many at the same moment is done once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => shop.poll()));
    expect(shop.sent).toHaveLength(3);
  });
});

describe('Of 5,000 products', () => {
  let shop: ProductShop;
  beforeAll(async () => {
    shop = openProductShop();
    shop.putMany(5000);
    await shop.pollFor(10 * HOUR);
  });

  test('all are looked at within ten hours', () => {
    expect(new Set(shop.pages().filter((page) => page.startsWith('offline'))).size).toBe(51);
  });

  test('no more than 297 are looked at in half an hour', () => {
    expect(shop.sent.length).toBeLessThanOrEqual(3 * 20);
  });

  test('what is remembered takes less than 100 kB', async () => {
    const stored = await shop.kept.get(`seen:${shop.seller}:products`);
    expect(String(stored).length).toBeLessThan(100_000);
  });
});

describe('What was seen', () => {
  /** Declines what begins with `key` while it is told to. */
  const declining = (key: string) => {
    const switches = { isDeclining: false };
    const through = (store: Store): Store => ({
      ...store,
      set: async (...request) =>
        switches.isDeclining && request[0].startsWith(key) ? false : store.set(...request),
    });
    return { switches, through };
  };

  test('is no news after it could not be written down', async () => {
    const { switches, through } = declining('seen:');
    const shop = openProductShop({ through });
    shop.putMany(400);
    await shop.poll();
    switches.isDeclining = true;
    await shop.poll(HOUR);
    switches.isDeclining = false;
    expect(await shop.pollFor(6 * HOUR)).toEqual([]);
  });

  test('is no news after the snapshot could not be written', async () => {
    const { switches, through } = declining('snap:');
    const shop = openProductShop({ through });
    shop.putMany(400);
    await shop.poll();
    switches.isDeclining = true;
    await shop.poll(HOUR);
    switches.isDeclining = false;
    expect(await shop.pollFor(6 * HOUR)).toEqual([]);
  });

  test('is the same event where it could not be written down', async () => {
    const { switches, through } = declining('seen:');
    const shop = openProductShop({ through });
    await shop.poll();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline' });
    switches.isDeclining = true;
    const first = await shop.records(HOUR);
    switches.isDeclining = false;
    expect(first).toHaveLength(1);
    expect(await shop.records(HOUR)).toEqual(first);
  });

  test('and was lost is no news', async () => {
    const shop = openProductShop();
    shop.putMany(400);
    await shop.pollFor(2 * HOUR);
    await shop.kept.delete(`seen:${shop.seller}:products`);
    expect(await shop.pollFor(6 * HOUR)).toEqual([]);
  });

  test('and was lost in the midst of a list is read from its start', async () => {
    const shop = openProductShop();
    shop.putMany(400);
    await shop.poll();
    await shop.kept.delete(`seen:${shop.seller}:products`);
    await shop.poll(HOUR);
    expect(shop.pages()[3]).toBe('offline 1');
  });

  test('by one whose lease had ended meanwhile is no news to the other', async () => {
    const shop = openProductShop();
    shop.putMany(400);
    await shop.poll();
    const other: Promise<string[]>[] = [];
    // The first one stands still for so long in the midst of its visit that a second one visits.
    shop.answers.set(productList.name, pausing(shop, other));
    await shop.poll(HOUR);
    await Promise.all(other);
    expect(await shop.pollFor(8 * HOUR)).toEqual([]);
  });

  test('days ago is no news, also where it was lost', async () => {
    const shop = openProductShop();
    await shop.poll();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    await shop.pollFor(3 * DAY);
    await shop.kept.delete(`seen:${shop.seller}:products`);
    expect(await shop.pollFor(2 * HOUR)).toEqual([]);
  });

  test('is lost with the records, and every list is read again', async () => {
    const shop = openProductShop();
    await shop.poll();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    await shop.poll(HOUR);
    const [chunk] = shop.storedText().match(/snap:\d+:products:\w+/) ?? [];
    await shop.kept.delete(String(chunk));
    shop.memo.chunks.clear();
    await shop.poll(HOUR);
    expect(shop.pages().slice(-3)).toEqual(['offline 1', 'service_delete 1', 'editingRequired 1']);
  });

  test('is lost with the records, and what went offline since the feed began is found again at once', async () => {
    const shop = openProductShop();
    shop.putMany(3);
    await shop.poll();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const before = await shop.records(HOUR);
    const [chunk] = shop.storedText().match(/snap:\d+:products:\w+/) ?? [];
    await shop.kept.delete(String(chunk));
    shop.memo.chunks.clear();
    expect([await shop.records(), await shop.records(HOUR)]).toEqual([before, before]);
  });

  /** Answers as before, but at the first call a whole other visit comes in between. */
  function pausing(shop: ProductShop, visits: Promise<string[]>[]) {
    const answer = shop.answers.get(productList.name);
    return (request: Record<string, unknown>) => {
      if (visits.length === 0) {
        shop.clock.advance(31_000);
        visits.push(shop.poll());
      }
      return answer?.(request);
    };
  }
});

describe('When something is wrong', () => {
  test('one odd product is left out, and the others are delivered', async () => {
    const shop = openProductShop();
    shop.odd.push({ subject: 'Cat Tree', owner_member_id: 'canarymerchant' });
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    expect(await shop.poll()).toEqual(['1005001 user_offline']);
  });

  test('one odd product is logged without its content', async () => {
    const shop = openProductShop();
    shop.odd.push({ subject: 'Cat Tree', owner_member_id: 'canarymerchant' });
    await shop.poll();
    expect(shop.logged).toHaveLength(1);
    expect(shop.logged.join()).not.toMatch(/canary|Cat Tree/i);
  });

  test('with the token, it is told, and with a fresh one the visit is made at once', async () => {
    const shop = openProductShop();
    shop.onCall = (nth) => nth === 1 && fail('token_expired', {});
    await expect(shop.poll()).rejects.toEqual(problemLike('token_expired'));
    await shop.poll();
    expect(shop.sent).toHaveLength(4);
  });

  test('with AliExpress, the snapshot is served', async () => {
    const shop = openProductShop();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const before = await shop.poll();
    shop.onCall = () => fail('aliexpress_unreachable', { reason: httpReason(503) });
    expect(await shop.poll(HOUR)).toEqual(before);
  });

  test('with the store, no call is made', async () => {
    const shop = openProductShop({ through: () => silentStore });
    expect([await shop.poll(), shop.sent]).toEqual([[], []]);
  });

  test('with what was seen alone, no call is made', async () => {
    const through = (store: Store): Store => ({
      ...store,
      get: async (key) => {
        if (key.startsWith('seen:')) throw new Error('no answer');
        return store.get(key);
      },
    });
    const shop = openProductShop({ through });
    expect([await shop.poll(), shop.sent]).toEqual([[], []]);
  });
});

import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { type Poll, pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { createProductsFeed } from '../../lib/feeds/products.ts';
import { fail, httpReason } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import { wholeSecond } from '../../sandbox/pacific.ts';
import productTakenDown from '../../triggers/product-taken-down.ts';
import { decliningStore, silentStore } from '../support/failing-stores.ts';
import { losingStore } from '../support/losing-store.ts';
import { problemLike } from '../support/problem-like.ts';
import { LONG_AGO, type OffShelf, openProductShop, type ProductShop } from '../support/product-shop.ts';

const usedUp = (): never =>
  fail('budget_used_up', { limit: 200, resetsAt: 1, now: 0, zone: 'Asia/Shanghai' });

describe('First visit of the products feed', () => {
  let shop: ProductShop;
  beforeEach(() => {
    shop = openProductShop();
  });

  test('The first visit takes one call for each list', async () => {
    await shop.poll();
    expect(shop.pages()).toEqual(['offline 1', 'service_delete 1', 'editingRequired 1']);
  });

  test('The lists are requested in full pages', async () => {
    await shop.poll();
    expect(shop.sent[0]?.request.page_size).toBe(99);
  });

  test('A product that was off the shelf before the feed began is not returned', async () => {
    shop.putMany(5);
    expect(await shop.poll()).toEqual([]);
  });

  test('A product that went offline in the last two hours is returned by the first visit', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'expire_offline', at: shop.clock.now() - HOUR });
    shop.off.set('1005002', { status: 'offline', cause: 'expire_offline', at: shop.clock.now() - 3 * HOUR });
    expect(await shop.poll()).toEqual(['1005001 expire_offline']);
  });

  test('A product that goes offline in the future is not returned', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'expire_offline', at: shop.clock.now() + HOUR });
    expect(await shop.poll()).toEqual([]);
  });

  test('A user who sets up a workflow gets a result at once, however long the lists are', async () => {
    shop.putMany(1000);
    expect((await createProductsFeed(shop).read('interactive')).records).toEqual([]);
    expect(shop.pages()).toHaveLength(3);
  });

  test('A product that goes offline during the first reading is returned', async () => {
    shop.putMany(99 * 4);
    await shop.poll();
    shop.off.set('2005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    expect(await shop.pollFor(2 * HOUR)).toEqual(['2005001 user_offline']);
  });
});

describe('Product that leaves the shelf', () => {
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
  ] as const)(
    'A product with status %s and reason %s is found, with its reason',
    async (status, cause, shown) => {
      shop.off.set('1005001', { status, ...(cause && { cause }), at: shop.clock.now() });
      expect(await shop.pollFor(7 * HOUR)).toEqual([`1005001 ${shown}`]);
    },
  );

  test('A product has its reason in words, and the time it went offline', async () => {
    const at = Date.parse('2026-11-21T02:05:00Z');
    shop.off.set('1005001', { status: 'offline', cause: 'punish_offline', at });
    expect(await shop.records(HOUR)).toMatchObject([
      {
        product_id: '1005001',
        removal_reason_name: 'platform penalty',
        removal_reason_name_zh: '网规处罚下架',
        removed_at: '2026-11-21T02:05:00Z',
      },
    ]);
  });

  test.each([
    ['nothing', undefined],
    ['a time in the future', Date.parse('2026-12-24T00:00:00Z')],
    ['a time at which it was still on the shelf', LONG_AGO],
  ])('A product left the shelf when it was found if AliExpress names %s', async (_, at) => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', ...(at !== undefined && { at }) });
    const [found] = await shop.records(HOUR);
    expect(found?.removed_at).toBe(new Date(shop.clock.now()).toISOString().replace('.000', ''));
  });

  test('A product is the same event, however often it is seen', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline' });
    const first = await shop.records(HOUR);
    expect(await shop.records(HOUR)).toEqual(first);
  });

  test('A product that stays off the shelf for days is found once', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline' });
    await shop.pollFor(3 * DAY);
    expect(await shop.poll()).toEqual([]);
  });

  test('A product that comes back and leaves again is found again', async () => {
    const id = '1005001';
    shop.off.set(id, { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const [first] = await shop.records(HOUR);
    shop.off.delete(id);
    await shop.pollFor(HOUR);
    shop.off.set(id, { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const left = (await shop.records(HOUR)).map(({ removed_at }) => removed_at);
    expect(left).toEqual([first?.removed_at, expect.not.stringMatching(String(first?.removed_at))]);
  });

  test('A product that leaves again is found again, also without an offline date', async () => {
    const id = '1005001';
    shop.off.set(id, { status: 'offline', cause: 'user_offline' });
    await shop.pollFor(3 * DAY);
    shop.off.delete(id);
    await shop.pollFor(2 * HOUR);
    shop.off.set(id, { status: 'offline', cause: 'user_offline' });
    expect(await shop.poll(HOUR)).toEqual([`${id} user_offline`]);
  });

  test('A product that leaves again between two visits is found again by its date', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    await shop.poll(HOUR);
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    expect(await shop.poll(HOUR)).toHaveLength(2);
  });

  test('A product is found again when AliExpress penalizes what the seller had taken offline', async () => {
    shop.off.set('1005000001', { status: 'offline', cause: 'punish_offline', at: LONG_AGO });
    expect(await shop.poll(HOUR)).toEqual(['1005000001 punish_offline']);
  });
});

describe('Reading of whole product lists', () => {
  let shop: ProductShop;
  beforeEach(() => {
    shop = openProductShop();
    shop.hasWindows = false;
  });
  const ofOffline = () => shop.pages().filter((page) => page.startsWith('offline'));

  test('The offline list is read every 30 minutes at most', async () => {
    await shop.poll();
    await shop.pollFor(24 * HOUR);
    expect(ofOffline()).toHaveLength(49);
  });

  test('The lists of deleted and returned products are read every six hours', async () => {
    await shop.poll();
    await shop.pollFor(23 * HOUR);
    expect(shop.pages().filter((page) => page.startsWith('service_delete'))).toHaveLength(4);
    expect(shop.pages().filter((page) => page.startsWith('editingRequired'))).toHaveLength(4);
  });

  test('A visit reads at most three pages', async () => {
    shop.putMany(1000);
    await shop.poll();
    expect(shop.pages()).toHaveLength(3);
  });

  test('The next visit resumes with the next page', async () => {
    shop.putMany(500);
    await shop.poll();
    await shop.poll(HOUR);
    expect(ofOffline()).toEqual(['offline 1', 'offline 2', 'offline 3', 'offline 4']);
  });

  test('A list is read from its first page after its last one', async () => {
    shop.putMany(150);
    await shop.poll();
    await shop.poll(HOUR);
    await shop.poll(HOUR);
    expect(ofOffline()).toEqual(['offline 1', 'offline 2', 'offline 1', 'offline 2']);
  });

  test('A page of each list is read in turn, so that a long list does not delay the others', async () => {
    shop.putMany(1000);
    for (const [id, product] of [...shop.off])
      shop.off.set(`2${id}`, { ...product, status: 'service_delete' });
    await shop.poll();
    await shop.poll(HOUR);
    expect(shop.pages().slice(3)).toEqual(['offline 2', 'service_delete 2', 'offline 3']);
  });

  test('A product that only moves to another page is not new', async () => {
    shop.putMany(250);
    await shop.pollFor(3 * HOUR);
    // Two products leave the first page while the list is read, so two of the third page are not seen.
    const before = shop.sent.length;
    shop.onCall = (nth) => {
      if (nth === before + 2) for (const id of ['1005000001', '1005000002']) shop.off.delete(id);
    };
    await shop.pollFor(HOUR);
    expect(await shop.pollFor(2 * HOUR)).toEqual([]);
  });

  test('A list that is empty where many products stood makes none of them new again', async () => {
    shop.putMany(150);
    await shop.pollFor(3 * HOUR);
    const off = new Map(shop.off);
    shop.off.clear();
    await shop.pollFor(3 * HOUR);
    for (const [id, product] of off) shop.off.set(id, product);
    expect(await shop.pollFor(3 * HOUR)).toEqual([]);
  });

  test('A product on a page with too few rows is found at once', async () => {
    shop.putMany(5);
    await shop.pollFor(3 * HOUR);
    shop.off.set('2005001', { status: 'offline', cause: 'punish_offline', at: shop.clock.now() });
    const answer = shop.answers.get(productList.name) as (request: object) => { result: object };
    let isShort = true;
    shop.answers.set(productList.name, (request) => {
      const { result } = answer(request) as { result: Record<string, unknown> };
      const rows = result.aeop_a_e_product_display_d_t_o_list as object[];
      if (!isShort || rows.length === 0) return { result };
      isShort = false;
      return { result: { ...result, aeop_a_e_product_display_d_t_o_list: rows.slice(0, 2) } };
    });
    const before = shop.sent.length;
    let found: string[] = [];
    while (shop.sent.length === before) found = await shop.poll(10 * MINUTE);
    expect(found).toEqual(['2005001 punish_offline']);
  });

  test('Products that enter during a pause do not stand for those that a page has left out', async () => {
    shop.putMany(6);
    const answer = shop.answers.get(productList.name) as (request: object) => { result: object };
    let shown = (rows: object[]) => rows.slice(0, 4);
    shop.answers.set(productList.name, (request) => {
      const { result } = answer(request) as { result: Record<string, unknown> };
      const rows = result.aeop_a_e_product_display_d_t_o_list as object[];
      return { result: { ...result, aeop_a_e_product_display_d_t_o_list: shown(rows) } };
    });
    await shop.poll();
    for (const n of [0, 1]) {
      shop.off.delete(`100500000${n}`);
      shop.off.set(`200500000${n}`, { status: 'offline', cause: 'user_offline', at: LONG_AGO });
    }
    shown = (rows) => rows.slice(-2);
    await shop.poll(10 * HOUR);
    shown = (rows) => rows;
    expect(await shop.pollFor(3 * HOUR)).toEqual([]);
  });

  test('A new product is found on any page', async () => {
    shop.putMany(1000);
    await shop.pollFor(3 * HOUR);
    shop.off.set('2005001', { status: 'offline', cause: 'punish_offline', at: shop.clock.now() });
    expect(await shop.pollFor(4 * HOUR)).toEqual(['2005001 punish_offline']);
  });

  test('The products that are left to be read are reported', async () => {
    shop.putMany(500);
    await shop.poll();
    expect((await readFeedStatus(shop.store, shop.seller, 'products'))?.waiting?.count).toBe(401);
  });

  test('No products are reported as left when the lists were read', async () => {
    shop.putMany(150);
    await shop.poll();
    await shop.poll(HOUR);
    expect((await readFeedStatus(shop.store, shop.seller, 'products'))?.waiting).toBeNull();
  });

  test('The owner of a product is not stored', async () => {
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    await shop.poll();
    expect(shop.storedText()).toContain('1005001');
    expect(shop.storedText()).not.toMatch(/canary/i);
  });

  test('The next visit resumes on the page that could not be paid', async () => {
    shop.putMany(500);
    await shop.poll();
    shop.onPay = () => shop.sent.length === 4 && usedUp();
    await shop.poll(HOUR);
    shop.onPay = () => {};
    await shop.poll(HOUR);
    expect(ofOffline().slice(0, 4)).toEqual(['offline 1', 'offline 2', 'offline 3', 'offline 4']);
  });

  test('A new product on a page that could not be paid is found later', async () => {
    shop.putMany(150);
    await shop.pollFor(2 * HOUR);
    shop.off.set('2005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const before = shop.sent.length;
    shop.onPay = () => shop.sent.length === before + 1 && usedUp();
    expect(await shop.poll(HOUR)).toEqual([]);
    shop.onPay = () => {};
    expect(await shop.poll(HOUR)).toEqual(['2005001 user_offline']);
  });

  test('Many polls of products at the same time make one visit', async () => {
    await Promise.all(Array.from({ length: 10 }, () => shop.poll()));
    expect(shop.sent).toHaveLength(3);
  });
});

describe('Shop with 5,000 products off the shelf', () => {
  let shop: ProductShop;
  const remembered = new Set<string>();
  const through = (store: Store): Store => ({
    ...store,
    set: (key, value, ttl) => {
      if (key.startsWith('watch1:')) remembered.add(key);
      return store.set(key, value, ttl);
    },
  });
  beforeAll(async () => {
    shop = openProductShop({ through });
    shop.hasWindows = false;
    shop.putMany(5000);
    await shop.pollFor(10 * HOUR);
  });

  test('All 5,000 products are read within ten hours', () => {
    expect(new Set(shop.pages().filter((page) => page.startsWith('offline'))).size).toBe(51);
  });

  test('At most 297 products are read in half an hour', () => {
    expect(shop.sent.length).toBeLessThanOrEqual(3 * 20);
  });

  test('The memory of 5,000 products takes less than 100 kB, also while it is replaced', async () => {
    const stored = await Promise.all([...remembered].map((key) => shop.innerStore.get(key)));
    const length = stored.reduce((sum, value) => sum + (value ?? '').length, 0);
    // A digest takes five characters, of which compression spares a few.
    expect(length).toBeGreaterThan(5000 * 4);
    expect(length).toBeLessThan(100_000);
  });
});

describe('Memory of the products feed', () => {
  /** The store loses what was seen. */
  async function loseMemory(shop: ProductShop) {
    for (const key of shop.storedText().match(/watch1:\S+?(?="|$)/gm) ?? []) {
      await shop.innerStore.delete(key);
      shop.memo.chunks.delete(key);
    }
  }

  test('No known product is returned again after the memory could not be stored', async () => {
    const { switches, through } = decliningStore(false, 'watch1:');
    const shop = openProductShop({ through });
    shop.putMany(400);
    await shop.poll();
    switches.isDeclining = true;
    await shop.poll(HOUR);
    switches.isDeclining = false;
    expect(await shop.pollFor(6 * HOUR)).toEqual([]);
  });

  test('No known product is returned again after the snapshot could not be stored', async () => {
    const { switches, through } = decliningStore(false, 'snap1:', 'chunk1:');
    const shop = openProductShop({ through });
    shop.putMany(400);
    await shop.poll();
    switches.isDeclining = true;
    await shop.poll(HOUR);
    switches.isDeclining = false;
    expect(await shop.pollFor(6 * HOUR)).toEqual([]);
  });

  test('A product is one event if the visit that found it could not be stored', async () => {
    const { switches, through } = decliningStore(false, 'watch1:');
    const shop = openProductShop({ through });
    await shop.poll();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline' });
    switches.isDeclining = true;
    expect(await shop.records(HOUR)).toEqual([]);
    switches.isDeclining = false;
    const first = await shop.records(HOUR);
    expect(first).toHaveLength(1);
    expect(await shop.records(HOUR)).toEqual(first);
  });

  test('No known product is returned again after the memory was lost', async () => {
    const shop = openProductShop();
    shop.putMany(400);
    await shop.pollFor(2 * HOUR);
    await loseMemory(shop);
    expect(await shop.pollFor(6 * HOUR)).toEqual([]);
  });

  test('A list is read from its first page if the memory was lost in the middle of it', async () => {
    const shop = openProductShop();
    shop.putMany(400);
    await shop.poll();
    await loseMemory(shop);
    const before = shop.pages().length;
    await shop.pollFor(3 * HOUR);
    const ofOffline = shop
      .pages()
      .slice(before)
      .filter((page) => page.startsWith('offline'));
    expect(ofOffline[0]).toBe('offline 1');
  });

  test('A product seen by a process whose lease had expired is not returned twice', async () => {
    const shop = openProductShop();
    shop.putMany(400);
    await shop.poll();
    const other: Promise<string[]>[] = [];
    // The first process stops in the middle of its visit until a second one has made another visit.
    shop.answers.set(productList.name, pausing(shop, other));
    await shop.poll(HOUR);
    await Promise.all(other);
    expect(await shop.pollFor(8 * HOUR)).toEqual([]);
  });

  test('A product seen over a week ago is not returned again after the memory was lost', async () => {
    const shop = openProductShop();
    await shop.poll();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    await shop.pollFor(8 * DAY);
    await loseMemory(shop);
    expect(await shop.pollFor(2 * HOUR)).toEqual([]);
  });

  test('Every list is read again when records were lost', async () => {
    const shop = openProductShop();
    await shop.poll();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    await shop.poll(HOUR);
    const [chunk] = shop.storedText().match(/chunk1:\d+:products:\w+/) ?? [];
    await shop.innerStore.delete(String(chunk));
    shop.memo.chunks.clear();
    await shop.poll(HOUR);
    expect(shop.pages().slice(-3)).toEqual(['offline 1', 'service_delete 1', 'editingRequired 1']);
  });

  test('Products that went offline since the feed began are found again after a loss', async () => {
    const shop = openProductShop();
    shop.putMany(3);
    await shop.poll();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const before = await shop.records(HOUR);
    const [chunk] = shop.storedText().match(/chunk1:\d+:products:\w+/) ?? [];
    await shop.innerStore.delete(String(chunk));
    shop.memo.chunks.clear();
    expect([await shop.records(), await shop.records(HOUR)]).toEqual([before, before]);
  });

  /** Answers as before, but another visit is made during the first call. */
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

describe('Products feed failures', () => {
  test('An unreadable product is left out, and the others are returned', async () => {
    const shop = openProductShop();
    shop.odd.push({ subject: 'Cat Tree', owner_member_id: 'canarymerchant' });
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    expect(await shop.poll()).toEqual(['1005001 user_offline']);
  });

  test('An unreadable product is logged without its content', async () => {
    const shop = openProductShop();
    shop.putMany(1);
    shop.odd.push({ subject: 'Cat Tree', owner_member_id: 'canarymerchant' });
    await shop.poll();
    expect(shop.logged).toHaveLength(1);
    expect(shop.logged.join()).not.toMatch(/canary|Cat Tree/i);
  });

  test('A feed that needs its records learns by name that the store does not answer', async () => {
    const { known } = createProductsFeed({ ...openProductShop(), store: silentStore });
    await expect(known?.()).rejects.toEqual(problemLike('budget_unavailable'));
  });

  test('An expired token is reported, and the visit is made at once with a new one', async () => {
    const shop = openProductShop();
    shop.onCall = (nth) => nth === 1 && fail('token_expired', {});
    await expect(shop.poll()).rejects.toEqual(problemLike('token_expired'));
    await shop.poll();
    expect(shop.sent).toHaveLength(4);
  });

  test('A poll is answered from the snapshot if AliExpress fails', async () => {
    const shop = openProductShop();
    shop.off.set('1005001', { status: 'offline', cause: 'user_offline', at: shop.clock.now() });
    const before = await shop.poll();
    shop.onCall = () => fail('aliexpress_unreachable', { reason: httpReason(503) });
    expect(await shop.poll(HOUR)).toEqual(before);
  });

  test('No call is made if the store does not answer', async () => {
    const shop = openProductShop({ through: () => silentStore });
    expect([await shop.poll(), shop.sent]).toEqual([[], []]);
  });

  test('No call is made if only the memory cannot be read', async () => {
    const through = (store: Store): Store => ({
      ...store,
      get: async (key) => {
        if (key.startsWith('watch1:')) throw new Error('no answer');
        return store.get(key);
      },
    });
    const shop = openProductShop({ through });
    await shop.poll();
    shop.memo.chunks.clear();
    const before = shop.sent.length;
    expect(await shop.poll(HOUR)).toEqual([]);
    expect(shop.sent).toHaveLength(before);
  });
});

describe('Product that AliExpress has removed without a date', () => {
  const SNAPSHOT = ['snap1', 'chunk1', 'watch1'];
  async function turnOn(before: (shop: ProductShop) => void = () => {}) {
    const { through, lose } = losingStore();
    const shop = openProductShop({ through, limit: 2000 });
    before(shop);
    /** The ids that are announced within a time, each poll in another process. */
    const poll = async (purpose: Poll['purpose'] = 'poll') => {
      const fresh = { ...shop, memo: emptyProcessMemo() };
      const events = await pollTrigger(productTakenDown, fresh, { inputs: {}, workflow: '7', purpose });
      return events.map(({ id }) => id);
    };
    const pollFor = async (ms: number) => {
      const ids = new Set<string>();
      for (let passed = 0; passed < ms; passed += HOUR) {
        shop.clock.advance(HOUR);
        for (const id of await poll()) ids.add(id);
      }
      return [...ids];
    };
    await poll('turn_on');
    return { shop, poll, pollFor, lose };
  }
  const remove = (shop: ProductShop, more: Partial<OffShelf> = {}) =>
    shop.off.set('1005001', { status: 'service_delete', ...more });

  test('Its event has no date in its id, whatever day its listing would have ended', async () => {
    const { shop, pollFor } = await turnOn();
    remove(shop, { at: shop.clock.now() + 9 * DAY });
    expect(await pollFor(8 * HOUR)).toEqual(['1005001/service_delete']);
    remove(shop, { at: shop.clock.now() + 39 * DAY });
    await pollFor(3 * DAY);
    expect(await pollFor(3 * DAY)).toEqual([]);
  });

  test('It left the shelf when it was changed last, if it was there before', async () => {
    const { shop } = await turnOn();
    const changedAt = wholeSecond(shop.clock.now() + HOUR);
    remove(shop, { changedAt });
    await shop.pollFor(7 * HOUR);
    const [found] = await shop.records();
    expect(Date.parse(String(found?.removed_at))).toBe(changedAt);
  });

  test('It is announced although its list was not read when the workflow was turned on', async () => {
    const { shop, pollFor } = await turnOn((opened) => {
      opened.onCall = (nth) => nth === 2 && fail('aliexpress_unreachable', { reason: httpReason(503) });
      remove(opened, { changedAt: opened.clock.now() - DAY });
      opened.off.set('1005002', { status: 'service_delete' });
    });
    shop.onCall = () => {};
    shop.off.set('1005003', { status: 'service_delete', changedAt: shop.clock.now() + MINUTE });
    expect(await pollFor(8 * HOUR)).toEqual(['1005003/service_delete']);
  });

  test('Each removal has one id, whenever the snapshot is lost', async () => {
    for (let lostAt = 0; lostAt < 6; lostAt += 1) {
      const { shop, pollFor, lose } = await turnOn();
      const ids = new Set<string>();
      for (let n = 0; n < 6; n += 1) {
        if (n === lostAt) await lose(...SNAPSHOT);
        if (n % 2 === 0) remove(shop, { changedAt: shop.clock.now() });
        else shop.off.clear();
        for (const id of await pollFor(20 * HOUR)) ids.add(id);
      }
      const id = '1005001/service_delete';
      expect([lostAt, ...ids]).toEqual([lostAt, id, `${id}/2`, `${id}/3`]);
    }
  });

  test('A reading that may have missed it does not make it another removal', async () => {
    const { shop, pollFor } = await turnOn();
    remove(shop);
    shop.off.set('1005002', { status: 'service_delete' });
    await pollFor(20 * HOUR);
    const answer = shop.answers.get(productList.name) as (request: object) => { result: object };
    shop.answers.set(productList.name, (request) => {
      const { result } = answer(request) as { result: Record<string, unknown> };
      const rows = result.aeop_a_e_product_display_d_t_o_list as object[];
      return { result: { ...result, aeop_a_e_product_display_d_t_o_list: rows.slice(1) } };
    });
    await pollFor(2 * DAY);
    shop.answers.set(productList.name, answer);
    expect(await pollFor(DAY)).toEqual([]);
  });

  test('After a pause of a month what is too long ago is named', async () => {
    const { shop, pollFor } = await turnOn();
    const mark = wholeSecond(shop.clock.now()) - 1;
    shop.clock.advance(30 * DAY);
    remove(shop, { changedAt: shop.clock.now() - DAY });
    expect(await pollFor(8 * HOUR)).toEqual(['1005001/service_delete']);
    const [span] = await skippedSpans(shop);
    expect(span).toMatchObject({ feed: 'products', from: mark });
    expect(span?.to).toBeLessThan(shop.clock.now() - 7 * DAY + 1);
  });
});

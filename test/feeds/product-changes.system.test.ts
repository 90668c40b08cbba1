import { keepCapabilities } from '../../lib/aliexpress/capabilities.ts';
import { readBudgetStatus } from '../../lib/feeds/call-budget.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { wholeSecond } from '../../sandbox/pacific.ts';
import { losingStore } from '../support/losing-store.ts';
import { LONG_AGO, openProductShop, type ProductShop } from '../support/product-shop.ts';

/** A shop with 250 products that have been offline for long, after its first visits. */
async function openLongShop(options?: Parameters<typeof openProductShop>[0]): Promise<ProductShop> {
  const shop = openProductShop(options);
  shop.putMany(250);
  await shop.poll();
  await shop.pollFor(2 * HOUR);
  return shop;
}

const takeDown = (shop: ProductShop, id: string, more: object = {}) =>
  shop.off.set(id, {
    status: 'offline',
    cause: 'punish_offline',
    at: wholeSecond(shop.clock.now()),
    ...more,
  });

/** Why the records of products wait, as Find Call Budget says. */
async function waitingReason(shop: ProductShop): Promise<unknown> {
  const [budget] = await readBudgetStatus(shop, {});
  return budget?.feeds.find(({ feed }) => feed === 'products')?.waiting_reason;
}

/** How long the window of the last call is, as it was written. */
function spanOf(shop: ProductShop): number {
  const isWindow = ({ request }: ProductShop['sent'][number]) => 'gmt_modified_start' in request;
  const { gmt_modified_start, gmt_modified_end } = shop.sent.findLast(isWindow)?.request ?? {};
  return Date.parse(`${gmt_modified_end}Z`) - Date.parse(`${gmt_modified_start}Z`);
}

describe('Long list of offline products', () => {
  test('A product that goes offline is found by one call, on whatever page it stands', async () => {
    const shop = await openLongShop();
    takeDown(shop, '2005001');
    const before = shop.sent.length;
    expect(await shop.poll(HOUR)).toEqual(['2005001 punish_offline']);
    expect(shop.sent.length - before).toBe(1);
  });

  test('A product that was offline before the feed began is not returned when it is changed', async () => {
    const shop = await openLongShop();
    shop.off.set('1005000007', {
      status: 'offline',
      cause: 'user_offline',
      at: LONG_AGO,
      changedAt: shop.clock.now(),
    });
    expect(await shop.pollFor(DAY)).toEqual([]);
  });

  test('A product without an offline date is new if it was changed since the feed began', async () => {
    const shop = await openLongShop();
    shop.off.set('2005001', { status: 'offline', changedAt: wholeSecond(shop.clock.now()) });
    shop.off.set('2005002', { status: 'offline' });
    expect(await shop.pollFor(DAY)).toEqual(['2005001 offline']);
  });

  test('Four pages of the rest are read a day, and one every other day once a take-down by AliExpress was found', async () => {
    const shop = await openLongShop();
    const checks = async () => {
      const before = shop.pages().length;
      await shop.pollFor(DAY);
      return shop
        .pages()
        .slice(before)
        .filter((page) => page.startsWith('offline'));
    };
    expect(await checks()).toEqual(['offline 2', 'offline 3', 'offline 1', 'offline 2']);
    takeDown(shop, '2005001');
    await shop.pollFor(DAY);
    const ofTwoDays = [await checks(), await checks()];
    expect(ofTwoDays.flat()).toHaveLength(1);
  });

  test('A visit at which what is rarely read is due also reads what has changed', async () => {
    const shop = await openLongShop();
    takeDown(shop, '2005000');
    await shop.pollFor(DAY);
    for (let n = 1; n <= 200; n += 1) {
      const id = `2005${String(n).padStart(3, '0')}`;
      takeDown(shop, id);
      const hours = 2.5 + (n % 4);
      expect((await shop.poll(hours * HOUR)).at(-1)).toBe(`${id} punish_offline`);
    }
    expect(shop.pages().filter((page) => page.startsWith('editingRequired')).length).toBeGreaterThan(20);
  });

  test('Where calls are few, what is rare is not read at the cost of the evening', async () => {
    const shop = await openLongShop({ limit: 20 });
    const gaps: number[] = [];
    let calledAt = Number.NaN;
    for (let at = 0; at < 8 * DAY; at += 15 * MINUTE) {
      takeDown(shop, `2005${Math.floor(at / (6 * HOUR))}`);
      const before = shop.windows().length;
      await shop.poll(15 * MINUTE);
      if (shop.windows().length === before) continue;
      if (at > 2 * DAY) gaps.push((shop.clock.now() - calledAt) / HOUR);
      calledAt = shop.clock.now();
    }
    expect(gaps.length).toBeGreaterThan(90);
    expect(Math.max(...gaps)).toBeLessThan(2);
    const rare = shop.pages().filter((page) => page.startsWith('service_delete'));
    expect(rare.length).toBeGreaterThan(6);
  });

  test('A product is returned once, however long a check of the whole list takes', async () => {
    const shop = openProductShop();
    shop.putMany(1300);
    await shop.poll();
    await shop.pollFor(2 * HOUR);
    takeDown(shop, '2005001');
    expect(await shop.poll(2 * HOUR)).toEqual(['2005001 punish_offline']);
    const days: number[] = [];
    for (let day = 0.25; day <= 70; day += 0.25)
      if ((await shop.poll(6 * HOUR)).length > 0) days.push(Math.floor(day));
    expect(Math.max(...days)).toBeLessThan(9);
    expect(shop.pages().filter((page) => page === 'offline 13').length).toBeGreaterThan(1);
  });

  test('A product that a list shows an hour late is found', async () => {
    const shop = await openLongShop();
    shop.lateMs = HOUR;
    takeDown(shop, '2005001');
    await shop.pollFor(50 * MINUTE);
    expect(await shop.pollFor(HOUR)).toEqual(['2005001 punish_offline']);
  });

  test('Products of several pages that go offline at once are all found', async () => {
    const shop = await openLongShop();
    for (let n = 0; n < 230; n += 1) takeDown(shop, `2005${String(n).padStart(3, '0')}`);
    const before = shop.sent.length;
    // Some leave the list while it is read.
    shop.onCall = (nth) => nth === before + 2 && shop.off.delete('2005000');
    const found = await shop.pollFor(4 * HOUR);
    expect(found.filter((each) => each !== '2005000 punish_offline')).toHaveLength(229);
  });

  test('What goes offline during a pause of days is found after it', async () => {
    const shop = await openLongShop();
    shop.clock.advance(3 * DAY);
    takeDown(shop, '2005001');
    shop.clock.advance(2 * DAY);
    expect(await shop.poll()).toEqual(['2005001 punish_offline']);
  });

  test('Each product is returned once, whatever the store loses', async () => {
    for (const lost of [['snap1'], ['watch1'], ['chunk1'], ['snap1', 'chunk1', 'watch1']]) {
      const { through, lose } = losingStore();
      const shop = await openLongShop({ through, limit: 2000 });
      const seen: Record<string, unknown>[] = [];
      for (let n = 0; n < 4; n += 1) {
        takeDown(shop, `200500${n}`);
        if (n === 2) await lose(...lost);
        for (let polls = 0; polls < 12; polls += 1) seen.push(...(await shop.records(20 * MINUTE)));
      }
      const times = new Set(seen.map(({ product_id, removed_at }) => `${product_id} ${removed_at}`));
      expect([lost, times.size]).toEqual([lost, 4]);
    }
  });

  test('A list that shrinks to one page is read whole, and by time of change once it grows', async () => {
    const shop = await openLongShop();
    for (const id of [...shop.off.keys()].slice(50)) shop.off.delete(id);
    await shop.pollFor(7 * HOUR);
    const before = shop.windows().length;
    takeDown(shop, '2005001');
    expect(await shop.pollFor(HOUR)).toEqual(['2005001 punish_offline']);
    expect(shop.windows()).toHaveLength(before);
    for (let n = 0; n < 200; n += 1) takeDown(shop, `3005${String(n).padStart(3, '0')}`);
    expect(await shop.pollFor(4 * HOUR)).toHaveLength(201);
    expect(shop.windows().length).toBeGreaterThan(before);
  });
});

describe('Take-down that does not change a product', () => {
  test('It is found by the check, and from then on whole lists are read, as Find Call Budget says', async () => {
    const shop = await openLongShop();
    expect(await waitingReason(shop)).toBe('nothing is waiting');
    takeDown(shop, '0005001', { changedAt: LONG_AGO });
    const found = await shop.pollFor(2 * DAY);
    expect(found).toEqual(['0005001 punish_offline']);
    expect(await waitingReason(shop)).toMatch(/^the time of change does not show every removed product/);
    const before = shop.windows().length;
    takeDown(shop, '0005002', { changedAt: LONG_AGO });
    expect(await shop.pollFor(2 * HOUR)).toContain('0005002 punish_offline');
    expect(shop.windows()).toHaveLength(before);
  });

  test('A product that is changed but was not taken down does not end reading by time of change', async () => {
    const shop = await openLongShop();
    takeDown(shop, '2005001');
    await shop.pollFor(9 * DAY);
    expect(await waitingReason(shop)).toBe('nothing is waiting');
  });

  test('Where AliExpress takes no account of the time of change, whole lists are read', async () => {
    const shop = openProductShop();
    shop.hasWindows = false;
    shop.putMany(250);
    await shop.pollFor(HOUR);
    expect(await waitingReason(shop)).toMatch(/whole lists/);
    takeDown(shop, '2005001');
    expect(await shop.pollFor(2 * HOUR)).toEqual(['2005001 punish_offline']);
  });
});

describe('What a probe has found out about take-downs', () => {
  const probe = (shop: ProductShop, takeDownIsChange: boolean | null) =>
    keepCapabilities(shop, { probedAt: shop.clock.now(), takeDownIsChange });
  const unseen = { changedAt: LONG_AGO };
  const pollDaily = async (shop: ProductShop, days: number) => {
    for (let day = 0; day < days; day += 1) {
      shop.clock.advance(DAY);
      await shop.poll();
    }
  };

  test('Where a take-down does not change a product, whole lists are read at once, as Find Call Budget says', async () => {
    const shop = await openLongShop();
    await probe(shop, false);
    takeDown(shop, '2005001', unseen);
    expect(await shop.pollFor(2.5 * HOUR)).toEqual(['2005001 punish_offline']);
    expect(await waitingReason(shop)).toContain('whole lists');
    const windows = shop.windows().length;
    takeDown(shop, '2005002', unseen);
    expect(await shop.pollFor(2.5 * HOUR)).toContain('2005002 punish_offline');
    expect(shop.windows()).toHaveLength(windows);
  });

  test('Where it does, the rest of a list is checked every other day, until the feed sees a product that windows miss', async () => {
    const shop = await openLongShop();
    await probe(shop, true);
    await shop.pollFor(DAY);
    const before = shop.pages().length;
    await shop.pollFor(2 * DAY);
    expect(
      shop
        .pages()
        .slice(before)
        .filter((page) => page.startsWith('offline')),
    ).toHaveLength(1);
    takeDown(shop, '2005001', unseen);
    await shop.pollFor(8 * DAY);
    expect(await waitingReason(shop)).toContain('whole lists');
    await probe(shop, true);
    takeDown(shop, '2005002', unseen);
    expect(await shop.pollFor(2.5 * HOUR)).toEqual(['2005002 punish_offline']);
  });

  test('A later probe that finds a change ends the reading of whole lists that an earlier one began', async () => {
    const shop = await openLongShop();
    await probe(shop, false);
    await shop.pollFor(2.5 * HOUR);
    await probe(shop, true);
    await shop.pollFor(3 * HOUR);
    const windows = shop.windows().length;
    takeDown(shop, '2005001');
    expect(await shop.pollFor(1.5 * HOUR)).toEqual(['2005001 punish_offline']);
    expect(shop.windows().length).toBeGreaterThan(windows);
  });

  test('Whole lists that a probe began are read for 30 days, and then windows again', async () => {
    const shop = await openLongShop();
    await probe(shop, false);
    await shop.pollFor(3 * HOUR);
    await pollDaily(shop, 29);
    await shop.pollFor(3 * HOUR);
    expect(await waitingReason(shop)).toContain('whole lists');
    await pollDaily(shop, 1);
    const windows = shop.windows().length;
    await shop.pollFor(6 * HOUR);
    expect(await waitingReason(shop)).toBe('nothing is waiting');
    expect(shop.windows().length).toBeGreaterThan(windows);
    takeDown(shop, '2005001');
    expect(await shop.pollFor(2 * HOUR)).toEqual(['2005001 punish_offline']);
  });

  test('Whole lists that the feed began itself are read for longer', async () => {
    const shop = await openLongShop();
    takeDown(shop, '0005001', { changedAt: LONG_AGO });
    await shop.pollFor(2 * DAY);
    await pollDaily(shop, 31);
    await shop.pollFor(3 * HOUR);
    expect(await waitingReason(shop)).toContain('whole lists');
  });

  test.each([
    ['after', 'more', 3 * HOUR, /^nothing is waiting$/],
    ['before', 'less', 0, /whole lists/],
  ])('A take-down that a window has shown %s the probe counts %s than it', async (_, __, ago, reason) => {
    const shop = await openLongShop();
    takeDown(shop, '2005001');
    await shop.pollFor(3 * HOUR);
    await keepCapabilities(shop, { probedAt: shop.clock.now() - ago, takeDownIsChange: false });
    await shop.pollFor(3 * HOUR);
    expect(await waitingReason(shop)).toMatch(reason);
  });

  test('A later probe that finds nothing out does not repeat what an earlier one has found', async () => {
    const shop = await openLongShop();
    const probeOther = () => keepCapabilities(shop, { probedAt: shop.clock.now(), endedOrders: 'together' });
    await probe(shop, false);
    await shop.pollFor(3 * HOUR);
    await pollDaily(shop, 20);
    await probeOther();
    await pollDaily(shop, 11);
    await shop.pollFor(3 * HOUR);
    takeDown(shop, '2005001');
    expect(await shop.pollFor(2 * HOUR)).toEqual(['2005001 punish_offline']);
    await probeOther();
    await shop.pollFor(3 * HOUR);
    expect(await waitingReason(shop)).toBe('nothing is waiting');
  });

  test('A probe that has found nothing out changes nothing', async () => {
    const shop = await openLongShop();
    await probe(shop, null);
    await shop.pollFor(2 * HOUR);
    const windows = shop.windows().length;
    await shop.pollFor(2 * HOUR);
    expect(shop.windows().length).toBeGreaterThan(windows);
  });
});

describe('Zone of the times of products', () => {
  test.each(['pacific', 'beijing'] as const)(
    'The zone %s is found out, and then windows are short',
    async (zone) => {
      const shop = openProductShop();
      shop.zone = zone;
      shop.putMany(250);
      await shop.pollFor(2 * HOUR);
      expect(spanOf(shop)).toBeGreaterThan(20 * HOUR);
      const at = wholeSecond(shop.clock.now());
      takeDown(shop, '2005001');
      await shop.pollFor(3 * HOUR);
      expect(spanOf(shop)).toBeLessThan(6 * HOUR);
      takeDown(shop, '2005002');
      await shop.pollFor(3 * HOUR);
      const removed = (await shop.records()).map(({ removed_at }) => Date.parse(String(removed_at)));
      expect(removed).toEqual([at, at + 3 * HOUR]);
    },
  );

  test('A product that was offline before the feed began is not returned in Beijing time either', async () => {
    const shop = openProductShop();
    shop.zone = 'beijing';
    shop.putMany(250);
    for (let hours = 3; hours < 20; hours += 2)
      takeDown(shop, `200500${hours}`, { at: shop.clock.now() - hours * HOUR });
    expect(await shop.pollFor(2 * DAY)).toEqual([]);
  });
});

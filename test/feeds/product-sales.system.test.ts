import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { type Poll, pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { fromPacific, toPacific } from '../../sandbox/pacific.ts';
import newProduct from '../../triggers/new-product.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';

interface OnSale {
  createdAt: number;
  changedAt: number;
}

interface Selling extends AnsweringShop {
  onSale: Map<string, OnSale>;
  /** Products that the lists count and do not show. */
  hidden: Set<string>;
  /** The ids of the events that a poll after some time returns. */
  poll(ms?: number, purpose?: Poll['purpose']): Promise<string[]>;
}

function openSelling(): Selling {
  const answering = openAnsweringShop();
  const shop: Selling = Object.assign(answering, {
    onSale: new Map<string, OnSale>(),
    hidden: new Set<string>(),
    poll: async (ms = 0, purpose: Poll['purpose'] = 'poll') => {
      shop.clock.advance(ms);
      const fresh = { ...shop, memo: emptyProcessMemo() };
      const events = await pollTrigger(newProduct, fresh, { inputs: {}, workflow: '7', purpose });
      return events.map(({ id }) => id);
    },
  });
  const isWithin = (at: number, start: unknown, end: unknown) =>
    start === undefined || (at >= (fromPacific(String(start)) ?? 0) && at <= (fromPacific(String(end)) ?? 0));
  shop.answers.set(productList.name, (request) => {
    const { gmt_create_start, gmt_create_end, gmt_modified_start, gmt_modified_end } = request;
    const rows = [...shop.onSale].filter(
      ([, { createdAt, changedAt }]) =>
        isWithin(createdAt, gmt_create_start, gmt_create_end) &&
        isWithin(changedAt, gmt_modified_start, gmt_modified_end),
    );
    const first = (Number(request.current_page) - 1) * 99;
    return {
      result: {
        product_count: rows.length,
        total_page: Math.ceil(rows.length / 99),
        aeop_a_e_product_display_d_t_o_list: rows
          .slice(first, first + 99)
          .filter(([id]) => !shop.hidden.has(id))
          .map(([id, { createdAt, changedAt }]) => ({
            product_id: id,
            subject: `Tea Tray ${id}`,
            gmt_create: toPacific(createdAt),
            gmt_modified: toPacific(changedAt),
          })),
      },
    };
  });
  return shop;
}

const put = (shop: Selling, id: string, { createdAt = shop.clock.now() } = {}) =>
  shop.onSale.set(id, { createdAt, changedAt: shop.clock.now() });

async function loseSnapshot(shop: Selling) {
  for (const line of shop.storedText().split('\n'))
    if (line.startsWith('snap1:')) await shop.innerStore.delete(line);
}

describe('New Product', () => {
  let shop: Selling;
  beforeEach(async () => {
    shop = openSelling();
    for (let n = 0; n < 120; n += 1)
      put(shop, `1005${n}`, { createdAt: shop.clock.now() - (n % 40) * DAY - 3 * HOUR });
    await shop.poll(0, 'turn_on');
    await shop.poll(HOUR);
  });

  test('A product that was on sale before is not announced, also when it is changed', async () => {
    put(shop, '10055', { createdAt: shop.clock.now() - 5 * DAY });
    put(shop, '100539', { createdAt: shop.clock.now() - 39 * DAY });
    expect(await shop.poll(2 * HOUR)).toEqual([]);
  });

  test('A product that is created and goes on sale is announced once, by one call', async () => {
    put(shop, '2005');
    const before = shop.sent.length;
    expect(await shop.poll(2 * HOUR)).toEqual(['2005']);
    expect(shop.sent.length - before).toBe(1);
    put(shop, '2005', { createdAt: shop.clock.now() - 2 * HOUR });
    await shop.poll(2 * HOUR);
    expect(await shop.poll(3 * DAY)).toEqual([]);
  });

  test('A product that was created before the workflow was turned on is announced when it goes on sale', async () => {
    put(shop, '2005', { createdAt: shop.clock.now() - 5 * DAY });
    expect(await shop.poll(2 * HOUR)).toEqual(['2005']);
  });

  test('Where the store has lost what was on sale, an alert names when older products may have gone on sale', async () => {
    await shop.poll(2 * HOUR);
    const readAt = shop.clock.now();
    const older = { createdAt: readAt - 5 * DAY };
    shop.clock.advance(HOUR);
    put(shop, '2005', older);
    await loseSnapshot(shop);
    expect(await shop.poll(2 * HOUR)).not.toContain('2005');
    const [span] = await skippedSpans(shop);
    expect(span).toMatchObject({ feed: 'products', to: shop.clock.now() });
    expect(span?.from).toBeLessThanOrEqual(readAt);
    put(shop, '2006', older);
    expect(await shop.poll(2 * HOUR)).toContain('2006');
    expect(await skippedSpans(shop)).toHaveLength(1);
  });

  test('After a pause, a product that was on sale before it and comes back after it is not new', async () => {
    await shop.poll(2 * HOUR);
    shop.clock.advance(3 * DAY);
    shop.onSale.delete('10055');
    await shop.poll();
    await shop.poll(HOUR);
    put(shop, '10055', { createdAt: shop.clock.now() - 5 * DAY });
    expect(await shop.poll(2 * HOUR)).toEqual([]);
  });

  test('After a pause, a product that was created in it is new', async () => {
    await shop.poll(2 * HOUR);
    shop.clock.advance(3 * DAY);
    put(shop, '2005', { createdAt: shop.clock.now() - HOUR });
    expect(await shop.poll()).toEqual(['2005']);
  });

  test('A workflow without delisted products reads no list of them', async () => {
    await shop.poll(2 * HOUR);
    expect(new Set(shop.sent.map(({ request }) => request.product_status_type))).toEqual(
      new Set(['onSelling']),
    );
  });
});

describe('New Product in a shop whose first list lacks rows', () => {
  const ids = ['1001', '1002', '1003', '1004', '1005'];
  let shop: Selling;
  beforeEach(() => {
    shop = openSelling();
    const createdAt = shop.clock.now() - 5 * DAY;
    for (const id of ids) shop.onSale.set(id, { createdAt, changedAt: createdAt });
    shop.hidden = new Set(['1004', '1005']);
  });
  const change = (some: string[]) => {
    for (const id of some) put(shop, id, { createdAt: shop.onSale.get(id)?.createdAt ?? 0 });
  };
  const pollFor = async (ms: number) => {
    const events = new Set<string>();
    for (let passed = 0; passed < ms; passed += HOUR / 2)
      for (const id of await shop.poll(HOUR / 2)) events.add(id);
    return [...events];
  };

  test('The list is read again, and what it did not show at first is not announced', async () => {
    await shop.poll(0, 'turn_on');
    expect(shop.sent).toHaveLength(2);
    shop.hidden.clear();
    await pollFor(4 * HOUR);
    change(ids);
    expect(await pollFor(3 * HOUR)).toEqual([]);
    expect(await skippedSpans(shop)).toEqual([]);
  });

  test('A list that lacks rows three times is taken, and an alert says so', async () => {
    const startedAt = shop.clock.now();
    await shop.poll(0, 'turn_on');
    await pollFor(10 * HOUR);
    expect(await skippedSpans(shop)).toEqual([
      expect.objectContaining({ feed: 'products', from: startedAt, isIncompleteList: true }),
    ]);
    const whole = shop.sent.filter(({ request }) => request.gmt_modified_start === undefined);
    expect(whole).toHaveLength(6);
  });

  test('After that, what was there before is not announced when it is changed, and a new product is', async () => {
    await shop.poll(0, 'turn_on');
    await pollFor(10 * HOUR);
    shop.hidden.clear();
    change(ids);
    put(shop, '2005');
    expect(await pollFor(3 * HOUR)).toEqual(['2005']);
  });

  test('After 30 days, a product that was created earlier is announced when it goes on sale', async () => {
    await shop.poll(0, 'turn_on');
    await pollFor(10 * HOUR);
    shop.hidden.clear();
    shop.clock.advance(31 * DAY);
    await pollFor(3 * HOUR);
    put(shop, '2005', { createdAt: shop.clock.now() - 5 * DAY });
    expect(await pollFor(3 * HOUR)).toEqual(['2005']);
  });
});

test('A shop with more new products than are read at first is named in an alert, and none of them is announced', async () => {
  const shop = openSelling();
  const createdAt = shop.clock.now() - 5 * DAY;
  for (let n = 0; n < 2000; n += 1) shop.onSale.set(`1005${n}`, { createdAt, changedAt: createdAt });
  await shop.poll(0, 'turn_on');
  for (let hours = 0; hours < 60; hours += 1) await shop.poll(HOUR);
  expect(await skippedSpans(shop)).toEqual([expect.objectContaining({ feed: 'products' })]);
  put(shop, '10051999', { createdAt });
  expect(await shop.poll(2 * HOUR)).toEqual([]);
});

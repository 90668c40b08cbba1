import { HOUR, MINUTE } from '../../lib/runtime.ts';
import { type ListFault, listFaultNames, pageOf, shownAsOf } from '../../sandbox/methods/paged.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';

const names = Object.keys(listFaultNames) as ListFault['name'][];
const list = Array.from({ length: 12 }, (_, n) => n + 1);
const page = (name: ListFault['name'] | undefined, nth: number, number = 1) =>
  pageOf(list, number, 5, name && { name, nth });

describe('Page under a list fault', () => {
  test('Without a fault a page has its rows, and the total and the pages of its list', () => {
    expect(page(undefined, 1, 3)).toEqual({ rows: [11, 12], total: 12, pages: 3 });
  });

  test('A short page has the right total and half of its rows, at every second call', () => {
    expect(page('short_page', 1)).toEqual({ rows: [1, 2], total: 12, pages: 3 });
    expect(page('short_page', 2)).toEqual(page(undefined, 2));
  });

  test('An empty list has no rows and no total, at every second call', () => {
    expect(page('empty_list', 1)).toEqual({ rows: [], total: 0, pages: 0 });
    expect(page('empty_list', 2)).toEqual(page(undefined, 2));
  });

  test('A reordered list has the same rows in another order', () => {
    const rows = [1, 2, 3].flatMap((number) => page('reordered', 1, number).rows);
    expect(rows).not.toEqual(list);
    expect(rows.toSorted((a, b) => a - b)).toEqual(list);
  });

  test('Rows that arrive stand at the head of all pages but the first', () => {
    expect(page('arrivals', 1)).toMatchObject({ rows: [4, 5, 6, 7, 8], total: 9 });
    expect(page('arrivals', 2, 2)).toEqual(page(undefined, 2, 2));
  });

  test('Rows that leave stand on the first page alone', () => {
    expect(page('departures', 1)).toEqual(page(undefined, 1));
    expect(page('departures', 2, 2)).toEqual({ rows: [9, 10, 11, 12], total: 9, pages: 2 });
  });

  test('A late order is shown as it was 20 to 60 minutes ago', () => {
    const ages = Array.from(
      { length: 80 },
      (_, n) => -shownAsOf(0, BigInt(n), { name: 'late_rows', nth: 1 }),
    );
    expect(Math.min(...ages)).toBe(20 * MINUTE);
    expect(Math.max(...ages)).toBe(59 * MINUTE);
    expect(shownAsOf(0, 7n)).toBe(0);
  });
});

describe('Shop under a list fault', () => {
  let app: ConnectedApp;
  afterEach(() => app.close());

  /** New orders that were missed by a workflow which polls every 20 minutes, with the fault on for two hours. */
  async function missedUnder(name: ListFault['name'], hours: number): Promise<string[]> {
    const found = new Set<unknown>();
    const end = NOON + hours * HOUR;
    for (let at = NOON; at <= end; at += 20 * MINUTE) {
      app.clock.advanceTo(at);
      app.sandbox.faults.active = at > NOON && at <= NOON + 2 * HOUR ? name : null;
      for (const { order_id } of await app.poll('new_order')) found.add(order_id);
    }
    expect(app.sandbox.faults.hits[name]).toBeGreaterThan(5);
    const missed = app.sandbox.shop.orders
      .filter(({ placedAt }) => placedAt > NOON && placedAt < end - HOUR)
      .map(({ id }) => String(id));
    return missed.filter((id) => !found.has(id));
  }

  test.each(names.filter((name) => name !== 'late_rows'))(
    'No new order of a large shop is missed under the fault "%s"',
    async (name) => {
      app = await connectApp({ ordersPerDay: 900, dailyLimit: 2000 });
      expect(await missedUnder(name, 4)).toEqual([]);
    },
  );

  test.each([
    ['at once in a small shop', 60, 4],
    ['within six hours in a large shop', 400, 9],
  ])('Orders that are shown late are found %s', async (_, ordersPerDay, hours) => {
    app = await connectApp({ ordersPerDay, dailyLimit: 2000 });
    expect(await missedUnder('late_rows', hours)).toEqual([]);
  });
});

import { createLedger } from '../../../lib/budget/ledger.ts';
import { dayIn } from '../../../lib/budget/quota-day.ts';
import { DAY, HOUR } from '../../../lib/runtime.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { type ConnectedApp, connectApp, thrownBy } from '../../support/connected-app.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** Midnight in Beijing, and the next one. */
const DAY_START = Date.parse('2026-10-06T16:00:00Z');
const RESET = DAY_START + DAY;
const NINE_IN_THE_EVENING = DAY_START + 21 * HOUR;
/** The reserve is 20 calls at the start of the day, and an eighth of it at nine: two and a half. */
const RESERVED_AT_NINE = 2;

const open = (now: number) => connectApp({ now, from: DAY_START - DAY, to: RESET + DAY });

/** The store as the app's cache shows it. */
const cacheOf = ({ store }: ConnectedApp): Store => ({
  get: async (key) => {
    const kept = await store.get(`app:${key}`);
    return kept === null ? null : JSON.parse(kept);
  },
  set: (key, value, ttl) => store.set(`app:${key}`, JSON.stringify(value), ttl),
  add: (key, value, ttl) => store.add(`app:${key}`, JSON.stringify(value), ttl),
  delete: (key) => store.delete(`app:${key}`),
});

/** Other workflows of the shop poll until polling has no call left. */
async function usePollingCalls(app: ConnectedApp): Promise<void> {
  const ledger = createLedger({
    store: cacheOf(app),
    clock: app.clock,
    random: seededRandom(),
    dayOf: dayIn('Asia/Shanghai'),
    limit: 200,
  });
  const { sellerId } = app.sandbox.accounts;
  while ((await ledger.claim(sellerId, 'polling')).granted);
}

function findOrder(app: ConnectedApp): Promise<Record<string, unknown>[]> {
  const placed = app.sandbox.shop.orders.find((order) => order.placedAt < app.clock.now() - HOUR);
  return app.search('find_order', { order_id: String(placed?.id) });
}

/** Searches until no call is left. */
async function useReserve(app: ConnectedApp): Promise<void> {
  const outcome = () =>
    findOrder(app).then(
      () => 'found',
      ({ name }: Error) => name,
    );
  while ((await outcome()) !== 'ThrottledError');
}

const ids = (events: Record<string, unknown>[]) => events.map((event) => event.id);

describe('Reserve for searches at nine in the evening', () => {
  let app: ConnectedApp;
  let snapshot: Record<string, unknown>[];
  beforeEach(async () => {
    app = await open(NINE_IN_THE_EVENING - 4 * HOUR);
    await app.poll('new_order', {}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NINE_IN_THE_EVENING - 3 * HOUR);
    snapshot = await app.poll('new_order');
    app.clock.advanceTo(NINE_IN_THE_EVENING);
    await usePollingCalls(app);
  });
  afterEach(() => app.close());

  test('A poll without polling calls left is answered from the snapshot', async () => {
    expect(snapshot).not.toHaveLength(0);
    expect(ids(await app.poll('new_order'))).toEqual(ids(snapshot));
  });

  test('A poll without polling calls left makes no call', async () => {
    const calls = app.calls();
    await app.poll('new_order');
    expect(app.calls()).toBe(calls);
  });

  test('Only the budget keeps the poll from a call', async () => {
    await app.poll('new_order');
    expect(JSON.stringify(app.logged)).toContain('budget_used_up');
  });

  test('A search gets a call when polling has none left', async () => {
    const calls = app.calls();
    expect(await findOrder(app)).toHaveLength(1);
    expect(app.calls()).toBeGreaterThan(calls);
  });

  test('Searches get exactly the reserved calls', async () => {
    const calls = app.calls();
    await useReserve(app);
    expect(app.calls()).toBe(calls + RESERVED_AT_NINE);
  });

  test('The error of a search beyond the reserve names the time of new calls', async () => {
    await useReserve(app);
    expect((await thrownBy(findOrder(app))).message).toContain(
      "Today's 200 AliExpress calls are used up. New calls are available at 00:00 Beijing time (in 3 h 0 min).",
    );
  });

  test('Zapier repeats a search beyond the reserve within a minute after the reset', async () => {
    await useReserve(app);
    const { name, delay } = await thrownBy(findOrder(app));
    const untilReset = (RESET - app.clock.now()) / 1000;
    expect(name).toBe('ThrottledError');
    expect(delay).toBeGreaterThanOrEqual(untilReset);
    expect(delay).toBeLessThanOrEqual(Math.ceil(untilReset) + 60);
  });

  test('Searches beyond the reserve are repeated at different times', async () => {
    await useReserve(app);
    const comeBackAt = new Set<number>();
    for (let n = 0; n < 12; n += 1) {
      const { delay = 0 } = await thrownBy(findOrder(app));
      comeBackAt.add(Math.round(app.clock.now() / 1000) + delay);
    }
    expect(comeBackAt.size).toBeGreaterThan(3);
  });

  test('A poll is answered from the snapshot when the reserve is used up too', async () => {
    await useReserve(app);
    expect(ids(await app.poll('new_order'))).toEqual(ids(snapshot));
  });

  test('Polls make calls again after midnight', async () => {
    await useReserve(app);
    const calls = app.calls();
    app.clock.advanceTo(RESET);
    await app.poll('new_order');
    expect(app.calls()).toBeGreaterThan(calls);
  });

  test('Orders placed during the pause are emitted after midnight', async () => {
    await app.poll('new_order');
    app.clock.advanceTo(RESET);
    const placedSince = app.sandbox.shop.orders.filter(
      ({ placedAt }) => placedAt > NINE_IN_THE_EVENING - 3 * HOUR && placedAt <= RESET,
    );
    expect(placedSince).not.toHaveLength(0);
    expect(ids(await app.poll('new_order'))).toEqual(
      expect.arrayContaining(placedSince.map(({ id }) => String(id))),
    );
  });

  test('Searches get calls again after midnight', async () => {
    await useReserve(app);
    app.clock.advanceTo(RESET);
    expect(await findOrder(app)).toHaveLength(1);
  });
});

test('A poll at nine in the evening makes a call while polling has calls left', async () => {
  const app = await open(NINE_IN_THE_EVENING - 3 * HOUR);
  try {
    await app.poll('new_order');
    const calls = app.calls();
    app.clock.advanceTo(NINE_IN_THE_EVENING);
    await app.poll('new_order');
    expect(app.calls()).toBeGreaterThan(calls);
  } finally {
    await app.close();
  }
});

test.each([
  ['at the start of the day', DAY_START, 20],
  ['half-way through the day', DAY_START + DAY / 2, 10],
  ['at nine in the evening', NINE_IN_THE_EVENING, RESERVED_AT_NINE],
])('Polling leaves the reserved calls to searches %s', async (_, now, reserved) => {
  const app = await open(now);
  try {
    await usePollingCalls(app);
    await useReserve(app);
    expect(app.calls()).toBe(reserved);
  } finally {
    await app.close();
  }
});

import type { RecordState } from '../../lib/feeds/engine/record-states.ts';
import {
  agedRow,
  nextEntry,
  nextRow,
  type OrderRow,
  openOrderHistory,
  statesOf,
} from '../../lib/feeds/order-history.ts';
import { DAY, HOUR, SECOND } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { silentStore } from '../support/failing-stores.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { recordingStore } from '../support/recording-store.ts';
import { strictLog } from '../support/strict-log.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const SELLER = '2201234567890';
const state = (status: string, hoursAgo: number, more: Partial<RecordState> = {}): RecordState => ({
  values: { status },
  since: NOW - hoursAgo * HOUR,
  ...more,
});
const [WAITING, HELD, CANCELLING] = ['WAIT_SELLER_SEND_GOODS', 'RISK_CONTROL', 'IN_CANCEL'];
const held = state('RISK_CONTROL', 9);
const released = state('WAIT_SELLER_SEND_GOODS', 1, { after: NOW - 8 * HOUR });
const cancelling = state('IN_CANCEL', 1, { after: NOW - 8 * HOUR, entry: 2 });

const TIMES = { placedAt: NOW - 12 * HOUR, paidAt: NOW - 11 * HOUR };
const rowAfter = (states: readonly RecordState[], row?: OrderRow) => nextRow(row, states, TIMES.paidAt);

const missing = (): never => {
  throw new Error('there is no row');
};

describe('Row of an order', () => {
  test('Nothing is remembered of an order that was never interrupted', () => {
    expect(rowAfter([state('WAIT_SELLER_SEND_GOODS', 3)])).toBeUndefined();
    expect(rowAfter([])).toBeUndefined();
  });

  test('An order on hold is remembered with its status, and once released with both', () => {
    const row = rowAfter([held]);
    expect(row).toMatchObject({ status: HELD, since: held.since / SECOND });
    expect(rowAfter([held, released], row)).toMatchObject({ status: WAITING, before: HELD });
    expect(rowAfter([held], row)).toBe(row);
  });

  test('Entries are counted once an order was in a status which it may enter again', () => {
    const row = rowAfter([state('WAIT_SELLER_SEND_GOODS', 5), cancelling]);
    expect(row?.entries).toEqual({ [WAITING as string]: 1, [CANCELLING as string]: 2 });
    expect(row && [nextEntry(row, 'IN_CANCEL'), nextEntry(row, 'FINISH')]).toEqual([3, 1]);
  });

  test('A row yields the states for which it stands', () => {
    const known = statesOf(rowAfter([held, released], rowAfter([held])) ?? missing(), TIMES);
    expect(known.states).toEqual([{ values: { status: HELD }, since: 0 }, released]);
    const entered = statesOf(rowAfter([cancelling]) ?? missing(), TIMES);
    expect(entered.states.at(-1)).toMatchObject({ entry: 2 });
  });

  test('A row of an order that was released before its last two states yields that state too', () => {
    const states = ['WAIT_SELLER_SEND_GOODS', 'IN_FROZEN', 'IN_ISSUE'].map((status, n) =>
      state(status, 9 - n),
    );
    const row = rowAfter(states) ?? missing();
    expect(statesOf(row, TIMES).states).toEqual([
      { values: { status: WAITING }, since: TIMES.paidAt },
      { values: { status: 'IN_FROZEN' }, since: 0 },
      states.at(-1),
    ]);
  });

  const disputed = state('IN_ISSUE', 0.5);
  const firstOf = (row: OrderRow | undefined, paidAt: number | undefined) =>
    statesOf(row ?? missing(), { ...TIMES, paidAt }).states;

  test('An order that was released after its payment counts as released since then', () => {
    const row = rowAfter([held, released, disputed], rowAfter([held]));
    expect(firstOf(row, TIMES.paidAt)).toEqual([
      { values: { status: 'WAIT_SELLER_EXAMINE_MONEY' }, since: 0, entry: 0 },
      { values: { status: WAITING }, since: released.since, after: TIMES.paidAt },
      disputed,
    ]);
  });

  test('An order without a time of payment counts as released since it was seen so', () => {
    const row = nextRow(undefined, [{ ...released, entry: 0 }, disputed], undefined);
    expect(firstOf(row, undefined)).toEqual([
      { values: { status: WAITING }, since: released.since, entry: 0 },
      disputed,
    ]);
  });

  test('The first release is remembered when the order is released again', () => {
    const row = nextRow(undefined, [released, disputed], undefined);
    const again = nextRow(row, [disputed, state('WAIT_BUYER_ACCEPT_GOODS', 0)], undefined);
    expect(again?.released).toBe(released.since / SECOND);
    expect(firstOf(again, undefined)[0]).toEqual({ values: { status: WAITING }, since: released.since });
  });

  test('An order that left a cancellation request was released before it entered it', () => {
    const back = state('WAIT_SELLER_SEND_GOODS', 0, { after: cancelling.since });
    const states = [state('WAIT_SELLER_SEND_GOODS', 5), cancelling];
    const row = rowAfter([...states, back], rowAfter(states));
    expect(firstOf(row, TIMES.paidAt)).toEqual([
      { values: { status: WAITING }, since: TIMES.paidAt, entry: 0 },
      { values: { status: CANCELLING }, since: 0, entry: 2 },
      back,
    ]);
  });

  test('A state that only stands for what was before does not lower the number of entries', () => {
    const row = rowAfter([held, released, cancelling], rowAfter([state('WAIT_SELLER_EXAMINE_MONEY', 10)]));
    const again = rowAfter([...firstOf(row, TIMES.paidAt), state('FINISH', 0)], {
      ...(row ?? missing()),
      entries: { WAIT_SELLER_EXAMINE_MONEY: 1 },
    });
    expect(again?.entries).toMatchObject({ WAIT_SELLER_EXAMINE_MONEY: 1, FINISH: 1 });
  });

  test('A payment that was written twice is no release if the order was on hold after the earlier one', () => {
    const paidAt = Date.parse('2026-11-01T09:50:00Z');
    const seen = { ...released, after: Date.parse('2026-11-01T09:00:00Z') };
    expect(nextRow(undefined, [seen, disputed], paidAt)?.released).toBe(released.since / SECOND);
    const later = { ...seen, after: paidAt - 2 * HOUR };
    expect(nextRow(undefined, [later, disputed], paidAt)?.released).toBeUndefined();
  });

  test('An order whose row does not say when it was released was released when it was placed', () => {
    const { released: _, ...row } = nextRow(undefined, [released, disputed], undefined) ?? missing();
    expect(firstOf(row, undefined)[0]).toEqual({ values: { status: WAITING }, since: TIMES.placedAt });
  });

  test.each([
    ['on hold', [held], 89, true],
    ['on hold', [held], 91, false],
    ['released from a hold', [held, released], 7, true],
    ['released from a hold', [held, released], 9, false],
    ['counted', [cancelling], 89, true],
    ['counted', [cancelling], 91, false],
  ])('An order that is %s (%j) is remembered after %i days: %s', (_, states, days, isKept) => {
    const row = rowAfter(states, rowAfter(states.slice(0, 1))) ?? missing();
    expect(agedRow(row, NOW + days * DAY) !== undefined).toBe(isKept);
  });

  test('After eight days only the day of the last change is kept of it', () => {
    const row = rowAfter([state('WAIT_SELLER_SEND_GOODS', 5), cancelling]) ?? missing();
    const aged = agedRow(row, NOW + 20 * DAY);
    expect(aged).toEqual({ status: CANCELLING, since: Math.floor(NOW / DAY) * 86_400, entries: row.entries });
  });
});

describe('Order history', () => {
  const clock = fixedClock(NOW);
  const open = (store: Store = memoryStore(clock)) => ({
    store,
    history: openOrderHistory({ seller: SELLER, store, clock, log: strictLog }),
  });
  const stored = async (count = 1) => {
    const { store, history } = open();
    await history.load(null);
    for (let n = 0; n < count; n += 1) history.record(String(8201 + n), [cancelling], TIMES.paidAt);
    await history.store();
    return { store, written: history.written() };
  };
  const copies = (copy: string) => [0, 1, 2, 3].map((shard) => `orders1:${SELLER}:${shard}:${copy}`);
  const reopened = async (store: Store, written: Record<string, number> | null) => {
    const { history } = open(store);
    return { missingSince: await history.load(written), history };
  };

  test('A new shop has no history, and nothing of it is missing', async () => {
    const { history } = open();
    expect(await history.load(null)).toBeUndefined();
    expect([history.written(), history.find('8201')]).toEqual([{}, undefined]);
  });

  test('What was recorded is found again, also where it is not known what was written', async () => {
    const { store, written } = await stored();
    for (const known of [written, null]) {
      const { history } = await reopened(store, known);
      expect(history.find('8201')).toMatchObject({ status: CANCELLING });
    }
  });

  test('A payment from before an order was seen on hold is not taken for its release', async () => {
    const { store, written } = await stored();
    const row = (await reopened(store, written)).history.find('8201');
    expect(row && statesOf(row, TIMES).fetchedAt).toBe(Math.floor(NOW / 1000) * 1000);
  });

  test('That the baseline was read is remembered for 90 days after it was recorded last', async () => {
    const later = fixedClock(NOW);
    const store = memoryStore(later);
    const open = async () => {
      const history = openOrderHistory({ seller: SELLER, store, clock: later, log: strictLog });
      await history.load(null);
      return history;
    };
    const sinceAfter = async (days: number) => {
      later.advance(days * DAY);
      const history = await open();
      const since = history.baselineSince();
      history.recordBaseline();
      await history.store();
      return since;
    };
    expect(await sinceAfter(0)).toBeUndefined();
    expect(await sinceAfter(20)).toBe(NOW);
    expect(await sinceAfter(69)).toBe(NOW);
    expect(await sinceAfter(89)).toBe(NOW + 89 * DAY);
    expect(await sinceAfter(92)).toBeUndefined();
  });

  test('One lost copy is written again', async () => {
    const { store, written } = await stored();
    for (const key of copies('a')) await store.delete(key);
    const { history, missingSince } = await reopened(store, written);
    expect([missingSince, history.find('8201')?.status]).toEqual([undefined, CANCELLING]);
    await history.store();
    for (const key of copies('b')) await store.delete(key);
    expect((await reopened(store, written)).history.find('8201')?.status).toBe(CANCELLING);
  });

  test.each(['a', 'b'])(
    'A row that the store took only as copy %s is not replaced by an older one',
    async (copy) => {
      const { store, written } = await stored();
      const takesOne: Store = {
        ...store,
        set: async (key, ...rest) => key.endsWith(copy) && store.set(key, ...rest),
      };
      const { history } = await reopened(takesOne, written);
      history.record('8201', [cancelling, state('FINISH', 0)], TIMES.paidAt);
      await history.store();
      const again = (await reopened(store, written)).history;
      expect(again.find('8201')?.status).toBe('FINISH');
      await again.store();
      for (const key of copies(copy)) await store.delete(key);
      expect((await reopened(store, written)).history.find('8201')?.status).toBe('FINISH');
    },
  );

  test('If both copies are lost, the history says since when orders may be missing', async () => {
    const { store, written } = await stored();
    for (const key of [...copies('a'), ...copies('b')]) await store.delete(key);
    const { history, missingSince } = await reopened(store, written);
    expect([missingSince, history.find('8201'), history.written()]).toEqual([NOW, undefined, {}]);
  });

  test('A shard that is about to expire is written again', async () => {
    const { store, written } = await stored();
    clock.advance(31 * DAY);
    const { history } = await reopened(store, written);
    expect(Object.values(history.written())).toEqual([clock.now()]);
  });

  test('A history whose store does not answer is not used', async () => {
    const history = openOrderHistory({ seller: SELLER, store: silentStore, clock, log: strictLog });
    await expect(history.load(null)).rejects.toThrow();
    history.record('8201', [cancelling], TIMES.paidAt);
    await history.store();
  });

  test('No stored value is longer than 30 KB, however many orders there are', async () => {
    const { store } = await stored(20_000);
    for (const key of [...copies('a'), ...copies('b')])
      expect((await store.get(key))?.length).toBeLessThanOrEqual(30 * 1024);
  });

  test('The stored history holds no order number', async () => {
    const recording = recordingStore(memoryStore(clock));
    const { history } = open(recording);
    history.record('8201739405562817', [cancelling], TIMES.paidAt);
    await history.store();
    expect(recording.text()).toContain(CANCELLING);
    expect(recording.text()).not.toContain('8201739405562817');
  });
});

import { newReading } from '../../lib/feeds/engine/paging.ts';
import { knownWithin } from '../../lib/feeds/order-known.ts';
import { isSettled } from '../../lib/feeds/order-listing.ts';
import { type StreamName, streamNames } from '../../lib/feeds/order-stream-list.ts';
import {
  afterRefusedLateEnd,
  afterUnproven,
  afterWindow,
  endOf,
  initialState,
  isDue,
  type OrdersState,
  startOf,
  stateFormat,
  withStream,
} from '../../lib/feeds/order-streams.ts';
import { LATE_MS, newWindow, type OrderWindow } from '../../lib/feeds/order-windows.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const FIRST = initialState(NOW);
const at = (name: StreamName, msAgo: number, more: object = {}) =>
  withStream(FIRST, name, { watermark: NOW - msAgo, ...more });
const ordersWith = (...changes: Parameters<typeof anOrder>[0][]) =>
  new Map(changes.map((each, n) => [String(n), { values: anOrder(each) }]));
const NONE = ordersWith();
const listing = (ended: OrdersState['listing']['ended'], since = NOW): OrdersState => ({
  ...FIRST,
  listing: { ended, since },
});
const apartSince = (since: number) => listing('apart', since);
const TOGETHER = listing('together');

describe('Streams that are due', () => {
  const dueIn = (state: OrdersState, now = NOW) => streamNames.filter((name) => isDue(name, state, now));

  test('A new feed reads what changed and what is finished', () => {
    expect(dueIn(FIRST)).toStrictEqual(['active', 'finished', 'late']);
  });

  test('A stream is not due before its time', () => {
    expect(dueIn(withStream(FIRST, 'finished', { dueAt: NOW + 1 }))).toStrictEqual(['active', 'late']);
    expect(dueIn(withStream(FIRST, 'finished', { dueAt: NOW + 1 }), NOW + 1)).toContain('finished');
  });

  test('Changes of old orders are first read after 100 minutes', () => {
    expect(dueIn(FIRST, NOW + 100 * MINUTE)).toContain('older');
    expect(dueIn(FIRST, NOW + 99 * MINUTE)).not.toContain('older');
  });

  test('Where ended orders are listed apart, old orders are read until that was found, and no longer', () => {
    const apart = apartSince(NOW);
    const readUntil = (msAgo: number) => withStream(apart, 'older', { watermark: NOW - msAgo, dueAt: 0 });
    expect(dueIn(readUntil(1))).toContain('older');
    expect(dueIn(readUntil(0))).not.toContain('older');
  });

  test('Orders to be shipped are read while a workflow wants them', () => {
    expect(dueIn({ ...FIRST, unshippedInterestAt: NOW - HOUR })).toContain('unshipped');
    expect(dueIn({ ...FIRST, unshippedInterestAt: NOW - 26 * HOUR })).not.toContain('unshipped');
  });

  test('The baseline is read while a workflow wants changes, and once it was read', () => {
    expect(dueIn({ ...FIRST, changesInterestAt: NOW - HOUR })).toEqual(
      expect.arrayContaining(['interrupted', 'placed']),
    );
    expect(dueIn({ ...FIRST, changesInterestAt: NOW - 26 * HOUR })).not.toContain('placed');
    expect(dueIn(withStream(FIRST, 'placed', { watermark: NOW - DAY }))).toContain('placed');
  });

  test('A gap is read until its end, and what was asked for until that ends', () => {
    const inGap = { ...at('missed', 3 * HOUR), gapUntil: NOW - 2 * HOUR };
    expect(dueIn(inGap)).toContain('missed');
    expect(dueIn(withStream(inGap, 'missed', { watermark: NOW - 2 * HOUR }))).not.toContain('missed');
    expect(dueIn({ ...FIRST, recalledUntil: NOW })).toEqual(
      expect.arrayContaining(['recalled', 'recalled_finished']),
    );
    expect(dueIn({ ...FIRST, gapUntil: 1 })).not.toContain('recalled');
  });
});

describe('Span of the next window', () => {
  test('New orders are read up to now, and what may be late up to an hour ago', () => {
    expect(endOf('active', FIRST, NOW)).toBe(NOW);
    expect(endOf('late', FIRST, NOW)).toBe(NOW - LATE_MS);
  });

  test('A gap is read in windows of a day, up to its end', () => {
    const inGap = { ...at('missed', 5 * DAY), gapUntil: NOW - 2 * HOUR };
    expect(endOf('missed', inGap, NOW)).toBe(NOW - 4 * DAY);
    expect(endOf('missed', withStream(inGap, 'missed', { watermark: NOW - 3 * HOUR }), NOW)).toBe(
      NOW - 2 * HOUR,
    );
  });

  test('What was asked for is read up to its own end', () => {
    const recalled = { ...at('recalled', 20 * DAY), gapUntil: NOW, recalledUntil: NOW - 19.5 * DAY };
    expect(endOf('recalled', recalled, NOW)).toBe(NOW - 19.5 * DAY);
  });

  test.each([
    ['older', 6 * HOUR, 6 * HOUR + LATE_MS],
    ['finished', 6 * HOUR, 6 * HOUR + LATE_MS],
    ['late', 6 * HOUR, 6 * HOUR],
    ['finished_after_30', DAY, DAY + LATE_MS],
    ['finished_after_60', 6 * DAY, 6 * DAY + LATE_MS],
    ['finished_after_60', 8 * DAY, 7 * DAY],
    ['missed', 6 * DAY, 6 * DAY],
    ['unshipped', HOUR, 180 * DAY],
    ['interrupted', HOUR, 180 * DAY],
    ['placed', HOUR, 4 * DAY],
  ] as const)('The stream %s that was read until %i ms ago begins %i ms ago', (name, read, start) => {
    expect(startOf(name, at(name, read), NONE, NOW)).toBe(NOW - start);
  });

  test.each(['active', 'older', 'finished', 'late'] as const)(
    'The stream %s does not begin before what is still known',
    (name) => {
      const old = withStream(at(name, 9 * DAY), 'late', { watermark: NOW - 9 * DAY });
      expect(startOf(name, old, NONE, NOW)).toBe(NOW - 36 * HOUR);
    },
  );

  test('New orders are read from where nothing can be late any more, if one page holds them', () => {
    const state = withStream(at('active', 10 * MINUTE), 'late', { watermark: NOW - 90 * MINUTE });
    const changed = (count: number, status: string) =>
      ordersWith(...Array.from({ length: count }, () => ({ status, updated_at: ago(80 * MINUTE) })));
    expect(startOf('active', state, NONE, NOW)).toBe(NOW - 90 * MINUTE);
    const afterChanges = NOW - 80 * MINUTE + SECOND;
    expect(startOf('active', state, changed(60, 'WAIT_SELLER_SEND_GOODS'), NOW)).toBe(afterChanges);
    expect(startOf('active', state, changed(60, 'FINISH'), NOW)).toBe(afterChanges);
    // Where ended orders are listed apart, they need no room on the page.
    const apart = { ...state, ...apartSince(NOW), streams: state.streams };
    expect(startOf('active', apart, changed(60, 'FINISH'), NOW)).toBe(NOW - 90 * MINUTE);
  });
});

describe('Known orders that a window must list', () => {
  const span = { from: NOW - HOUR + 999, to: NOW };
  const [WAITING, ENDED] = ['WAIT_SELLER_SEND_GOODS', 'FINISH'];
  const known = ordersWith(
    { status: WAITING, updated_at: ago(HOUR), placed_at: ago(DAY) },
    { status: ENDED, updated_at: ago(HOUR), placed_at: ago(DAY) },
    { status: WAITING, updated_at: ago(HOUR + 1000), placed_at: ago(MINUTE) },
    { status: WAITING, updated_at: ago(0), placed_at: ago(2 * HOUR) },
    { status: 'RISK_CONTROL', updated_at: null, placed_at: ago(MINUTE) },
    { status: WAITING, updated_at: ago(MINUTE), placed_at: ago(30 * DAY - HOUR + 1000) },
    { status: WAITING, updated_at: ago(MINUTE), placed_at: ago(31 * DAY) },
    { status: 'RISK_CONTROL_HOLD', updated_at: ago(MINUTE), placed_at: ago(DAY) },
  );
  const within = (name: StreamName, state = TOGETHER) => [
    ...knownWithin(name, state, known, { ...span, now: NOW }),
  ];

  test('A window of changes lists those that changed in it, to the second, but no old ones', () => {
    expect(within('active')).toStrictEqual(['0', '1', '3']);
  });

  test('Ended orders are not expected while it is not known whether they are listed with the others', () => {
    expect(within('active', FIRST)).toStrictEqual(['0', '3']);
  });

  test('Where ended orders are listed apart, a window of changes lists all others of any age', () => {
    expect(within('active', apartSince(NOW))).toStrictEqual(['0', '3', '5', '6', '7']);
  });

  test('A window of changes without a status lists old orders too', () => {
    expect(within('older')).toStrictEqual(['0', '3', '5', '6', '7']);
  });

  test('A window of finished orders lists finished ones alone', () => {
    expect(within('finished')).toStrictEqual(['1']);
    expect(within('finished', FIRST)).toStrictEqual(['1']);
  });

  test('A window of what has ended long after it was placed lists nothing that another window lists', () => {
    const known = ordersWith(
      ...[29, 35, 59, 65, 89, 95].map((days) => ({
        status: 'FINISH',
        placed_at: ago(days * DAY),
        updated_at: ago(HOUR / 2),
      })),
    );
    const listed = (name: StreamName) => [
      ...knownWithin(name, FIRST, known, { from: NOW - HOUR, to: NOW, now: NOW }),
    ];
    expect(listed('finished')).toStrictEqual(['0']);
    expect(listed('finished_after_30')).toStrictEqual(['1', '2']);
    expect(listed('finished_after_60')).toStrictEqual(['3', '4']);
  });

  test('A window of orders in some statuses lists those that were placed in it', () => {
    expect(within('unshipped')).toStrictEqual(['2']);
    expect(within('interrupted')).toStrictEqual(['4']);
    expect(within('placed')).toStrictEqual(['2', '4']);
  });
});

describe('State after a window', () => {
  const read = (from: number, to: number, isComplete = true): OrderWindow => ({
    ...newWindow({ from: NOW - from, to: NOW - to }),
    reading: { ...newReading({ size: 50 }), page: 0, total: 3, isComplete },
  });
  const before = withStream(at('late', 3 * HOUR, { open: read(9, 8) }), 'active', {
    watermark: NOW - HOUR,
    unproven: 1,
    open: read(9, 8),
  });

  test('The stream was read up to its end', () => {
    expect(afterWindow(before, 'active', read(HOUR, 0)).streams.active).toMatchObject({
      watermark: NOW,
      open: null,
      unproven: 0,
    });
  });

  test('A window that begins far enough back leaves nothing that could be late', () => {
    const { late } = afterWindow(before, 'active', read(3 * HOUR, 0)).streams;
    expect(late).toMatchObject({ watermark: NOW - LATE_MS, open: null });
    expect(afterWindow(before, 'active', read(3 * HOUR, 2.5 * HOUR)).streams.late.watermark).toBe(
      NOW - 3 * HOUR,
    );
  });

  test.each([
    ['that begins later', 'active', read(3 * HOUR - 1, 0)],
    ['that was taken as it is', 'active', read(4 * HOUR, 0, false)],
    ['of another stream', 'finished', read(4 * HOUR, 0)],
  ] as const)('A window %s changes nothing about what may be late', (_, name, window) => {
    expect(afterWindow(before, name, window).streams.late).toBe(before.streams.late);
  });

  test('What may be late is settled while it was read within the last hour', () => {
    const settled = (msAgo: number, open: OrderWindow | null = null) =>
      isSettled('late', at('late', msAgo, { open }), NOW);
    expect(settled(LATE_MS + HOUR - 1)).toBe(true);
    expect(settled(LATE_MS + HOUR)).toBe(false);
    expect(settled(LATE_MS, read(HOUR, 0))).toBe(false);
    expect(isSettled('active', at('active', 0), NOW)).toBe(false);
  });

  test('A list that AliExpress refuses waits a month, and is in doubt no longer', () => {
    const doubted = withStream(FIRST, 'finished_after_30', { unproven: 1, open: read(HOUR, 0) });
    expect(afterRefusedLateEnd(doubted, 'finished_after_30', NOW).streams.finished_after_30).toEqual({
      watermark: NOW,
      open: null,
      unproven: 0,
      dueAt: NOW + 30 * DAY,
    });
  });

  test('A window with missing orders is read again, and taken as it is at the third time', () => {
    const window = read(HOUR, 0, false);
    const again = (name: StreamName, unproven: number, each = window) =>
      afterUnproven(withStream(FIRST, name, { unproven, open: each }), name, each, NOW)?.streams[name];
    expect(again('active', 0)).toMatchObject({ open: null, unproven: 1, dueAt: NOW });
    expect(again('finished', 1)).toMatchObject({ open: null, unproven: 2, dueAt: NOW + HOUR });
    expect(again('active', 2)).toBeUndefined();
    // No page was believed, so it is not known how many orders there are.
    const implausible = { ...window, reading: { ...window.reading, total: null } };
    expect(again('active', 2, implausible)).toMatchObject({ unproven: 3 });
  });
});

test('A state of which the store has lost everything reads all streams from the beginning', () => {
  const { streams, historyShards, ...numbers } = stateFormat.parse({});
  expect(Object.keys(streams)).toStrictEqual([...streamNames]);
  for (const name of streamNames)
    expect(streams[name]).toStrictEqual({ watermark: 0, open: null, dueAt: 0, unproven: 0 });
  expect(historyShards).toBeNull();
  expect(numbers).toStrictEqual({
    listing: { ended: 'untested', since: 0 },
    readSince: 0,
    gapFrom: 0,
    gapUntil: 0,
    recalledUntil: 0,
    gapTurn: 0,
    gapReadings: [],
    readBefore: 0,
    unshippedInterestAt: 0,
    changesInterestAt: 0,
    lookCalls: 1,
    rareCallsPerDay: 0,
    neededCalls: 0,
    lookBy: 0,
    baselineCalls: 0,
    heardProbedAt: 0,
  });
});

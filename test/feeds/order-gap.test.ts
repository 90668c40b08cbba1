import type { LostRecords } from '../../lib/feeds/engine/design.ts';
import {
  afterLoss,
  confirming,
  happenedSince,
  knownUntil,
  pagesOfGap,
  recalling,
  skippedSpan,
  withGap,
  withGapReading,
} from '../../lib/feeds/order-gap.ts';
import { gapStreams, lateEndStreams } from '../../lib/feeds/order-stream-list.ts';
import { initialState, isDue, type OrdersState, withStream } from '../../lib/feeds/order-streams.ts';
import { LATE_MS, newWindow } from '../../lib/feeds/order-windows.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

/** Orders that were read until `pausedHours` ago, with the rest of an earlier gap that begins `leftDays` ago. */
const state = (pausedHours: number, leftDays: number): OrdersState => {
  const before = { ...initialState(NOW - 10 * DAY), gapUntil: NOW - DAY };
  const left = { watermark: NOW - leftDays * DAY };
  const read = { watermark: NOW - pausedHours * HOUR };
  const readNames = ['active', 'older', 'finished', ...lateEndStreams] as const;
  const current = readNames.reduce((each, name) => withStream(each, name, read), before);
  return gapStreams.reduce((each, name) => withStream(each, name, left), current);
};

test.each([5, 8])('An earlier gap that begins %i days ago is read on after another pause', (leftDays) => {
  const { streams } = withGap(state(7, leftDays), NOW);
  const left = NOW - leftDays * DAY;
  expect([streams.missed.watermark, streams.missed_finished.watermark]).toEqual([left, left]);
});

test('A gap of ten days is read from seven days ago on, and what lies before is named', () => {
  const before = state(240, 0);
  expect(withGap(before, NOW).streams.missed.watermark).toBe(NOW - 7 * DAY);
  expect(skippedSpan(before, NOW)).toEqual({ from: NOW - 10 * DAY, to: NOW - 7 * DAY });
});

describe('Baseline of a gap', () => {
  const paused = withStream(state(7 * 24, 0), 'placed', { watermark: NOW - 7 * DAY });
  const begun = { ...withGap(paused, NOW), baselineCalls: 7 };
  const rest = withStream(begun, 'placed', { dueAt: NOW + DAY });
  const againAfter = (hours: number) => {
    const now = NOW + hours * HOUR;
    const { streams, baselineCalls } = withGap(
      withStream(rest, 'active', { watermark: now - 7 * HOUR }),
      now,
    );
    return { isDue: streams.placed.dueAt <= now, baselineCalls };
  };

  test('It is read after a pause', () => {
    expect(isDue('placed', withGap(paused, NOW), NOW)).toBe(true);
  });

  test('It is not read again when another workflow asks for what it missed in the same pause', () => {
    expect(againAfter(1)).toEqual({ isDue: false, baselineCalls: 7 });
  });

  test('It is read again after another pause', () => {
    expect(againAfter(5)).toEqual({ isDue: true, baselineCalls: 0 });
  });
});

describe('Time until which an order is known', () => {
  const placed = (daysAgo: number) => ({
    values: { placed_at: new Date(NOW - daysAgo * DAY).toISOString() },
  });
  const FETCHED = { fetchedAt: NOW - 9 * HOUR, ...placed(2) };
  const OLD = { ...FETCHED, ...placed(31) };
  /** When the orders were last read, it lacked half an hour of 30 days, and the lists are an hour shorter. */
  const ALMOST_OLD = { ...FETCHED, ...placed(30 + 1.5 / 24) };
  const listed = (ended: OrdersState['listing']['ended'], before = state(2, 8)): OrdersState => ({
    ...before,
    gapUntil: 0,
    listing: { ended, since: NOW - 5 * HOUR },
  });
  const hoursAgo = (at: number) => (NOW - at) / HOUR;

  test('Without a gap it is the time until which all changes were read', () => {
    expect(hoursAgo(knownUntil({ ...state(2, 8), gapUntil: 0 }, FETCHED))).toBe(2);
  });

  test.each([
    ['active', 'untested', FETCHED],
    ['active', 'together', FETCHED],
    ['active', 'apart', FETCHED],
    ['finished', 'untested', FETCHED],
    ['finished', 'apart', FETCHED],
    ['older', 'untested', OLD],
    ['older', 'together', OLD],
    ['finished_after_30', 'together', OLD],
    ['finished_after_60', 'apart', OLD],
    ['older', 'together', ALMOST_OLD],
  ] as const)('It waits for the stream %s where the listing of ended orders is %s', (name, ended, order) => {
    const read = withStream(listed(ended), name, { watermark: NOW - 3 * HOUR });
    expect(hoursAgo(knownUntil(read, order))).toBe(3);
  });

  test.each([
    ['finished', 'together', OLD],
    ['older', 'untested', FETCHED],
    ['older', 'together', FETCHED],
    ['older', 'apart', OLD],
    ['finished_after_30', 'together', FETCHED],
    ['finished_after_60', 'apart', FETCHED],
  ] as const)('It does not wait for the stream %s where that is %s', (name, ended, order) => {
    const read = withStream(listed(ended), name, { watermark: NOW - 3 * HOUR });
    expect(hoursAgo(knownUntil(read, order))).toBe(2);
  });

  test('An old order is known as long as it was read when ended orders were found to be listed apart', () => {
    const read = withStream(listed('apart'), 'older', { watermark: NOW - 6 * HOUR });
    expect(hoursAgo(knownUntil(read, OLD))).toBe(6);
  });

  test('Orders that have ended are read where it must be later, unless they are to be read anyway', () => {
    const read = withStream(state(2, 8), 'finished', { dueAt: NOW + 4 * HOUR });
    expect(isDue('finished', read, NOW)).toBe(false);
    const needed = confirming(read, NOW - HOUR);
    expect(isDue('finished', needed ?? read, NOW - HOUR)).toBe(true);
    expect(confirming(needed ?? read, NOW - HOUR)).toBeUndefined();
    expect(confirming(read, NOW - 2 * HOUR)).toBeUndefined();
  });

  test('Where ended orders are listed with the others, changes of old orders are read where that must be', () => {
    const due = withStream(listed('together'), 'older', { dueAt: NOW + 4 * HOUR });
    const read = withStream(due, 'active', { watermark: NOW });
    const needed = confirming(read, NOW - HOUR) ?? read;
    expect(isDue('older', needed, NOW - HOUR)).toBe(true);
    expect(needed.streams.finished).toBe(read.streams.finished);
    expect(confirming(read, NOW - 2 * HOUR)).toBeUndefined();
  });

  test('What has ended long after it was placed is read next, and one list after the other', () => {
    const waiting = lateEndStreams.reduce(
      (each, name) => withStream(each, name, { dueAt: NOW + DAY }),
      listed('together'),
    );
    const read = ['active', 'older'] as const;
    const known = read.reduce((each, name) => withStream(each, name, { watermark: NOW }), waiting);
    const first = confirming(known, NOW - HOUR) ?? known;
    expect(lateEndStreams.map((name) => isDue(name, first, NOW - HOUR))).toEqual([true, false]);
    const afterFirst = withStream(first, 'finished_after_30', { watermark: NOW, dueAt: NOW + DAY });
    const second = confirming(afterFirst, NOW - HOUR) ?? afterFirst;
    expect(lateEndStreams.map((name) => isDue(name, second, NOW - HOUR))).toEqual([false, true]);
    expect(
      confirming(withStream(second, 'finished_after_60', { watermark: NOW }), NOW - HOUR),
    ).toBeUndefined();
  });

  test('Old orders are not read for a time until which no order is known', () => {
    const read = withStream(listed('together'), 'older', { dueAt: NOW + 4 * HOUR });
    const behind = withStream(read, 'active', { watermark: NOW - 2 * HOUR });
    expect(confirming(behind, NOW - HOUR)).toBeUndefined();
  });

  test('A list of ended orders that could not be read completely is not read sooner again', () => {
    const unproven = withStream(state(2, 8), 'finished', { dueAt: NOW + HOUR, unproven: 1 });
    expect(confirming(unproven, NOW)).toBeUndefined();
  });

  test.each(['missed', 'missed_finished'] as const)('It waits for the stream %s of a gap', (name) => {
    const inGap = withGap(state(7, 0.5), NOW);
    const read = withStream(inGap, name === 'missed' ? 'missed_finished' : 'missed', { watermark: NOW });
    expect(knownUntil(read, { fetchedAt: 0, ...placed(2) })).toBe(inGap.streams[name].watermark);
  });

  test('An order that was fetched later is known until then', () => {
    expect(hoursAgo(knownUntil(withGap(state(12, 0.5), NOW), FETCHED))).toBe(9);
  });

  test('After a pause the orders to be shipped are read at once', () => {
    expect(withGap(state(7, 0.5), NOW).streams.unshipped.dueAt).toBe(NOW);
  });
});

describe('Time that is read because somebody asks for it', () => {
  const [from, to] = [NOW - 30 * DAY, NOW - 20 * DAY];
  const recalled = recalling(state(2, 8), { from, to });

  test('It is read from its beginning to its end, and does not make orders uncertain', () => {
    expect([recalled.streams.recalled.watermark, recalled.recalledUntil]).toEqual([from, to]);
    expect(isDue('recalled_finished', recalled, NOW)).toBe(true);
    const readToEnd = withStream(recalled, 'recalled_finished', { watermark: to });
    expect(isDue('recalled_finished', readToEnd, NOW)).toBe(false);
    const order = { fetchedAt: 0, values: { placed_at: new Date(NOW - DAY).toISOString() } };
    expect(knownUntil(recalled, order)).toBe(knownUntil(state(2, 8), order));
  });

  test('A second time that is asked for does not end the first', () => {
    const { streams, recalledUntil } = recalling(recalled, { from: NOW - 9 * DAY, to: NOW - 8 * DAY });
    expect([streams.recalled.watermark, recalledUntil]).toEqual([from, NOW - 8 * DAY]);
  });
});

describe('Orders that were fetched from a gap and are lost', () => {
  const NEVER = Number.POSITIVE_INFINITY;
  const begun = withGap(state(5 * 24, 0), NOW);
  const from = begun.streams.missed_finished.watermark;
  /** One day of the gap is read every ten hours. */
  const read = [0, 1, 2].reduce((before, day) => {
    const watermark = from + day * DAY;
    const both = withStream(withStream(before, 'missed', { watermark }), 'missed_finished', { watermark });
    return withGapReading(both, NOW + day * 10 * HOUR);
  }, begun);
  const watermarksAfter = (lost: LostRecords) => {
    const { active, finished } = afterLoss(read, lost, NOW + 3 * DAY).streams;
    return [active.watermark, finished.watermark];
  };

  test.each([
    [0, from],
    [10, from + DAY],
    [20, from + 2 * DAY],
  ])(
    'They are read again from where the reading of the gap stood %i hours after it began',
    (hours, start) => {
      expect(watermarksAfter({ from: NOW + hours * HOUR, to: NEVER })).toEqual([start, start]);
    },
  );

  test('They are read again from there also if the orders that are read again are lost', () => {
    const again = withGap(afterLoss(read, { from: NOW + 10 * HOUR, to: NEVER }, NOW + DAY), NOW + DAY);
    const { gapReadings } = withGapReading(again, NOW + DAY);
    expect(Math.min(...gapReadings.slice(-1).map(({ changedSince }) => changedSince))).toBe(from + 2 * DAY);
  });

  test.each([
    ['before', { from: NOW + 21 * HOUR, to: NEVER }],
    ['after', { from: NOW - 2 * DAY, to: NOW - HOUR }],
    ['when the workflow was told of', { from: NOW + 9 * HOUR, to: NEVER, announcedUntil: NOW + 21 * HOUR }],
  ])('A gap that was read %s the lost orders is not read again', (_, lost) => {
    const { active } = afterLoss(withStream(read, 'active', { watermark: NOW }), lost, NOW).streams;
    expect(active.watermark).toBeGreaterThanOrEqual(Math.min(NOW, lost.from - 8 * HOUR));
  });
});

test('Orders to be shipped are read at once after a loss, and from no earlier time', () => {
  const before = withStream(state(1, 0), 'unshipped', { dueAt: NOW + HOUR });
  const { unshipped } = afterLoss(before, { from: NOW, to: NOW }, NOW).streams;
  expect(unshipped).toStrictEqual({ ...before.streams.unshipped, dueAt: NOW });
});

test('An order that changed hours before it was fetched is read again if it is lost', () => {
  const { streams } = afterLoss(initialState(NOW), { from: NOW, to: NOW }, NOW);
  // Orders are fetched up to six hours after they changed without a gap, and old ones are read every six hours.
  expect(streams.active.watermark).toBeLessThan(NOW - 6 * HOUR);
  expect(streams.older.watermark).toBeLessThan(NOW - 6 * HOUR);
});

test('What changed before a loss is no sign that ended orders are left out', () => {
  const lost = { from: NOW, to: NOW };
  const after = (ended: OrdersState['listing']['ended']) =>
    afterLoss({ ...initialState(NOW), listing: { ended, since: NOW - DAY } }, lost, NOW + HOUR).listing;
  expect(after('together')).toEqual({ ended: 'together', since: NOW + HOUR });
  expect(after('untested')).toEqual({ ended: 'untested', since: NOW + HOUR });
  expect(after('apart')).toEqual({ ended: 'apart', since: NOW - DAY });
});

test('What has ended long after it was placed is read again for as long as it may have been unread', () => {
  const lost = { from: NOW - HOUR, to: NOW };
  const { streams } = afterLoss(state(0, 0), { ...lost, announcedUntil: NOW - HOUR, isNeeded: true }, NOW);
  expect(lateEndStreams.map((name) => (NOW - HOUR - streams[name].watermark) / DAY)).toEqual([1, 3]);
  expect(lateEndStreams.map((name) => streams[name].dueAt)).toEqual([NOW, NOW]);
});

test('A finished order that is read once a day is read again for more than a day if it is lost', () => {
  const together: OrdersState = { ...initialState(NOW), listing: { ended: 'together', since: NOW } };
  const { streams } = afterLoss(together, { from: NOW, to: NOW }, NOW);
  expect(streams.finished.watermark).toBeLessThan(NOW - DAY);
});

describe('Pages of a gap', () => {
  const visitsWithPage = (visits: number, visit = { credit: 1, calls: 1 }) => {
    let current = initialState(NOW);
    return Array.from({ length: visits }, () => {
      const { pages, state: next } = pagesOfGap(current, visit);
      current = next;
      return pages;
    });
  };

  test('Two of five visits read one', () => {
    const pages = visitsWithPage(10);
    expect(Math.max(...pages)).toBe(1);
    expect(pages.slice(0, 5).filter((each) => each > 0)).toHaveLength(2);
    expect(pages.slice(5)).toStrictEqual(pages.slice(0, 5));
  });

  test('More are read of what is saved up, as many as the visit has made calls', () => {
    expect(pagesOfGap(initialState(NOW), { credit: 7, calls: 2 }).pages).toBe(1);
    expect(pagesOfGap(initialState(NOW), { credit: 8, calls: 2 }).pages).toBe(2);
    expect(pagesOfGap(initialState(NOW), { credit: 50, calls: 3 }).pages).toBe(3);
  });
});

describe('Memory of the pages of a gap', () => {
  const inGap = withGap(state(3 * 24, 0), NOW);
  const read = (before: OrdersState, hours: number, watermark: number) =>
    withGapReading(
      withStream(withStream(before, 'missed', { watermark }), 'missed_finished', { watermark }),
      NOW + hours * HOUR,
    );
  const from = inGap.streams.missed_finished.watermark;

  test('Pages that are read within three hours are remembered together, with where they began', () => {
    const { gapReadings } = read(read(read(inGap, 0, from), 2, from + HOUR), 4, from + 2 * HOUR);
    expect(gapReadings).toStrictEqual([
      { at: NOW, until: NOW + 2 * HOUR, changedSince: from },
      { at: NOW + 4 * HOUR, until: NOW + 4 * HOUR, changedSince: from + 2 * HOUR },
    ]);
  });

  test('Pages of an earlier time are remembered apart', () => {
    const { gapReadings } = read(read(inGap, 0, from + HOUR), 1, from);
    expect(gapReadings.map(({ changedSince }) => changedSince)).toStrictEqual([from + HOUR, from]);
  });

  test('What was read before something was lost is not remembered again', () => {
    const readBefore = from + 5 * HOUR;
    expect(read({ ...inGap, readBefore }, 0, from).gapReadings).toMatchObject([{ changedSince: readBefore }]);
  });

  const lost: LostRecords = { from: NOW - HOUR, to: NOW };
  const needed: LostRecords = { from: NOW - 3 * DAY, to: NOW, isNeeded: true };
  const onlyNeeded = { ...needed, announcedUntil: needed.from };

  test.each([
    ['at the same time', [needed]],
    ['before', [lost, onlyNeeded]],
    ['after', [onlyNeeded, lost]],
  ])('What a workflow needs is remembered although something is lost %s', (_, losses) => {
    const begun = losses.reduce((before, each) => afterLoss(before, each, NOW), initialState(NOW));
    const { gapReadings } = withGapReading(withGap(begun, NOW), NOW);
    expect(gapReadings[0]?.changedSince).toBeLessThan(needed.from);
  });

  test('What was fetched from a gap happened long before, and all else when it was fetched', () => {
    const once = read(inGap, 0, from);
    const happened = (fromHours: number, toHours: number) =>
      happenedSince(once, { from: NOW + fromHours * HOUR, to: NOW + toHours * HOUR });
    expect(happened(-1, 1)).toBe(from);
    expect(happened(1, 2)).toBe(NOW + HOUR);
    expect(happened(-2, -1)).toBe(NOW - 2 * HOUR);
  });

  test('Nothing is remembered of a gap that was read to its end, and pages are forgotten as workflows are', () => {
    const once = read(inGap, 0, from);
    expect(read(once, 6, inGap.gapUntil).gapReadings).toStrictEqual(once.gapReadings);
    expect(read(once, 45 * 24, inGap.gapUntil).gapReadings).toStrictEqual([]);
    expect(read(once, 45 * 24 - 1, inGap.gapUntil).gapReadings).toHaveLength(1);
    expect(read(once, 6, inGap.gapUntil).streams.missed.watermark).toBe(inGap.gapUntil);
  });
});

describe('Beginning of a gap', () => {
  test('A pause of six hours is none, and one that is longer is', () => {
    const paused = (hours: number) => withGap(state(hours, 0), NOW).gapUntil;
    expect([paused(6), paused(6.01)]).toStrictEqual([state(6, 0).gapUntil, NOW - 2 * HOUR]);
  });

  test('New orders are read from two hours ago on, with what was missing before', () => {
    const before = withStream(state(7, 0), 'active', { unproven: 2, dueAt: NOW + DAY });
    const { streams, baselineCalls } = withGap({ ...before, baselineCalls: 10 }, NOW);
    expect(streams.active).toStrictEqual({
      watermark: NOW - 2 * HOUR + 30 * 60_000,
      open: null,
      unproven: 0,
      dueAt: NOW,
    });
    expect(streams.older.watermark).toBe(NOW - 2 * HOUR + LATE_MS);
    expect(streams.finished.watermark).toBe(NOW - 2 * HOUR + LATE_MS);
    expect(streams.late.watermark).toBe(NOW - 2 * HOUR);
    expect([streams.interrupted, streams.placed].map(({ dueAt, open }) => [dueAt, open])).toStrictEqual([
      [NOW, null],
      [NOW, null],
    ]);
    expect(baselineCalls).toBe(0);
  });

  test('The gap begins before the end of what was read, by as much as AliExpress may be late', () => {
    const { streams } = withGap({ ...state(24, 0), gapUntil: 0 }, NOW);
    expect(streams.missed.watermark).toBe(NOW - 24 * HOUR - LATE_MS);
  });

  test('A window that is being read is read to its end before the gap begins', () => {
    const window = newWindow({ from: NOW - 11 * DAY, to: NOW - 10 * DAY });
    const open = { ...window, reading: { ...window.reading, calls: 1, page: 2, total: 90 } };
    const reading = withStream(state(240, 0), 'active', { open });
    expect(withGap(reading, NOW)).toBe(reading);
    expect(skippedSpan(reading, NOW)).toBeUndefined();
    expect(skippedSpan(withStream(reading, 'active', { open: window }), NOW)).toBeDefined();
  });

  test('A gap of less than seven days is read as a whole, and nothing is named after a lost state', () => {
    expect(skippedSpan(state(7 * 24, 0), NOW)).toBeUndefined();
    expect(skippedSpan(withStream(state(240, 0), 'active', { watermark: 0 }), NOW)).toBeUndefined();
  });
});

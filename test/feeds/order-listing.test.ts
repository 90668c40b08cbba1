import {
  afterImplausible,
  listedApart,
  withEvidence,
  withListing,
  withProbed,
} from '../../lib/feeds/order-listing.ts';
import type { StreamName } from '../../lib/feeds/order-stream-list.ts';
import { initialState, type OrdersState, withStream } from '../../lib/feeds/order-streams.ts';
import { LATE_MS, newWindow } from '../../lib/feeds/order-windows.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
type Ended = OrdersState['listing']['ended'];

/** All streams were read until some minutes ago. */
function state(ended: Ended, sinceMsAgo = DAY, readMsAgo = 10 * MINUTE): OrdersState {
  const names: StreamName[] = ['active', 'older', 'finished'];
  const open = newWindow({ from: NOW - HOUR, to: NOW });
  const start: OrdersState = { ...initialState(NOW - 9 * DAY), listing: { ended, since: NOW - sinceMsAgo } };
  const read = names.reduce(
    (before, name) => withStream(before, name, { watermark: NOW - readMsAgo, open, dueAt: NOW + HOUR }),
    start,
  );
  return withStream(read, 'late', { watermark: NOW - readMsAgo - LATE_MS, open });
}

describe('Listing of ended orders at the beginning of a visit', () => {
  test('Where they are listed apart, it is tried again after a week', () => {
    expect(withListing(state('apart', 7 * DAY), NOW).listing.ended).toBe('apart');
    expect(withListing(state('apart', 7 * DAY + 1), NOW).listing).toEqual({ ended: 'untested', since: NOW });
  });

  test('A trial begins new windows, and old orders are read from where nothing can be late any more', () => {
    const before = withStream(state('apart', 8 * DAY), 'older', { watermark: NOW - 8 * DAY, unproven: 2 });
    const { active, late, older, finished } = withListing(before, NOW).streams;
    expect([active.open, late.open]).toEqual([null, null]);
    expect(older).toEqual({ watermark: NOW - 10 * MINUTE, open: null, dueAt: NOW, unproven: 0 });
    expect(finished).toBe(before.streams.finished);
  });

  test.each(['untested', 'apart'] as const)(
    'Ended orders are read before they would be late (%s)',
    (ended) => {
      const readAgo = (finishedMs: number, activeMs: number) => {
        const read = withStream(state(ended), 'finished', { watermark: NOW - finishedMs });
        return withStream(read, 'active', { watermark: NOW - activeMs });
      };
      expect(withListing(readAgo(60 * MINUTE, 55 * MINUTE), NOW).streams.finished.dueAt).toBe(NOW);
      const inTime = readAgo(60 * MINUTE, 54 * MINUTE);
      expect(withListing(inTime, NOW)).toBe(inTime);
      const unproven = withStream(readAgo(90 * MINUTE, 55 * MINUTE), 'finished', { unproven: 1 });
      expect(withListing(unproven, NOW)).toBe(unproven);
    },
  );

  test('They are not read sooner where they are listed with the others', () => {
    const before = state('together', DAY, 5 * HOUR);
    expect(withListing(before, NOW)).toBe(before);
  });
});

describe('Signs of how ended orders are listed', () => {
  const NOBODY = new Map();
  const ended = anOrder({
    order_id: '1',
    status: 'FINISH',
    updated_at: ago(2 * HOUR),
    placed_at: ago(3 * DAY),
  });
  const shownBy = (before: OrdersState, name: StreamName, row = ended, known = NOBODY) =>
    withEvidence(before, name, [row], { known, now: NOW });
  const knownAs = (status: string) => new Map([['1', { values: anOrder({ ...ended, status }) }]]);

  test.each(['active', 'late'] as const)('They are listed together once the stream %s shows one', (name) => {
    expect(shownBy(state('untested'), name).listing).toEqual({ ended: 'together', since: NOW - DAY });
    const active = anOrder({ ...ended, status: 'WAIT_SELLER_SEND_GOODS' });
    expect(shownBy(state('untested'), name, active).listing.ended).toBe('untested');
  });

  test.each([
    ['untested', 'finished'],
    ['together', 'finished'],
    ['together', 'older'],
  ] as const)('Where that is %s, one that only the stream %s shows was left out', (before, name) => {
    const found = shownBy(state(before), name);
    expect(found.listing).toEqual({ ended: 'apart', since: NOW });
    expect([found.streams.active.open, found.streams.late.open]).toEqual([null, null]);
    expect([found.streams.older.dueAt, found.streams.finished.dueAt]).toEqual([NOW, NOW]);
  });

  test('An order that was known in another status was left out', () => {
    const row = anOrder({ ...ended, status: 'WAIT_SELLER_SEND_GOODS' });
    const known = knownAs('PLACE_ORDER_SUCCESS');
    expect(shownBy(state('together'), 'older', row, known).listing.ended).toBe('apart');
  });

  test.each([
    ['changed before the trial', { updated_at: ago(DAY + 1000) }, NOBODY],
    ['may be shown late', { updated_at: ago(75 * MINUTE) }, NOBODY],
    ['was placed over 30 days ago', { placed_at: ago(30 * DAY) }, NOBODY],
    ['is in a status which the list cannot be filtered by', { status: 'RISK_CONTROL_HOLD' }, NOBODY],
    ['has no date of change', { updated_at: null }, NOBODY],
    ['is known in this status', {}, knownAs('FINISH')],
  ])('An order that %s was not left out', (_, changes, known) => {
    const before = state('together');
    expect(shownBy(before, 'older', anOrder({ ...ended, ...changes }), known)).toBe(before);
  });

  test('Only the streams that check the list show what it leaves out', () => {
    const before = state('together');
    for (const name of ['unshipped', 'missed_finished', 'recalled_finished'] as const)
      expect(shownBy(before, name)).toBe(before);
  });

  test('Where they are listed apart, nothing shows anything', () => {
    const before = listedApart(state('untested'), NOW - HOUR);
    for (const name of ['active', 'finished', 'older'] as const) expect(shownBy(before, name)).toBe(before);
  });
});

describe('Window that is much too short', () => {
  test('It makes uncertain that ended orders are listed together, and they are read at once', () => {
    const { listing, streams } = afterImplausible(state('together'), 'active', NOW);
    expect(listing).toEqual({ ended: 'untested', since: NOW - DAY });
    expect(streams.finished.dueAt).toBe(NOW);
  });

  test.each([
    ['untested', 'active'],
    ['apart', 'active'],
    ['together', 'finished'],
  ] as const)('It says nothing where that is %s, of the stream %s', (ended, name) => {
    const before = state(ended);
    expect(afterImplausible(before, name, NOW)).toBe(before);
  });
});

describe('Probe that has told how ended orders are listed', () => {
  const probed = (endedOrders: 'together' | 'apart' | null) => ({ endedOrders, probedAt: NOW - HOUR });

  test.each(['together', 'apart'] as const)('The feed goes by it (%s)', (ended) => {
    const after = withProbed(state('untested'), probed(ended), NOW);
    expect(after.listing.ended).toBe(ended);
    expect(after.streams.older.dueAt).toBe(ended === 'apart' ? NOW : NOW + HOUR);
  });

  test('A probe is believed once: what the feed has seen since then counts more', () => {
    expect(withProbed(state('untested'), probed('together'), NOW).heardProbedAt).toBe(NOW - HOUR);
  });

  test('What was found before a doubtful window is not believed after it', () => {
    expect(afterImplausible(state('together'), 'active', NOW).heardProbedAt).toBe(NOW);
  });

  test('A probe that did not find it out changes nothing', () => {
    const before = state('untested');
    expect(withProbed(before, probed(null), NOW)).toBe(before);
  });
});

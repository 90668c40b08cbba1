import { entryOf, nextStates } from '../../lib/feeds/engine/record-states.ts';
import { orderStates, statesBefore, withKnownDeadlines } from '../../lib/feeds/order-states.ts';
import { initialState, withStream } from '../../lib/feeds/order-streams.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const unknown = initialState(NOW);
const known = withStream(withStream(unknown, 'interrupted', { watermark: NOW }), 'placed', {
  watermark: NOW,
});
const order = (changes: Parameters<typeof anOrder>[0]) =>
  anOrder({ placed_at: ago(9 * HOUR), paid_at: ago(8 * HOUR), updated_at: ago(HOUR), ...changes });

describe('Order that the feed meets for the first time', () => {
  const sinceOf = (status: string, state = unknown, changes: Parameters<typeof anOrder>[0] = {}) =>
    orderStates.sinceOfUnmet(order({ status, ...changes }), state);

  test('It is in its status since its last change', () => {
    expect(sinceOf('WAIT_SELLER_SEND_GOODS')).toBe(NOW - HOUR);
  });

  test('Without a time of change it is in its status since it was placed', () => {
    expect(sinceOf('WAIT_SELLER_SEND_GOODS', known, { updated_at: null })).toBe(NOW - 9 * HOUR);
  });

  test('An order on hold counts as on hold since it was placed until the baseline is known', () => {
    expect(sinceOf('RISK_CONTROL')).toBe(NOW - 9 * HOUR);
    expect(sinceOf('RISK_CONTROL', known)).toBe(NOW - HOUR);
  });

  test('One stream of the baseline does not make it known', () => {
    expect(sinceOf('RISK_CONTROL', withStream(known, 'placed', { watermark: 0 }))).toBe(NOW - 9 * HOUR);
  });

  test('An order in dispute was released to the seller before, since it was paid', () => {
    expect(statesBefore(order({ status: 'IN_ISSUE' }), unknown)).toStrictEqual({
      states: [
        { values: { status: 'WAIT_SELLER_SEND_GOODS' }, since: NOW - 8 * HOUR, entry: 0 },
        { values: { status: 'IN_ISSUE' }, since: NOW - HOUR, after: NOW - 8 * HOUR },
      ],
      fetchedAt: NOW - 8 * HOUR,
      changedAt: undefined,
    });
  });

  test('An order in dispute was shipped before, where it says when', () => {
    const [, shipped, disputed] = statesBefore(
      order({ status: 'IN_ISSUE', shipped_at: ago(3 * HOUR) }),
      unknown,
    )?.states ?? [undefined];
    expect(shipped).toEqual({
      values: { status: 'WAIT_BUYER_ACCEPT_GOODS' },
      since: NOW - 3 * HOUR,
      entry: 0,
    });
    expect(disputed).toMatchObject({ since: NOW - HOUR, after: NOW - 3 * HOUR });
  });

  test('What a visit has seen of an order was an entry into its status', () => {
    const read = { ...unknown, readSince: NOW - 20 * HOUR };
    const entriesIn = (state: typeof unknown) =>
      statesBefore(order({ status: 'IN_ISSUE', shipped_at: ago(3 * HOUR) }), state)?.states.map(entryOf);
    const upTo = (hours: number, state = read) =>
      withStream(state, 'active', { watermark: NOW - hours * HOUR });
    expect(entriesIn(upTo(2))).toEqual([1, 1, 1]);
    expect(entriesIn(upTo(5))).toEqual([1, 0, 1]);
    expect(entriesIn(upTo(2, { ...read, readSince: NOW - 5 * HOUR }))).toEqual([0, 1, 1]);
    const paused = { ...read, gapFrom: NOW - 6 * HOUR, gapUntil: NOW - 2 * HOUR };
    expect(entriesIn(upTo(0, paused))).toEqual([1, 0, 1]);
  });

  test('An order in dispute without a time of payment counts as released at its last change', () => {
    const releasedAt = (state: typeof unknown, status = 'IN_ISSUE') =>
      statesBefore(order({ status, paid_at: null }), state)?.states[0]?.since;
    expect(releasedAt(unknown)).toBe(NOW - HOUR);
    expect([releasedAt(unknown, 'IN_FROZEN'), releasedAt(known, 'IN_FROZEN')]).toEqual([
      NOW - 9 * HOUR,
      NOW - HOUR,
    ]);
  });

  test('Nothing is known of the time before of an order that was not interrupted', () => {
    expect(statesBefore(order({ status: 'WAIT_SELLER_SEND_GOODS' }), unknown)).toBeUndefined();
  });
});

describe('Order that enters a status which it may enter again', () => {
  const state = (status: string, hoursAgo: number) => ({ values: { status }, since: NOW - hoursAgo * HOUR });
  const entered = (...before: string[]) =>
    nextStates(
      {
        states: before.map((status, n) => state(status, 9 - n)),
        fetchedAt: NOW - 2 * HOUR,
        changedAt: NOW - 3 * HOUR,
      },
      { values: { status: 'IN_CANCEL' }, changedAt: NOW - HOUR, now: NOW },
      orderStates.needed,
    ).map(({ values }) => values.status);

  test('It was released before, also where no visit has seen that', () => {
    expect(entered('RISK_CONTROL')).toStrictEqual(['RISK_CONTROL', 'WAIT_SELLER_SEND_GOODS', 'IN_CANCEL']);
  });

  test('It was released between all that was seen before and the status', () => {
    const seen = ['PLACE_ORDER_SUCCESS', 'RISK_CONTROL', 'IN_CANCEL'];
    const needed = orderStates.needed?.(seen.map((status, n) => state(status, 3 - n))) ?? [];
    expect(needed.map(({ values }) => values.status).slice(-3)).toStrictEqual([
      'RISK_CONTROL',
      'WAIT_SELLER_SEND_GOODS',
      'IN_CANCEL',
    ]);
  });

  test.each(['SELLER_PART_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS', 'FUND_PROCESSING'])(
    'It was released once if a visit has seen it as %s',
    (status) => {
      expect(entered('RISK_CONTROL', status)).toStrictEqual(['RISK_CONTROL', status, 'IN_CANCEL']);
    },
  );

  test('Another status makes it no released order', () => {
    expect(orderStates.needed?.([state('PLACE_ORDER_SUCCESS', 2), state('RISK_CONTROL', 1)])).toHaveLength(2);
  });

  test('No states are none', () => {
    expect(orderStates.needed?.([])).toStrictEqual([]);
  });
});

describe('Deadlines of an order', () => {
  const due = (ms: number) => new Date(NOW + ms).toISOString();
  const keep = (before: string | null | undefined, after: string | null) => {
    const earlier = before === undefined ? undefined : order({ status_due_at: before, ship_by: before });
    const kept = withKnownDeadlines(order({ status_due_at: after, ship_by: after }), earlier);
    expect(kept.ship_by).toBe(kept.status_due_at);
    return kept.ship_by;
  };

  test.each([-2, -1, 1, 2])('One that is read %i minutes later than before stays as it was', (minutes) => {
    expect(keep(due(DAY), due(DAY + minutes * MINUTE))).toBe(due(DAY));
  });

  test.each([-3, 3])('One that moves by %i minutes is another one', (minutes) => {
    expect(keep(due(DAY), due(DAY + minutes * MINUTE))).toBe(due(DAY + minutes * MINUTE));
  });

  test('A deadline that ends is gone, and one that begins is known', () => {
    expect(keep(due(DAY), null)).toBeNull();
    expect(keep(null, due(DAY))).toBe(due(DAY));
    expect(keep(undefined, due(DAY))).toBe(due(DAY));
  });
});

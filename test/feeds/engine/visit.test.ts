import { orderList } from '../../../lib/aliexpress/methods/order-list.ts';
import { MAX_CLOCK_ERROR_MS } from '../../../lib/aliexpress/server-time.ts';
import type { StateRules } from '../../../lib/feeds/engine/record-states.ts';
import { openVisit, RENEWAL_MS, type VisitOptions, WrongTime } from '../../../lib/feeds/engine/visit.ts';
import { HOUR, SECOND } from '../../../lib/runtime.ts';
import { openShopServices } from '../../support/shop-services.ts';

interface Types {
  state: { watermark: number };
  values: Record<string, unknown>;
  interest: undefined;
  memory: string;
}

const rules: StateRules<Types['values'], Types['state']> = {
  stateOf: ({ status }) => (status === undefined ? undefined : { status }),
  changedAt: ({ changed }) => (typeof changed === 'number' ? changed : undefined),
  sinceOfUnmet: (_, { watermark }) => watermark,
};

/** A visit to a shop whose every call is answered `offMs` later than its clock says. */
function open({
  credit = 1,
  offMs = 0,
  ...options
}: VisitOptions<Types> & { credit?: number; offMs?: number } = {}) {
  const shop = openShopServices();
  shop.gateway = {
    call: async (_method, _request, { onPaid }) => {
      onPaid?.();
      return { answer: 'answer' as never, answeredAt: shop.clock.now() + offMs };
    },
  };
  const before = { state: { watermark: 5 }, memory: 'old', entries: new Map() };
  const opened = openVisit<Types>(shop, 'polling', before, credit, options);
  const call = (share?: 'rare') => opened.visit.call(orderList, {} as never, share);
  return { ...opened, shop, before, call };
}

describe('Visit', () => {
  test('A visit continues for 10 seconds, so that it ends within the 30 of the platform', () => {
    const { shop, visit } = open();
    shop.clock.advance(10 * SECOND);
    expect(visit.canContinue()).toBe(true);
    shop.clock.advance(1);
    expect(visit.canContinue()).toBe(false);
  });

  test('A visit makes ten calls', async () => {
    const { visit, call } = open();
    for (let n = 0; n < 9; n += 1) await call();
    expect(visit.canContinue()).toBe(true);
    await call();
    expect([visit.canContinue(), visit.calls()]).toEqual([false, 10]);
  });

  test('A visit may make one call, however little is saved up, and no part of a call', () => {
    expect([-3, 0.9, 2.9].map((credit) => open({ credit }).visit.credit)).toEqual([1, 1, 2]);
  });

  test('Calls for what is read rarely are counted among the others', async () => {
    const { log, call } = open();
    await call();
    await call('rare');
    expect(log).toMatchObject({ calls: 2, rareCalls: 1 });
  });

  test('What a visit changes is known when it ends, and what it began with stays as it was', () => {
    const { visit, before, knowledge, log } = open();
    visit.update({ watermark: 7 });
    visit.remember('new');
    visit.keep('1', { product: 'Tote Bag' });
    visit.markDirty();
    visit.addDemand(9);
    expect([visit.state, visit.memory]).toEqual([{ watermark: 7 }, 'new']);
    expect(knowledge()).toMatchObject({ state: { watermark: 7 }, memory: 'new' });
    expect(before).toEqual({ state: { watermark: 5 }, memory: 'old', entries: new Map() });
    expect(log).toMatchObject({ isDirty: true, demandTimes: [9], changed: new Set(['1']) });
  });

  test('A visit that has just begun is not worth storing', () => {
    expect(open().log).toMatchObject({ isDirty: false, calls: 0, rareCalls: 0 });
  });

  test.each([-1, 1])('An answer that is far from the time of the visit ends it (%i)', async (sign) => {
    await expect(open({ offMs: sign * (MAX_CLOCK_ERROR_MS + 1) }).call()).rejects.toEqual(new WrongTime(1));
    await expect(open({ offMs: sign * MAX_CLOCK_ERROR_MS }).call()).resolves.toMatchObject({
      answer: 'answer',
    });
  });

  test('A visit that does not check its time goes on', async () => {
    const { call } = open({ offMs: 9 * HOUR, checksTime: false });
    expect(await call()).toMatchObject({ answer: 'answer' });
  });
});

describe('Record that a visit keeps', () => {
  test('An unchanged record is kept again after twelve hours, and not before', () => {
    const { visit, shop, log } = open();
    visit.keep('1', { product: 'Tote Bag' });
    const { fetchedAt } = visit.known.get('1') ?? {};
    const later = (ms: number) => {
      const before = { state: { watermark: 5 }, memory: 'old', entries: new Map(visit.known) };
      shop.clock.advance(ms);
      const next = openVisit<Types>(shop, 'polling', before, 1);
      next.visit.keep('1', { product: 'Tote Bag' });
      return [next.visit.known.get('1')?.fetchedAt, next.log.changed.size];
    };
    expect([fetchedAt, log.changed.size]).toEqual([visit.now, 1]);
    expect(later(RENEWAL_MS - 1)).toEqual([visit.now, 0]);
    expect(later(1)).toEqual([visit.now + RENEWAL_MS, 1]);
    expect(RENEWAL_MS).toBe(12 * HOUR);
  });

  test('A record keeps the time at which it was first seen, and fields that only another release knows', () => {
    const { visit, shop } = open();
    visit.keep('1', { product: 'Tote Bag', color: 'red' });
    shop.clock.advance(HOUR);
    const before = { state: { watermark: 5 }, memory: 'old', entries: new Map(visit.known) };
    const next = openVisit<Types>(shop, 'polling', before, 1);
    next.visit.keep('1', { product: 'Backpack' });
    expect(next.visit.known.get('1')).toMatchObject({
      id: '1',
      seenAt: visit.now,
      fetchedAt: visit.now + HOUR,
      values: { product: 'Backpack', color: 'red' },
    });
  });

  test('What happened counts as an event once, where it says when', () => {
    const { visit, log } = open();
    visit.keep('1', { n: 1 }, 100);
    visit.keep('1', { n: 2 }, 200);
    visit.keep('2', { n: 1 });
    expect(log.eventTimes).toStrictEqual([100]);
  });

  test('A record has no states where the feed tracks none, or where it has none', () => {
    const { visit } = open();
    expect(visit.keep('1', { status: 'A' })).toStrictEqual([]);
    expect(visit.keep('1', { status: 'A' })).toStrictEqual([]);
    expect(open({ rules }).visit.keep('1', { product: 'Tote Bag' })).toStrictEqual([]);
  });

  test('A record that was not known before is in its state since the rule of the feed says', () => {
    const { visit } = open({ rules });
    expect(visit.keep('1', { status: 'A', changed: 3 })).toEqual([{ values: { status: 'A' }, since: 5 }]);
    expect(visit.keep('2', { status: 'A' }, 3, { entry: 4 })).toEqual([
      { values: { status: 'A' }, since: 5, entry: 4 },
    ]);
  });

  test('A record that changes has the state before and the new one', () => {
    const { visit } = open({ rules });
    visit.keep('1', { status: 'A', changed: 3 });
    const states = visit.keep('1', { status: 'B', changed: 6 });
    expect(states).toEqual([
      { values: { status: 'A' }, since: 5 },
      { values: { status: 'B' }, since: 6, after: visit.now },
    ]);
    expect(visit.keep('1', { status: 'B', changed: 6 })).toEqual(states);
  });

  test('A record that is not in the snapshot has the states that are known from elsewhere', () => {
    const { visit } = open({ rules });
    const known = { states: [{ values: { status: 'A' }, since: 1 }], fetchedAt: 2, changedAt: 1 };
    expect(visit.keep('1', { status: 'B', changed: 6 }, undefined, { known })).toEqual([
      { values: { status: 'A' }, since: 1 },
      { values: { status: 'B' }, since: 6, after: 2 },
    ]);
  });
});

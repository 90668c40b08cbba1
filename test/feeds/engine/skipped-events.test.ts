import { pollTrigger } from '../../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../../lib/engine/shop.ts';
import { reportAll, reportSkipped, skippedSpans } from '../../../lib/feeds/engine/skipped-events.ts';
import { fewSpans, type SkippedSpan } from '../../../lib/feeds/engine/skipped-spans.ts';
import { DAY, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import accountAlert from '../../../triggers/account-alert.ts';
import { eventClock } from '../../support/event-clock.ts';
import { openShopServices } from '../../support/shop-services.ts';

const open = () => {
  const services = openShopServices();
  const shop = { ...services, memo: emptyProcessMemo() };
  const from = services.clock.now() - 30 * DAY;
  const ids = new Set<string>();
  const report = async (daysAgo: number) => {
    await reportSkipped(services, { from, to: services.clock.now() - daysAgo * DAY, orders: 3 });
    const events = await pollTrigger(accountAlert, shop, { inputs: {}, purpose: 'turn_on' });
    for (const { id } of events) ids.add(id);
  };
  return { clock: services.clock, report, ids };
};

test('Two pauses that are read from the same start mark are two alerts', async () => {
  const { clock, report, ids } = open();
  await report(7);
  clock.advance(10 * DAY);
  await report(7);
  expect(ids.size).toBe(2);
});

test('A pause that is found again a little later is the same alert', async () => {
  const { clock, report, ids } = open();
  await report(7);
  clock.advance(10 * MINUTE);
  await report(7);
  expect(ids.size).toBe(1);
});

test('A span that was reported stays known when the store does not answer to the next report', async () => {
  const services = openShopServices();
  const { store, clock } = services;
  const span = { from: clock.now() - DAY, to: clock.now() };
  expect(await reportSkipped(services, { ...span, feed: 'orders' })).toBe(true);
  const get = () => Promise.reject(new Error('no answer'));
  const isReported = await reportSkipped(
    { ...services, store: { ...store, get } },
    { ...span, feed: 'reviews' },
  );
  expect([isReported, await skippedSpans(services)]).toMatchObject([false, [{ feed: 'orders' }]]);
});

test('A span that begins before another one with the same end is an alert of its own', async () => {
  const services = openShopServices();
  const shop = { ...services, memo: emptyProcessMemo() };
  const to = services.clock.now() - 7 * DAY;
  const later = { from: to - DAY, to };
  const earlier = { from: to - 4 * DAY, to, workflow: '7' };
  const within = { from: to - 2 * DAY, to, workflow: '8' };
  for (const span of [later, earlier, within, earlier])
    expect(await reportSkipped(services, span)).toBe(true);
  const alerts = await pollTrigger(accountAlert, shop, { inputs: {}, purpose: 'turn_on' });
  expect(new Set(alerts.map(({ id }) => id)).size).toBe(2);
  expect(await skippedSpans(services)).toMatchObject([
    later,
    { ...earlier, to: to + 1 },
    { ...within, to: to + 1 },
  ]);
});

describe('Reports at the same moment', () => {
  const FEEDS = ['orders', 'reviews', 'disputes', 'products', 'stock'] as const;
  const reported = async (before: (store: Store, seller: string) => Promise<unknown> = async () => {}) => {
    const clock = eventClock('2026-11-21T12:00:00Z');
    const store = memoryStore(clock);
    const shop = openShopServices();
    await before(store, shop.seller);
    const slowly = (key: string) => store.get(key).then((value) => clock.sleep(50).then(() => value));
    const services = { ...shop, clock, store: { ...store, get: slowly } };
    const span = { from: clock.now() - DAY, to: clock.now() };
    const answers = await clock.run(FEEDS.map((feed) => reportSkipped(services, { ...span, feed })));
    const spans = clock.run([skippedSpans(services)]).then(([known]) => known);
    return { answers, spans: await spans, tookMs: clock.now() - span.to };
  };

  test('Each of them is kept', async () => {
    const { answers, spans } = await reported();
    expect(answers).toEqual(FEEDS.map(() => ({ status: 'fulfilled', value: true })));
    expect(spans).toMatchObject({
      value: expect.arrayContaining(FEEDS.map((feed) => expect.objectContaining({ feed }))),
    });
  });

  test('A caller that was killed during its report delays the others by a few seconds', async () => {
    const { answers, tookMs } = await reported((store, seller) =>
      store.add(`lease:skipped:${seller}`, 'x', 30),
    );
    expect(answers).toEqual(FEEDS.map(() => ({ status: 'fulfilled', value: true })));
    expect(tookMs).toBeLessThan(10 * SECOND);
  });
});

describe('More spans than are kept', () => {
  const HOUR_MS = 60 * MINUTE;

  test('Of fifty spans each is named by one of twenty alerts', async () => {
    const services = openShopServices();
    const shop = { ...services, memo: emptyProcessMemo() };
    const feeds = ['orders', 'reviews', 'parcels'] as const;
    const begin = services.clock.now() - 3 * DAY;
    const reported: { feed: string; from: number; to: number }[] = [];
    for (let n = 0; n < 50; n += 1) {
      const span = {
        feed: feeds[n % 3] ?? 'orders',
        from: begin + n * HOUR_MS,
        to: begin + n * HOUR_MS + MINUTE,
      };
      reported.push(span);
      await reportSkipped(services, span);
      services.clock.advance(MINUTE);
    }
    const alerts = await pollTrigger(accountAlert, shop, { inputs: {}, purpose: 'turn_on' });
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(20);
    const kept = await skippedSpans(services);
    expect(kept).toHaveLength(20);
    const missing = reported.filter(
      ({ feed, from, to }) =>
        !kept.some((span) => (span.feed ?? feed) === feed && span.from <= from && to <= span.to),
    );
    expect(missing).toStrictEqual([]);
  });

  test('Spans of one feed are merged before those of different feeds', async () => {
    const services = openShopServices();
    const at = services.clock.now() - DAY;
    await reportSkipped(services, { feed: 'stock', from: at, to: at + MINUTE });
    for (let n = 0; n < 30; n += 1)
      await reportSkipped(services, {
        feed: 'orders',
        from: at + n * MINUTE,
        to: at + n * MINUTE + 1,
        orders: 1,
      });
    const spans = await skippedSpans(services);
    expect(spans.filter(({ feed }) => feed === 'stock')).toMatchObject([{ from: at, to: at + MINUTE }]);
    expect(spans.reduce((sum, { orders = 0 }) => sum + orders, 0)).toBe(30);
  });

  test('A span that was merged is announced although an older alert had the same end', () => {
    const old = { from: 10, to: 90, at: 1, isHeld: false };
    const later = { from: 20, to: 30, at: 2, isHeld: false };
    const others = Array.from({ length: 19 }, (_, n) => ({
      from: 1000 * (n + 1),
      to: 1000 * (n + 1) + 1,
      at: 1,
      isHeld: false,
    }));
    expect(fewSpans([old, later, ...others])).toContainEqual(
      expect.objectContaining({ from: 10, to: 91, at: 2 }),
    );
  });

  const at = (from: number, more: Partial<SkippedSpan> = {}): SkippedSpan => ({
    from,
    to: from + 10,
    at: 1,
    isHeld: false,
    ...more,
  });
  /** Twenty spans of one feed and cause, the first one at 1000. */
  const alike = (more: Partial<SkippedSpan> = {}) =>
    Array.from({ length: 20 }, (_, n) => at(1000 * (n + 1), { feed: 'orders', ...more }));

  test('The two are merged that have the least time between them', () => {
    const spans = [
      ...alike().slice(0, -1),
      at(500, { feed: 'orders', to: 700 }),
      at(19_100, { feed: 'orders' }),
    ];
    expect(fewSpans(spans)).toContainEqual(expect.objectContaining({ from: 19_000, to: 19_110 }));
  });

  test.each<[string, Partial<SkippedSpan>]>([
    ['feed', { feed: 'reviews' }],
    ['workflow', { workflow: 'a' }],
    ['number of orders', { orders: 5 }],
    ['cause, a workflow that did not run', { isHeld: true }],
    ['cause, an incomplete list', { isIncompleteList: true }],
  ])('A span of another %s is not merged with the one next to it', (_, more) => {
    const other = at(1020, { feed: 'orders', ...more });
    expect(fewSpans([...alike(), other])).toContainEqual(other);
    expect(fewSpans([other, ...alike()])).toContainEqual(other);
  });

  test('Spans of one feed are merged whatever their causes are before those of different feeds', () => {
    const feeds = Array.from({ length: 19 }, (_, n) => at(1000 * (n + 1), { feed: `feed ${n}` }));
    const [held, lost] = [at(50_000, { feed: 'orders', isHeld: true }), at(90_000, { feed: 'orders' })];
    expect(fewSpans([held, ...feeds, lost])).toEqual(expect.arrayContaining(feeds));
  });

  describe('Span that two spans were merged into', () => {
    /** The two are the closest of all. */
    const mergedOf = (one: Partial<SkippedSpan>, other: Partial<SkippedSpan>) => {
      const others = Array.from({ length: 19 }, (_, n) => at(1000 * (n + 1), { feed: `feed ${n}` }));
      const pair = [at(20, { feed: 'orders', ...one }), at(40, { feed: 'orders', ...other })];
      return fewSpans([...others, ...pair]).find(({ from }) => from === 20);
    };

    test('It has the time and the end of the one that was found last, in whatever order they come', () => {
      expect(mergedOf({ at: 1 }, { at: 2 })).toMatchObject({ at: 2, to: 50 });
      expect(mergedOf({ at: 2, to: 60 }, { at: 1 })).toMatchObject({ at: 2, to: 60 });
    });

    test('It has as many orders as both, if both numbers are known', () => {
      expect(mergedOf({ orders: 2 }, { orders: 3 })).toMatchObject({ orders: 5 });
      expect(mergedOf({ orders: 2 }, {})?.orders).toBeUndefined();
      expect(mergedOf({}, { orders: 3 })?.orders).toBeUndefined();
    });

    test.each(['isHeld', 'isIncompleteList'] as const)('It has the cause %s if both have it', (cause) => {
      expect(mergedOf({ [cause]: true }, { [cause]: true })?.[cause]).toBe(true);
      expect(mergedOf({ [cause]: true }, { [cause]: false })?.[cause]).toBe(false);
      expect(mergedOf({ [cause]: false }, { [cause]: true })?.[cause]).toBe(false);
    });

    test('It has the workflow that both have', () => {
      expect(mergedOf({ workflow: 'a' }, { workflow: 'a' })).toMatchObject({ workflow: 'a' });
      expect(mergedOf({ workflow: 'a' }, { workflow: 'b' })?.workflow).toBeUndefined();
    });
  });

  test('All spans of one visit are reported', async () => {
    const services = openShopServices();
    const begin = services.clock.now() - DAY;
    const spans = Array.from({ length: 33 }, (_, n) => ({
      from: begin + n * MINUTE,
      to: begin + n * MINUTE + 1,
    }));
    expect(await reportAll(services, 'orders', spans)).toStrictEqual([]);
    const kept = await skippedSpans(services);
    expect(spans.filter(({ from, to }) => !kept.some((span) => span.from <= from && to <= span.to))).toEqual(
      [],
    );
  });
});

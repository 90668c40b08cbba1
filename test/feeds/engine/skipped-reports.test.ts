import {
  forgetSkipped,
  loadRows,
  reportAll,
  reportBefore,
  reportSkipped,
  skippedSpans,
} from '../../../lib/feeds/engine/skipped-events.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/runtime.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { problemLike } from '../../support/problem-like.ts';
import { openShopServices } from '../../support/shop-services.ts';
import { switchableStore } from '../../support/switchable-store.ts';

const KEY = 'skipped:1:2201234567890';
const LEASE = 'lease:skipped:2201234567890';
const span = { from: 1, to: 2 };

function open() {
  const { fails, through } = switchableStore();
  return { fails, services: openShopServices({ through }) };
}

describe('Spans that were reported', () => {
  test('A span is known for seven days after its report', async () => {
    const { services } = open();
    const at = services.clock.now();
    expect(await reportSkipped(services, span)).toBe(true);
    services.clock.advance(7 * DAY - 1);
    expect(await skippedSpans(services)).toEqual([{ ...span, at, isHeld: false }]);
    services.clock.advance(1);
    expect(await skippedSpans(services)).toStrictEqual([]);
  });

  test('A span that is older than seven days is not known, although a newer one keeps it stored', async () => {
    const { services } = open();
    await reportSkipped(services, span);
    services.clock.advance(4 * DAY);
    await reportSkipped(services, { from: 3, to: 4 });
    services.clock.advance(3 * DAY);
    expect(await skippedSpans(services)).toMatchObject([{ from: 3 }]);
  });

  test('Twenty spans are known, and of more the closest are merged', async () => {
    const { services } = open();
    for (let n = 1; n <= 25; n += 1) await reportSkipped(services, { from: n * n, to: n * n + 1 });
    const spans = await skippedSpans(services);
    const first = Math.min(...spans.map(({ from }) => from));
    expect([spans.length, first]).toEqual([20, 1]);
    expect(spans).toContainEqual(expect.objectContaining({ from: 25 * 25, to: 25 * 25 + 1 }));
  });

  test.each(['garbage', '', '{"spans":5}', 'null'])(
    'Spans that are stored as %j count as none',
    async (text) => {
      const { services } = open();
      await services.store.set(KEY, text, 60);
      expect(await skippedSpans(services)).toStrictEqual([]);
      expect(await reportSkipped(services, span)).toBe(true);
      expect(await skippedSpans(services)).toHaveLength(1);
    },
  );

  test('A span that another release has stored without a cause is one of lost data', async () => {
    const { services } = open();
    const stored = { ...span, at: services.clock.now() };
    await services.store.set(KEY, JSON.stringify({ spans: [stored] }), 60);
    expect(await skippedSpans(services)).toEqual([{ ...stored, isHeld: false }]);
  });

  test('The alerts that the process remembers are forgotten, so that the new one is found', async () => {
    const { services } = open();
    services.memo.alerts.set(services.seller, {} as never);
    await reportSkipped(services, span);
    expect(services.memo.alerts.size).toBe(0);
  });
});

describe('Report that comes before what hides the loss', () => {
  const wanted = { from: 10, to: 20 };
  const others = [
    { from: 9, to: 19 },
    { from: 11, to: 21 },
  ];
  /** @param isLost the store loses it while the loss is being hidden */
  const reported = async (isLost: boolean) => {
    const { services } = open();
    for (const other of others) await reportSkipped(services, other);
    const before = (await services.store.get(KEY)) ?? '';
    const isReported = await reportBefore(services, wanted, async () => {
      if (isLost) await services.store.set(KEY, before, 60);
    });
    return { isReported, spans: (await skippedSpans(services)).map(({ from, to }) => ({ from, to })) };
  };

  test('It is made once', async () => {
    expect(await reported(false)).toEqual({ isReported: true, spans: [...others, wanted] });
  });

  test('It is repeated if the store loses it alone, although others are known that overlap with it', async () => {
    expect(await reported(true)).toEqual({ isReported: true, spans: [...others, wanted] });
  });
});

describe('Span whose events are announced after all', () => {
  const wanted = { from: 10, to: 20, feed: 'orders' } as const;
  const others = [
    { ...wanted, from: 11 },
    { ...wanted, to: 21 },
    { ...wanted, feed: 'reviews' },
  ] as const;
  const openReported = async () => {
    const { fails, services } = open();
    for (const each of [wanted, ...others]) await reportSkipped(services, each);
    services.memo.alerts.set(services.seller, {} as never);
    return { fails, services };
  };

  test('It is forgotten, and no other one is, and the alerts of the process are found anew', async () => {
    const { services } = await openReported();
    expect(await forgetSkipped(services, wanted)).toBe(true);
    expect(await skippedSpans(services)).toMatchObject(others);
    expect(services.memo.alerts.size).toBe(0);
  });

  test('It stays while another caller reports, or if the store does not answer', async () => {
    const { fails, services } = await openReported();
    await services.store.add(LEASE, 'another caller', 60);
    expect(await forgetSkipped(services, wanted)).toBe(false);
    await services.store.delete(LEASE);
    fails.set = silentStore.set;
    expect(await forgetSkipped(services, wanted)).toBe(false);
    expect(await skippedSpans(services)).toHaveLength(4);
  });
});

describe('List that stays incomplete', () => {
  const incomplete = { ...span, isIncompleteList: true, feed: 'orders' } as const;
  const countAfter = async (ms: number, next: Parameters<typeof reportSkipped>[1] = incomplete) => {
    const { services } = open();
    await reportSkipped(services, incomplete);
    services.clock.advance(ms);
    expect(await reportSkipped(services, next)).toBe(true);
    return (await skippedSpans(services)).length;
  };

  test('It is reported once a day', async () => {
    expect([await countAfter(DAY - 1), await countAfter(DAY)]).toEqual([1, 2]);
  });

  test('Another list and another kind of loss are reported at once', async () => {
    expect(await countAfter(MINUTE, { ...incomplete, feed: 'reviews' })).toBe(2);
    expect(await countAfter(MINUTE, { ...span, feed: 'orders' })).toBe(2);
  });

  test('Another kind of loss before it does not stand for it', async () => {
    const { services } = open();
    await reportSkipped(services, { ...span, feed: 'orders' });
    await reportSkipped(services, incomplete);
    expect(await skippedSpans(services)).toHaveLength(2);
  });
});

describe('Report that the store does not take', () => {
  test.each(['add', 'set', 'get'] as const)(
    'A report fails if the store does not answer to %s',
    async (verb) => {
      const { fails, services } = open();
      Object.assign(fails, { [verb]: silentStore[verb] });
      expect(await reportSkipped(services, span)).toBe(false);
      expect(await reportAll(services, 'orders', [span])).toEqual([
        { ...span, isHeld: false, at: services.clock.now() },
      ]);
    },
  );

  test('Many spans are reported as twenty, and those that were stored are not returned', async () => {
    const { services } = open();
    const spans = Array.from({ length: 25 }, (_, n) => ({ from: n, to: n + 99, isHeld: true }));
    expect(await reportAll(services, 'stock', spans)).toStrictEqual([]);
    const known = await skippedSpans(services);
    expect(known).toHaveLength(20);
    expect(Math.min(...known.map(({ from }) => from))).toBe(0);
    expect(Math.max(...known.map(({ to }) => to))).toBe(24 + 99);
    expect(known[0]).toMatchObject({ feed: 'stock', isHeld: true });
  });

  test('A caller waits for another one for up to six seconds, and then reports all the same', async () => {
    const { services } = open();
    await services.store.add(LEASE, 'another caller', 3600);
    const before = services.clock.now();
    expect(await reportSkipped(services, span)).toBe(true);
    expect(services.clock.now() - before).toBeGreaterThan(2000);
    expect(services.clock.now() - before).toBeLessThanOrEqual(6000);
    expect(await skippedSpans(services)).toHaveLength(1);
  });
});

describe('Rows that a feed loads at its visit', () => {
  const visitWith = async (load: () => Promise<number | undefined>) => {
    const reports: object[] = [];
    const visit = { now: 5 * HOUR, report: (each: object) => void reports.push(each) };
    return { isLost: await loadRows(visit, { load }, null), reports };
  };

  test('Rows that were lost are reported from the time since which they may be missing', async () => {
    expect(await visitWith(async () => 3)).toEqual({ isLost: true, reports: [{ from: 3, to: 5 * HOUR }] });
  });

  test('Nothing is reported if nothing was lost', async () => {
    expect(await visitWith(async () => undefined)).toEqual({ isLost: false, reports: [] });
  });

  test('A store that does not answer ends the visit', async () => {
    await expect(visitWith(() => Promise.reject(new Error('no answer')))).rejects.toEqual(
      problemLike('budget_unavailable'),
    );
  });
});

import { alertAbout, nextFailure } from '../../../lib/feeds/engine/feed-failure.ts';
import {
  addDelays,
  type FeedStatus,
  readFeedStatus,
  readOtherDemands,
  writeFeedStatus,
} from '../../../lib/feeds/engine/feed-status.ts';
import { hasInterest, needsRecording } from '../../../lib/feeds/engine/interest.ts';
import { remember } from '../../../lib/feeds/engine/snapshot-memo.ts';
import { emptyLog, isWorthStoring } from '../../../lib/feeds/engine/visit-log.ts';
import { Problem } from '../../../lib/problems.ts';
import { HOUR } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { aStatus } from '../../support/feed-status.ts';
import { fixedClock } from '../../support/fixed-clock.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const SHOP = '2201234567890';
describe('Failure of a feed', () => {
  const refused = new Problem('request_refused', { method: 'orders', code: 'E1', retryIn: 5 } as never);
  const failure = { kind: 'request_refused', since: 1, lastAt: 2, facts: {} };

  test('A failure is remembered with the texts that say what failed', () => {
    expect(nextFailure(null, refused, NOW)).toEqual({
      kind: 'request_refused',
      since: NOW,
      lastAt: NOW,
      facts: { method: 'orders', code: 'E1' },
    });
  });

  test('A failure of the same kind lasts since the first one', () => {
    expect(nextFailure(failure, refused, NOW)).toMatchObject({ since: 1, lastAt: NOW });
  });

  test('A failure of another kind lasts since its own first one', () => {
    expect(nextFailure({ ...failure, kind: 'method_retired' }, refused, NOW)).toMatchObject({ since: NOW });
  });

  test.each([
    ['that has an alert of its own', new Problem('token_expired', {} as never)],
    ['that is no problem of the pack', new Error('x')],
    ['that does not exist', undefined],
  ])('An error %s ends a failure', (_, error) => {
    expect(nextFailure(failure, error, NOW)).toBeNull();
  });

  test('A failure that only another release knows has no alert', () => {
    expect(alertAbout(failure)).toBe('aliexpress_rejected');
    expect(alertAbout({ ...failure, kind: 'moon' })).toBeUndefined();
    expect(alertAbout({ ...failure, kind: 'toString' })).toBeUndefined();
  });
});

describe('Status of a feed', () => {
  const open = () => memoryStore(fixedClock(NOW));

  test('A status is read as it was written, and belongs to one feed of one shop', async () => {
    const store = open();
    await writeFeedStatus(store, SHOP, 'orders', aStatus({ visitedAt: 7 }));
    expect(await readFeedStatus(store, SHOP, 'orders')).toEqual(aStatus({ visitedAt: 7 }));
    expect(await readFeedStatus(store, SHOP, 'stock')).toBeUndefined();
    expect(await readFeedStatus(store, 'another', 'orders')).toBeUndefined();
  });

  test('A status keeps the fields that only another release knows', async () => {
    const store = open();
    await writeFeedStatus(store, SHOP, 'orders', aStatus(), { ...aStatus(), moon: 1 } as FeedStatus);
    expect(JSON.parse((await store.get(`status1:${SHOP}:orders`)) ?? '')).toMatchObject({ moon: 1 });
  });

  test('A status that cannot be read counts as absent', async () => {
    const store = open();
    await store.set(`status1:${SHOP}:orders`, 'garbage', 60);
    expect(await readFeedStatus(store, SHOP, 'orders')).toBeUndefined();
    expect(await readFeedStatus(silentStore, SHOP, 'orders')).toBeUndefined();
  });

  test('A status is kept for 26 hours', async () => {
    const clock = fixedClock(NOW);
    const store = memoryStore(clock);
    await writeFeedStatus(store, SHOP, 'orders', aStatus());
    clock.advance(26 * HOUR - 1);
    expect(await readFeedStatus(store, SHOP, 'orders')).toBeDefined();
    clock.advance(1);
    expect(await readFeedStatus(store, SHOP, 'orders')).toBeUndefined();
  });

  test('The calls of a day are shared with the other feeds, each from when it has something to fetch', async () => {
    const store = open();
    await writeFeedStatus(store, SHOP, 'orders', aStatus({ weight: 2 }));
    await writeFeedStatus(store, SHOP, 'stock', aStatus({ weight: 3, nextDueAt: NOW }));
    await writeFeedStatus(store, SHOP, 'reviews', aStatus({ weight: 4, nextDueAt: NOW + 1, visitedAt: NOW }));
    // Its clock was ahead.
    await writeFeedStatus(
      store,
      SHOP,
      'disputes',
      aStatus({ weight: 5, nextDueAt: NOW + 1, visitedAt: NOW + 1 }),
    );
    const demands = await readOtherDemands(store, SHOP, 'orders', NOW);
    expect(Object.fromEntries(demands.map(({ weight, nextDueAt }) => [weight, nextDueAt]))).toEqual({
      3: NOW,
      4: NOW + 1,
      5: NOW,
    });
  });

  test('The delays of a day are summed, without events from before the feed began', () => {
    const log = { ...emptyLog(NOW), eventTimes: [NOW - 30, NOW - 20, NOW - 10] };
    const before = aStatus({ delays: { count: 5, sumMs: 1000 } });
    expect(addDelays(before, '2026-11-21', log, NOW - 20)).toEqual({ count: 7, sumMs: 1030 });
    expect(addDelays(before, '2026-11-22', log, NOW - 20)).toEqual({ count: 2, sumMs: 30 });
    expect(addDelays(undefined, '2026-11-22', log, 0)).toEqual({ count: 3, sumMs: 60 });
  });
});

test('An interest lasts for 26 hours, and is recorded once an hour', () => {
  expect([26 * HOUR - 1, 26 * HOUR].map((age) => hasInterest(NOW - age, NOW))).toEqual([true, false]);
  expect([HOUR - 1, HOUR].map((age) => needsRecording(NOW - age, NOW))).toEqual([false, true]);
});

test('A process remembers the last 512 values', () => {
  const memo = new Map<string, number>();
  for (let n = 1; n <= 600; n += 1) remember(memo, String(n), n);
  expect([memo.size, memo.has('88'), memo.get('89'), memo.get('600')]).toEqual([512, false, 89, 600]);
});

test('A visit is worth storing if it has paid for something, found something or says so', () => {
  const log = emptyLog(NOW);
  const worth = [{}, { calls: 1 }, { changed: new Set(['1']) }, { isDirty: true }];
  expect(worth.map((more) => isWorthStoring({ ...log, ...more }))).toEqual([false, true, true, true]);
});

import { commonHead, headFormat } from '../../../lib/feeds/engine/feed-head.ts';
import { readFeedStatus } from '../../../lib/feeds/engine/feed-status.ts';
import { createSnapshots } from '../../../lib/feeds/engine/snapshot.ts';
import { decodeEntries, decodeHead, encode } from '../../../lib/feeds/engine/snapshot-format.ts';
import { emptyMemo } from '../../../lib/feeds/engine/snapshot-memo.ts';
import { withWorkflow } from '../../../lib/feeds/engine/workflow-rows.ts';
import { DAY } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { strictLog } from '../../support/strict-log.ts';

const counts = Array.from({ length: 24 }, () => 0);

describe('Value of a release that knows fewer fields', () => {
  test('A head of a feed is read with every field', () => {
    const head = { ready: false, expired: false, completeSince: 0, workflows: {} };
    expect(commonHead.parse({})).toEqual(head);
    expect(headFormat(commonHead).parse({})).toEqual({ ...head, own: head });
    expect(commonHead.parse({ pacing: {} })).toMatchObject({
      pacing: {
        credit: 0,
        at: 0,
        scale: 0,
        since: 0,
        until: 0,
        planned: 0,
        reserved: 0,
        spent: 0,
        owed: 0,
        counts,
        seen: 0,
        days: 0,
      },
    });
    expect(commonHead.parse({ refused: {}, workflows: { a: {} } })).toMatchObject({
      refused: { until: 0, renewBy: 0 },
      workflows: { a: { mark: 0, renewedAt: 0 } },
    });
  });

  test('A status of a feed is read with every field', async () => {
    const store = memoryStore(fixedClock(0));
    await store.set('status1:22:orders', '{}', 60);
    expect(await readFeedStatus(store, '22', 'orders')).toEqual({
      weight: 1,
      cost: 1,
      eventsPerDay: 1,
      owed: 0,
      counts,
      nextDueAt: 0,
      visitedAt: 0,
      credit: 0,
      scale: 0,
      since: 0,
      until: 0,
      completeSince: 0,
      nextAt: 0,
      day: '',
      delays: { count: 0, sumMs: 0 },
      parcels: null,
      planned: 0,
      reserved: 0,
      spent: 0,
      waiting: null,
      readsWholeLists: false,
      failure: null,
    });
  });

  test('A head of a snapshot, its chunks and their entries are read with every field', () => {
    expect(decodeHead(encode({}))).toEqual({ chunks: [], watched: [], replaced: [] });
    expect(decodeHead(encode({ chunks: [{}] }))).toMatchObject({
      chunks: [{ key: '', day: 0, oldest: 0, newest: 0, size: 0 }],
    });
    expect(decodeEntries(encode([{}]))).toEqual([{ id: '', seenAt: 0, fetchedAt: 0, values: {} }]);
  });
});

test('The state of a feed can be stored before any record, and names no chunk', async () => {
  const clock = fixedClock('2026-11-21T02:00:00Z');
  const store = memoryStore(clock);
  const key = 'snap1:22:orders';
  const options = {
    store,
    clock,
    random: seededRandom(1),
    key,
    state: commonHead,
    memo: emptyMemo(),
    log: strictLog,
  };
  const snapshots = createSnapshots<ReturnType<typeof commonHead.parse>, object>(options);
  const snapshot = await snapshots.load();
  expect(await snapshots.commitState({ ...snapshot, state: commonHead.parse({ ready: true }) })).toBe(
    'stored',
  );
  const { state, stored } = await createSnapshots(options).load();
  expect([state, stored.head?.chunks, stored.head?.watched]).toMatchObject([{ ready: true }, [], []]);
});

test('A hundred workflows keep their rows for 45 days, and the one that polls keeps its own', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const rows = Object.fromEntries(
    Array.from({ length: 100 }, (_, n) => [`w${n}`, { mark: n, renewedAt: now - n }] as const),
  );
  const at = (time: number) => ({ now: time, isClockConfirmed: true });
  const renewed = withWorkflow(rows, 'w0', { mark: 5, renewedAt: now }, at(now));
  expect(Object.keys(renewed)).toHaveLength(100);
  const added = withWorkflow(rows, 'new', { mark: 5, renewedAt: now }, at(now));
  expect([Object.keys(added).length, 'w98' in added, 'w99' in added]).toEqual([100, true, false]);
  const later = now + 45 * DAY - 1;
  expect(Object.keys(withWorkflow(rows, 'new', { mark: 5, renewedAt: later }, at(later)))).toEqual([
    'w0',
    'new',
  ]);
});

import { MAX_CLOCK_ERROR_MS } from '../../lib/aliexpress/server-time.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { confirmMark, findMark, setMark } from '../../lib/engine/start-mark.ts';
import { beginStep } from '../../lib/engine/step.ts';
import type { Span } from '../../lib/feeds/engine/chunks.ts';
import type { FeedEngine, FeedReading } from '../../lib/feeds/engine/feed.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import type { WorkflowRow } from '../../lib/feeds/engine/workflow-rows.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { openShopServices } from '../support/shop-services.ts';

/** A workflow, with what its feed is asked to do. */
function openWorkflow(offset?: number, isOver = false, isUnnamed = false) {
  const services = openShopServices();
  const shop = {
    ...services,
    memo: emptyProcessMemo(),
    ...(offset !== undefined && { clockOffset: () => offset, isClockConfirmed: () => true }),
  };
  const rows: WorkflowRow[] = [];
  const readAgain: number[] = [];
  const written: string[] = [];
  shop.store = {
    ...services.store,
    set: (...request) => {
      written.push(request[0]);
      return services.innerStore.set(...request);
    },
  };
  const feed: FeedEngine = {
    read: async () => ({ records: [] }),
    known: async () => [],
    keepWorkflow: async (_, row) => rows.push(row) > 0,
    readAgain: async (since) => readAgain.push(since) > 0,
  };
  const now = services.clock.now();
  const workflow = { shop, feed, digest: '7', step: { ...beginStep(shop), isOver: () => isOver }, isUnnamed };
  const find = async (row?: WorkflowRow, more: Partial<FeedReading> = {}) => {
    const reading = { records: [], workflows: row ? { '7': row } : {}, previousVisitAt: now, ...more };
    return (await findMark(workflow, reading as FeedReading))?.mark;
  };
  const ownKeys = ['mark:1:2201234567890:7', 'mark:1:2201234567890:7:again'];
  const setOwn = (mark: number) => services.innerStore.set(String(ownKeys[0]), String(mark), 3600);
  const readOwn = () => Promise.all(ownKeys.map((key) => services.innerStore.get(key)));
  return { workflow, now, find, rows, readAgain, written, setOwn, readOwn, ownKeys };
}

describe('Mark in the row of a workflow', () => {
  test('A row that was written a while ago is written again with the mark, and nothing is read again', async () => {
    const { now, find, rows, readAgain, readOwn } = openWorkflow();
    const row = { mark: now - 5 * DAY, renewedAt: now - 12 * HOUR };
    expect(await find(row)).toBe(row.mark);
    expect(rows).toEqual([{ mark: row.mark, renewedAt: now }]);
    const renewed = JSON.stringify({ mark: row.mark, renewedAt: now });
    expect(await readOwn()).toEqual([renewed, renewed]);
    expect(readAgain).toStrictEqual([]);
  });

  test('A workflow that was held for 36 hours lets the feed read again what it may have missed', async () => {
    const { now, find, readAgain } = openWorkflow();
    const row = { mark: now - 5 * DAY, renewedAt: now - 36 * HOUR };
    await find({ ...row, renewedAt: row.renewedAt + 1 });
    expect(readAgain).toStrictEqual([]);
    await find(row);
    expect(readAgain).toEqual([now - 48 * HOUR]);
  });

  test('What is too long ago to be read again is named from when it happened, not from when it was fetched', async () => {
    const { workflow, now, find } = openWorkflow();
    const row = { mark: now - 40 * DAY, renewedAt: now - 10 * DAY };
    const fetched: Span[] = [];
    await find(row, {
      happenedSince: (span) => {
        fetched.push(span);
        return now - 20 * DAY;
      },
    });
    const to = now - 6.5 * DAY;
    expect(fetched).toEqual([{ from: row.renewedAt, to }]);
    expect(await skippedSpans(workflow.shop)).toMatchObject([{ from: now - 20 * DAY, to, isHeld: true }]);
  });

  test('It is not written again while no visit has ended a long pause', async () => {
    const { now, find, rows, readAgain, workflow } = openWorkflow();
    const row = { mark: now - 40 * DAY, renewedAt: now - 7 * DAY };
    const previousVisitAt = now - 6.75 * DAY;
    expect(await find(row, { previousVisitAt })).toBe(row.mark);
    expect([rows, readAgain, await skippedSpans(workflow.shop)]).toEqual([[], [], []]);
    const pause = { from: previousVisitAt, to: now, renewedSince: row.renewedAt };
    await find(row, { previousVisitAt, pause });
    expect(rows).toHaveLength(1);
  });

  test('It says until when the workflow was told all that the feed had read', async () => {
    const { workflow, now, find, rows } = openWorkflow();
    const row = { mark: now - 5 * DAY, renewedAt: now - 12 * HOUR };
    const announcedAfter = async (unreadSince: number | undefined, more: Partial<FeedReading> = {}) => {
      workflow.feed.unreadSince = async () => unreadSince;
      await find(row, more);
      return rows.pop()?.announcedUntil;
    };
    expect(await announcedAfter(now)).toBe(now - 12 * HOUR);
    expect(await announcedAfter(now - 3 * DAY)).toBe(now - 3 * DAY);
    expect(await announcedAfter(now - 9 * DAY)).toBe(row.mark);
    expect(await announcedAfter(now, { happenedSince: () => now - 2 * DAY })).toBe(now - 2 * DAY);
    expect(await announcedAfter(undefined)).toBeUndefined();
    expect(await announcedAfter(now, { completeSince: now - DAY })).toBeUndefined();
  });

  test.each([
    ['', 12 * HOUR, false],
    [' that the platform does not name', 30 * MINUTE, true],
  ])('The row of a workflow%s is written again after %d milliseconds, and not before', async (...facts) => {
    const [, everyMs, isUnnamed] = facts;
    const { now, find, rows } = openWorkflow(undefined, false, isUnnamed);
    expect(await find({ mark: 5, renewedAt: now - everyMs + 1 })).toBe(5);
    expect(rows).toStrictEqual([]);
    expect(await find({ mark: 5, renewedAt: now - everyMs })).toBe(5);
    expect(rows).toMatchObject([{ mark: 5, renewedAt: now }]);
  });

  test.each([-30 * MINUTE, 30 * MINUTE])(
    'A clock that is known to be off by %d milliseconds does not move a mark',
    async (offset) => {
      const { now, find, rows } = openWorkflow(offset);
      for (const mark of [now - 5 * DAY, now - MINUTE, now]) {
        expect(await find({ mark, renewedAt: now })).toBe(mark);
      }
      expect(rows).toStrictEqual([]);
    },
  );

  test.each([0, -30 * MINUTE])(
    'A mark from the future is moved by the error of the clock beyond the known %d milliseconds',
    async (known) => {
      const { now, find, rows, readOwn } = openWorkflow(-3 * HOUR + known);
      const row = { mark: now + 2 * HOUR, renewedAt: now, offset: known };
      expect(await find(row)).toBe(now - HOUR);
      expect(rows).toMatchObject([{ mark: now - HOUR }]);
      expect(await readOwn()).toEqual([String(now - HOUR), String(now - HOUR)]);
    },
  );

  test('A mark from the future stays while nothing is known of the clock', async () => {
    const { now, find } = openWorkflow();
    expect(await find({ mark: now + 2 * HOUR, renewedAt: now, offset: 5 })).toBe(now + 2 * HOUR);
  });

  test('A row that was written at a time still to come is written again', async () => {
    const { now, find, rows } = openWorkflow();
    await find({ mark: 5, renewedAt: now + MAX_CLOCK_ERROR_MS });
    expect(rows).toStrictEqual([]);
    await find({ mark: 5, renewedAt: now + MAX_CLOCK_ERROR_MS + 1 });
    expect(rows).toEqual([{ mark: 5, renewedAt: now }]);
  });

  test('A mark under its own keys that is still to come does not replace it', async () => {
    const { now, find, setOwn } = openWorkflow();
    await setOwn(now + MINUTE);
    expect(await find({ mark: 5, renewedAt: now - 12 * HOUR })).toBe(5);
    await setOwn(now - MINUTE);
    expect(await find({ mark: 5, renewedAt: now - 12 * HOUR })).toBe(now - MINUTE);
  });

  test('A mark that is gone from its own keys is written there before anything is returned', async () => {
    const { workflow, now, readOwn } = openWorkflow();
    const row = { mark: now - HOUR, renewedAt: now };
    expect(await confirmMark(workflow, { records: [], workflows: { 7: row } }, row.mark)).toBe(row.mark);
    const renewed = JSON.stringify({ mark: row.mark, renewedAt: now });
    expect(await readOwn()).toEqual([renewed, renewed]);
  });

  test('A wrong mark that is still under its own keys does not replace the one that has replaced it', async () => {
    const { workflow, now, find, rows, setOwn } = openWorkflow(-3 * HOUR);
    const wrong = now + 2 * HOUR;
    await find({ mark: wrong, renewedAt: now });
    await setOwn(wrong);
    const { shop } = workflow;
    shop.clock = { ...shop.clock, now: () => now + 13 * HOUR };
    const [row] = rows as [WorkflowRow];
    expect(await find({ ...row, renewedAt: now })).toBe(now - HOUR);
    expect(await confirmMark(workflow, { records: [], workflows: { 7: row } }, row.mark)).toBe(now - HOUR);
  });

  test('A poll that is over writes nothing', async () => {
    const { now, find, rows, written } = openWorkflow(-3 * HOUR, true);
    expect(await find({ mark: 5, renewedAt: now - 12 * HOUR })).toBe(5);
    expect(await find({ mark: now + 2 * HOUR, renewedAt: now, offset: 0 })).toBe(now - HOUR);
    expect([rows, written]).toEqual([[], []]);
  });
});

describe('Mark of a workflow that is turned on', () => {
  const wholeSecond = (at: number) => Math.floor(at / SECOND) * SECOND - 1;

  test('A clock that an answer has confirmed says when that was', async () => {
    const { workflow, now, rows } = openWorkflow(0);
    await setMark(workflow, { previousVisitAt: now + HOUR });
    expect(rows).toMatchObject([{ mark: wholeSecond(now) }]);
  });

  test('Any other clock is behind if the feed was visited later', async () => {
    const { workflow, now, rows } = openWorkflow();
    await setMark(workflow, { previousVisitAt: now + HOUR });
    await setMark(workflow, { previousVisitAt: now - HOUR });
    expect(rows).toMatchObject([{ mark: wholeSecond(now + HOUR) }, { mark: wholeSecond(now) }]);
  });

  test('Copies that the platform does not name are counted up to ten', async () => {
    const { workflow, rows } = openWorkflow(undefined, false, true);
    for (let copy = 1; copy <= 12; copy += 1) {
      const row = rows.at(-1);
      await setMark(workflow, { workflows: row ? { '7': row } : {} });
    }
    expect(rows.map(({ copies }) => copies)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]);
    expect(new Set(rows.map(({ mark }) => mark)).size).toBe(1);
  });

  test('A workflow that the platform names has no copies', async () => {
    const { workflow, rows } = openWorkflow();
    await setMark(workflow, {});
    expect(rows[0]).not.toHaveProperty('copies');
  });
});

describe('Mark that was set by a clock which no answer had confirmed', () => {
  /**
   * The workflow is turned on while nobody knows the error of the clock. Then answers show it.
   * @param known the error that was thought to be right
   */
  async function confirmed(offset: number, known = 0, row: Partial<WorkflowRow> = {}) {
    const opened = openWorkflow();
    const { workflow, rows, find } = opened;
    const shop = Object.assign(workflow.shop, {
      clockOffset: () => known,
      isClockConfirmed: () => false,
    });
    await setMark(workflow);
    const set: WorkflowRow = { mark: 0, renewedAt: 0, ...rows.pop(), ...row };
    Object.assign(shop, { clockOffset: () => offset, isClockConfirmed: () => true });
    return { ...opened, set, findAgain: () => find(set) };
  }

  test.each([-MINUTE, MINUTE])('An error of %d milliseconds does not move it', async (offset) => {
    const { set, findAgain } = await confirmed(offset);
    expect(await findAgain()).toBe(set.mark);
  });

  test('The mark of an earlier start stays where a clock that was behind dates this one before it', async () => {
    const { now } = openWorkflow();
    const { findAgain } = await confirmed(0, 0, { mark: now - 1, setAt: now - HOUR, after: now - 2 * HOUR });
    expect(await findAgain()).toBe(now - 1);
  });

  test('It is not the mark of an earlier start that an old row still has', async () => {
    const { workflow, now, rows, set, setOwn, find } = await confirmed(0);
    const { shop } = workflow;
    shop.clock = { ...shop.clock, now: () => now + HOUR };
    await setOwn(now + 5 * MINUTE);
    expect(await find(set)).toBe(now + 5 * MINUTE);
    expect(rows).toMatchObject([{ mark: now + 5 * MINUTE }]);
  });

  test('It is moved under its own keys if the row is lost', async () => {
    const { workflow, set, find, readOwn } = await confirmed(HOUR);
    const { shop } = workflow;
    shop.clock = { ...shop.clock, now: () => Number(set.setAt) + 2 * HOUR };
    const moved = set.mark + HOUR;
    expect(await find()).toBe(moved);
    expect(await readOwn()).toEqual([String(moved), String(moved)]);
  });

  test('No alert is raised if the error that was known turns out to be right', async () => {
    const { workflow, set, findAgain } = await confirmed(HOUR, HOUR);
    expect(await findAgain()).toBe(set.mark);
    expect(await skippedSpans(workflow.shop)).toStrictEqual([]);
  });

  test('It is moved later by a poll that raises the alert, if an error was known and has changed', async () => {
    const { workflow, rows, written, set, findAgain } = await confirmed(-HOUR, -3 * HOUR);
    const { shop } = workflow;
    const { store } = shop;
    shop.clock = { ...shop.clock, now: () => Number(set.setAt) + 3 * HOUR };
    shop.store = { ...store, set: async () => false };
    const moved = await findAgain();
    expect([moved, rows]).toEqual([set.mark + 2 * HOUR, []]);
    shop.store = store;
    expect(await findAgain()).toBe(moved);
    expect(rows).toMatchObject([{ mark: moved }]);
    expect(written).toContain('skipped:1:2201234567890');
  });
});

describe('Mark under its own keys', () => {
  test('It is written into the row, and not under its keys again', async () => {
    const { now, find, rows, written, setOwn } = openWorkflow();
    await setOwn(now - HOUR);
    expect(await find()).toBe(now - HOUR);
    expect(rows).toMatchObject([{ mark: now - HOUR, renewedAt: now }]);
    expect(written).toStrictEqual([]);
  });

  test('If it lies in the future, it is moved under both keys too', async () => {
    const { now, find, rows, written, setOwn, ownKeys } = openWorkflow(-3 * HOUR);
    await setOwn(now + 2 * HOUR);
    expect(await find()).toBe(now - HOUR);
    expect(rows).toMatchObject([{ mark: now - HOUR }]);
    expect(written.sort()).toEqual(ownKeys);
  });
});

/**
 * The orders feed: the order list, by time of last change.
 *
 * - A window runs from the watermark, less an overlap, to now. The watermark moves to the window's end only
 *   when every page of it was read and understood.
 * - Pages are read from the last to the second: orders that leave the window while it is read move towards the
 *   first page, and can so be met twice but not be missed. If their number changed, the first page is read again.
 * - A page that could not be paid or fetched stays open, and the next visit goes on there.
 * - Finished orders never come unasked; a window of their own asks for them, twice a day.
 */

import { z } from 'zod';
import { convert } from '../aliexpress/convert.ts';
import { ORDER_MOST_PAGES, ORDER_PAGE_SIZE, orderList } from '../aliexpress/methods/order-list.ts';
import { order } from '../aliexpress/records/order.ts';
import { formatPacific, pacificWindow } from '../aliexpress/time.ts';
import type { Lane } from '../budget/ledger.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { fail, isProblem } from '../problems.ts';
import type { FeedEngine, FeedServices } from './feed.ts';
import { underLease } from './lease.ts';
import { beat, isBestMoment } from './pulse.ts';
import { createSnapshots, KEPT_MS, remember, type Snapshot } from './snapshot.ts';

export const orders: FeedDeclaration<typeof order.fields> = {
  key: 'orders',
  record: order,
  freshness:
    'Orders are looked up about every 8 minutes, for all workflows of the shop together: they share the 200 AliExpress calls of the day.',
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const OVERLAP_MS = 30 * MINUTE;
/** How far the very first window reaches back. */
const FIRST_LOOK_BACK_MS = 2 * HOUR;
/** A window is never opened further back than the snapshot reaches. */
const MOST_LOOK_BACK_MS = KEPT_MS;
const FINISH_EVERY_MS = 12 * HOUR;
/** A visit must end well within the platform's 30 seconds, also when the last page takes its full 10. */
const MOST_PAGES_PER_VISIT = 10;
const MOST_MS_PER_VISIT = 10_000;
/** How long nobody visits after a visit that could not be stored. */
const REST_SECONDS = 480;
/** How long somebody who sets a workflow up waits for a first look to be complete. */
const PATIENCE_MS = 15_000;
/** What AliExpress allows the `create` window beside a `modified` window to span. */
const CREATE_SPAN_MS = { active: 180 * DAY, finished: 30 * DAY };

const windowSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** The page to be read next; 0 where the first page has not been read. */
  page: z.number(),
  /** How many orders the window held when its first page was read. */
  count: z.number(),
  /** The number changed while the window was read. */
  moved: z.boolean(),
});
const streamSchema = z.object({ watermark: z.number(), open: windowSchema.nullable() });
const stateSchema = z.object({
  /** First windows were read to their end. */
  ready: z.boolean(),
  /** The last visit ended with an expired token. */
  expired: z.boolean(),
  completeSince: z.number(),
  active: streamSchema,
  finished: streamSchema,
  finishedDueAt: z.number(),
  pacing: z
    .object({
      credit: z.number(),
      at: z.number(),
      scale: z.number(),
      since: z.number(),
      until: z.number(),
      limit: z.number(),
      counts: z.array(z.number()).length(24),
    })
    .optional(),
});

type Window = z.infer<typeof windowSchema>;
type State = z.infer<typeof stateSchema>;
type StreamName = 'active' | 'finished';
type Values = ValuesOf<typeof order.fields>;

/** Troubles that pass by themselves: the snapshot is served, and the watermark stays. */
const PASSING = ['budget_used_up', 'budget_unavailable', 'banned', 'aliexpress_unreachable'] as const;

export function createOrdersFeed(services: FeedServices): FeedEngine {
  const { seller, gateway, budget, pacer, store, clock, random, log, memo } = services;
  const leaseKey = `lease:${seller}:orders`;
  const pulse = memo.pulses.get(seller) ?? new Map();
  remember(memo.pulses, seller, pulse);
  const snapshots = createSnapshots<State, Values>({
    store,
    clock,
    random,
    key: `snap:${seller}:orders`,
    state: stateSchema,
    memo,
  });

  /** Somebody who is setting a workflow up waits for a first complete look, and gets it at once. */
  const mayVisit = ({ state }: Snapshot<State, Values>, lane: Lane, workflow?: string) =>
    (lane === 'ask' && !state?.ready) ||
    pacer.mayVisit(
      state?.pacing,
      clock.now(),
      workflow !== undefined && !isBestMoment(pulse, workflow, clock.now()),
    );

  async function refresh(lane: Lane, workflow?: string): Promise<Snapshot<State, Values>> {
    const snapshot = await snapshots.load().catch(() => fail('budget_unavailable', {}));
    if (!mayVisit(snapshot, lane, workflow)) return snapshot;
    const now = clock.now();
    const state = snapshot.state ?? firstState(now);
    if (snapshot.lostSince !== undefined) rewind(state, snapshot.lostSince, now);
    snapshot.state = state;

    const visit: Visit = { now, lane, calls: 0, changed: new Set<string>(), placedAt: [] };
    try {
      const done = await readStream('active', state, snapshot, visit);
      if (done && now >= state.finishedDueAt && (await readStream('finished', state, snapshot, visit))) {
        state.finishedDueAt = now + FINISH_EVERY_MS;
        state.ready = true;
      }
      state.expired = false;
    } catch (error) {
      // The platform renews the token and comes back at once: that second try has its credit still, but only that one.
      if (isProblem(error, 'token_expired') && !state.expired) {
        state.expired = true;
        visit.free = true;
      }
      throw error;
    } finally {
      if (visit.calls > 0) await settle(snapshot, visit);
    }
    return snapshot;
  }

  interface Visit {
    now: number;
    lane: Lane;
    calls: number;
    changed: Set<string>;
    /** When the orders were placed that were not known before, epoch milliseconds. */
    placedAt: number[];
    /** Its calls are not taken from the feed's credit. */
    free?: boolean;
  }

  /** Reads the stream up to now: first on in a window that stayed open, then what came after it. True when all is read. */
  async function readStream(
    name: StreamName,
    state: State,
    snapshot: Snapshot<State, Values>,
    visit: Visit,
  ): Promise<boolean> {
    const stream = state[name];
    do {
      // A window of which nothing was read yet may as well reach until now.
      if (!stream.open || stream.open.page === 0) stream.open = openWindow(stream.watermark, visit.now);
      const window = stream.open;
      while (!isComplete(window)) {
        if (visit.calls >= MOST_PAGES_PER_VISIT || clock.now() - visit.now > MOST_MS_PER_VISIT) return false;
        const page = await readPage(name, window, visit);
        for (const raw of page.orders) take(raw, page.answeredAt, snapshot, visit);
        advance(window, page);
      }
      stream.watermark = window.to;
      stream.open = null;
    } while (stream.watermark < visit.now);
    return true;
  }

  async function readPage(name: StreamName, window: Window, visit: Visit) {
    const modified = pacificWindow(window.from, window.to);
    const { answer, answeredAt } = await gateway.call(
      orderList,
      {
        current_page: Math.max(1, window.page),
        page_size: ORDER_PAGE_SIZE,
        create_date_start: formatPacific(window.to - CREATE_SPAN_MS[name] + HOUR),
        create_date_end: modified.end,
        modified_date_start: modified.start,
        modified_date_end: modified.end,
        ...(name === 'finished' && { order_status: 'FINISH' as const }),
      },
      {
        lane: visit.lane,
        onPaid: () => {
          visit.calls += 1;
        },
      },
    );
    const { total_page: pages, total_count: count, target_list } = answer.result;
    return { pages, count, orders: target_list, answeredAt };
  }

  function take(raw: unknown, answeredAt: number, snapshot: Snapshot<State, Values>, visit: Visit): void {
    const converted = convert(order, raw, answeredAt);
    if (!converted) {
      log('an order without a number, status or date was left out', { method: orderList.name });
      return;
    }
    for (const field of converted.unreadable) log('a field of an order could not be read', { field });
    const { values } = converted;
    const known = snapshot.entries.get(values.order_id);
    if (known && JSON.stringify(known.values) === JSON.stringify(values)) return;
    snapshot.entries.set(values.order_id, {
      id: values.order_id,
      seenAt: known?.seenAt ?? visit.now,
      fetchedAt: visit.now,
      values,
    });
    visit.changed.add(values.order_id);
    if (!known) visit.placedAt.push(Date.parse(values.placed_at));
  }

  /** Books the visit and writes the snapshot. What cannot be written is fetched again: the watermark is in it too. */
  async function settle(snapshot: Snapshot<State, Values>, visit: Visit): Promise<void> {
    const { state } = snapshot;
    if (!state) return;
    const used = await budget.used().catch(() => undefined);
    if (!visit.free)
      state.pacing = pacer.afterVisit(state.pacing, {
        now: visit.now,
        day: budget.today(),
        calls: visit.calls,
        used,
        limit: budget.limit,
        events: visit.placedAt,
      });
    if (await snapshots.commit(snapshot, visit.changed).catch(() => false)) return;
    log('the snapshot was not stored; its orders will be fetched again');
    // The pacing was not stored either. Without this, every poll would spend a call until the card is full.
    await store.set(leaseKey, 'resting', REST_SECONDS).catch(() => false);
  }

  /** Refreshes, or lets another do it. Who sets a workflow up stays until the first look is complete. */
  async function visit(
    lane: Lane,
    known: Snapshot<State, Values>,
    workflow?: string,
  ): Promise<Snapshot<State, Values>> {
    const patience = clock.now() + PATIENCE_MS;
    for (let snapshot = known; ; ) {
      const refreshed = await underLease(store, random, leaseKey, () => refresh(lane, workflow));
      snapshot = refreshed ?? snapshot;
      if (lane !== 'ask' || snapshot.state?.ready) return snapshot;
      if (clock.now() >= patience)
        return fail('aliexpress_unreachable', { reason: 'the first look is not complete yet' });
      await clock.sleep(1000);
    }
  }

  return {
    read: async (lane, workflow) => {
      if (workflow !== undefined) beat(pulse, workflow, clock.now());
      let snapshot = await snapshots.load().catch(() => undefined);
      if (snapshot === undefined) {
        if (lane === 'ask') return fail('budget_unavailable', {});
        return { records: [], completeSince: clock.now() };
      }
      if (mayVisit(snapshot, lane, workflow)) {
        try {
          snapshot = await visit(lane, snapshot, workflow);
        } catch (error) {
          snapshot = await snapshots.load().catch(() => snapshot);
          if (!isProblem(error, ...PASSING) || (lane === 'ask' && !snapshot?.state?.ready)) throw error;
          log('orders are served from the snapshot', { because: error.kind });
        }
      }
      return {
        records: [...(snapshot?.entries.values() ?? [])].map((entry) => entry.values),
        completeSince: Math.max(snapshot?.state?.completeSince ?? clock.now(), clock.now() - KEPT_MS),
      };
    },
  };
}

function firstState(now: number): State {
  const stream = () => ({ watermark: now - FIRST_LOOK_BACK_MS + OVERLAP_MS, open: null });
  return {
    ready: false,
    expired: false,
    completeSince: now - FIRST_LOOK_BACK_MS,
    active: stream(),
    finished: stream(),
    finishedDueAt: now,
  };
}

/** Goes back to before a lost chunk was fetched. */
function rewind(state: State, since: number, now: number): void {
  const from = Math.max(now - MOST_LOOK_BACK_MS, since - FIRST_LOOK_BACK_MS);
  state.active = { watermark: Math.min(state.active.watermark, from), open: null };
  state.finished = { watermark: Math.min(state.finished.watermark, from), open: null };
  state.finishedDueAt = now;
}

const openWindow = (watermark: number, now: number): Window => ({
  from: Math.max(watermark - OVERLAP_MS, now - MOST_LOOK_BACK_MS),
  to: now,
  page: 0,
  count: 0,
  moved: false,
});

/** `page` counts down; -1 when all is read. */
const isComplete = (window: Window): boolean => window.page < 0;

function advance(window: Window, page: { pages: number; count: number }): void {
  const wasFirstLook = window.page === 0;
  if (wasFirstLook) {
    if (page.pages > ORDER_MOST_PAGES && window.to - window.from > MINUTE) {
      // More than AliExpress hands out for one window: take the older half first.
      window.to = window.from + Math.floor((window.to - window.from) / 2);
      return;
    }
    window.count = page.count;
    window.page = page.pages > 1 ? Math.min(page.pages, ORDER_MOST_PAGES) : -1;
    return;
  }
  if (page.count !== window.count) window.moved = true;
  if (window.page === 1) {
    window.page = -1;
    return;
  }
  window.page = Math.min(window.page - 1, page.pages);
  if (window.page <= 1) window.page = window.moved ? 1 : -1;
}

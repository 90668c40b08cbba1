/** The source of the search for the call budget. It reads the store, so it costs no call. */

import { convert } from '../aliexpress/convert.ts';
import { callBudget } from '../aliexpress/records/call-budget.ts';
import { type InputsOf, source } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { type Bilingual, fail, isProblem } from '../problems.ts';
import { MINUTE } from '../runtime.ts';
import type { Credits, Tracker } from '../trackers/tracker.ts';
import { WAITING_REASONS } from './alert-words.ts';
import type { FeedServices } from './engine/feed.ts';
import { type FeedKey, type FeedStatus, feedKeys, plannedOf, readFeedStatus } from './engine/feed-status.ts';

export const budgetStatus = source({
  key: 'call_budget',
  record: callBudget,
  reads: [],
  readsInputs: ['min_calls_left'],
});

/** What limits the calls of all feeds now. */
interface Limits {
  now: number;
  /** The quota day and its end, epoch milliseconds. */
  day: { name: string; end: number };
  left: number;
  /** Epoch milliseconds; null if the calls are not paused. */
  pausedUntil: number | null;
}

/**
 * The state of the budget, as one record; none if fewer calls are left than the input asks for.
 * @throws Problem `budget_unavailable`
 */
export async function readBudgetStatus(
  { seller, budget, store, clock, renewBy, tracker }: FeedServices,
  { min_calls_left: minCallsLeft }: InputsOf<typeof budgetStatus>,
): Promise<ValuesOf<typeof callBudget.fields>[]> {
  const now = clock.now();
  const day = budget.today();
  const [used, pause] = await Promise.all([budget.used(), budget.lastPause()]).catch(() =>
    fail('budget_unavailable', {}),
  );
  const pausedUntil = pause && pause.until > now ? pause.until : null;
  const left = budget.limit - used;
  if (left < Number(minCallsLeft ?? 0)) return [];
  const [credits, ...statuses] = await Promise.all([
    creditsOf(tracker),
    ...feedKeys.map(async (feed) => ({ feed, status: await readFeedStatus(store, seller, feed) })),
  ]);
  const limits = { now, day, left, pausedUntil };
  const known = statuses.flatMap(({ feed, status }) => (status ? [{ feed, status }] : []));
  const planned = plannedOf(
    known.map(({ status }) => status),
    budget.limit,
    day,
  );
  const raw = {
    day: day.name,
    calls_used: used,
    calls_left: left,
    call_limit: budget.limit,
    resets_at: day.end,
    ...(pausedUntil !== null && { paused_until: pausedUntil }),
    ...(renewBy !== undefined && { reconnect_by: renewBy }),
    ...(credits && { tracker_credits_used: credits.used, tracker_credits_left: credits.left }),
    ...rawParcels(statuses.find(({ feed }) => feed === 'parcels')?.status),
    feeds: known.map(({ feed, status }, n) => rawFeed(feed, status, { ...limits, planned: planned[n] ?? 0 })),
  };
  return [convert(callBudget, raw, now)?.values ?? fail('budget_unavailable', {})];
}

const rawParcels = ({ parcels }: Partial<FeedStatus> = {}) =>
  parcels && {
    parcels_under_way: parcels.underWay,
    parcels_tracked: parcels.tracked,
    parcels_checked: parcels.checked,
    parcels_not_watched: parcels.unwatched,
  };

/** Costs neither a call nor a credit. Undefined where the tracker does not answer: the calls are shown all the same. */
async function creditsOf(tracker: Tracker | undefined): Promise<Credits | undefined> {
  try {
    return await tracker?.credits();
  } catch (error) {
    if (!isProblem(error)) throw error;
    return undefined;
  }
}

/** The raw object of one feed in the record. */
function rawFeed(feed: FeedKey, status: FeedStatus, limits: Limits & { planned: number }) {
  const { now, day, left, pausedUntil, planned } = limits;
  const { delays, waiting } = status;
  const reason = reasonFor(status, limits);
  const isToday = status.day === day.name;
  const hasDelays = isToday && delays.count > 0;
  return {
    feed,
    last_checked_at: status.visitedAt,
    // No visit is made before there are calls again.
    next_check_at: Math.max(now, status.nextAt, pausedUntil ?? 0, left <= 0 ? day.end : 0),
    ...(hasDelays && { average_delay_minutes: Math.round(delays.sumMs / delays.count / MINUTE) }),
    ...(isToday && { calls_planned: Math.round(planned), calls_used_today: status.spent }),
    waiting_count: waiting?.count ?? 0,
    ...(waiting && { waiting_since: waiting.since }),
    waiting_reason: reason.en,
    waiting_reason_zh: reason.zh,
  };
}

function reasonFor({ waiting, readsWholeLists }: FeedStatus, { left, pausedUntil }: Limits): Bilingual {
  if (waiting && pausedUntil !== null) return WAITING_REASONS.paused;
  if (waiting && left <= 0) return WAITING_REASONS.used_up;
  if (readsWholeLists) return WAITING_REASONS.whole_lists;
  return waiting ? WAITING_REASONS.paced : WAITING_REASONS.none;
}

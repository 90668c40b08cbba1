/**
 * What is known about an account without AliExpress: the budget, pauses, the end of the connection. It comes from the
 * store, so it costs no call.
 */

import { convert } from '../aliexpress/convert.ts';
import { accountAlert } from '../aliexpress/records/account-alert.ts';
import { callBudget } from '../aliexpress/records/call-budget.ts';
import { fill } from '../pack/evaluate.ts';
import { type FeedDeclaration, type InputsOf, source } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { type Bilingual, fail } from '../problems.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { ALERTS, type AlertType, WAITING_REASONS } from './alert-words.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { type FeedStatus, feedKeys, readFeedStatus } from './engine/feed-status.ts';

export const account: FeedDeclaration<typeof accountAlert.fields> = {
  key: 'account',
  record: accountAlert,
  reads: [],
  freshness: {
    en: 'Checked at every run of the workflow. Uses no call.',
    zh: '流程每次运行时检查，不消耗调用。',
  },
};

export const budgetStatus = source({
  key: 'call_budget',
  record: callBudget,
  reads: [],
  readsInputs: ['min_calls_left'],
});

/** Percentages of the daily limit at which an alert is raised. */
const BUDGET_THRESHOLDS = [80, 100] as const;
/** AliExpress pauses callers for a second or two now and then; no alert is raised for these. */
const MIN_REPORTED_PAUSE_MS = 2 * MINUTE;
/** A pause is still reported this long after its end. */
const MAX_PAUSE_AGE_MS = HOUR;
/** How long before its end a connection is reported, longest first. */
const RECONNECT_NOTICES_DAYS = [14, 3, 1] as const;

interface Alert {
  id: string;
  type: AlertType;
  facts?: Record<string, number>;
  /** Epoch milliseconds. */
  until: number;
}

export function createAccountFeed(services: FeedServices): FeedEngine {
  const { budget, clock, renewBy } = services;

  async function budgetAlerts(now: number): Promise<Alert[]> {
    const used = await budget.used();
    const { name, start, end } = budget.today();
    const elapsed = Math.round(((now - start) / (end - start)) * 100);
    return BUDGET_THRESHOLDS.filter((percent) => used >= (budget.limit * percent) / 100).map((percent) => ({
      id: `${name}/budget_${percent}`,
      type: `budget_${percent}`,
      facts: { used, limit: budget.limit, elapsed },
      until: end,
    }));
  }

  async function pauseAlerts(now: number): Promise<Alert[]> {
    const until = await budget.lastBan();
    if (until === null || now - until > MAX_PAUSE_AGE_MS) return [];
    const isOver = until <= now;
    if (!isOver && until - now < MIN_REPORTED_PAUSE_MS) return [];
    return [{ id: `calls_paused/${until}`, type: 'calls_paused', until }];
  }

  function reconnectAlerts(now: number): Alert[] {
    if (renewBy === undefined) return [];
    const notice = RECONNECT_NOTICES_DAYS.findLast((days) => renewBy - now <= days * DAY);
    if (notice === undefined) return [];
    return [{ id: `reconnect_soon/${renewBy}/${notice}`, type: 'reconnect_soon', until: renewBy }];
  }

  async function known() {
    const now = clock.now();
    const alerts = await Promise.all([budgetAlerts(now), pauseAlerts(now)]).catch(() => []);
    return [...alerts.flat(), ...reconnectAlerts(now)].flatMap(
      (alert) => convert(accountAlert, rawAlert(alert, now), now)?.values ?? [],
    );
  }
  return { read: async () => ({ records: await known(), completeSince: 0 }), known };
}

/** The raw object of the record. */
function rawAlert({ id, type, facts, until }: Alert, now: number) {
  const { headline, detail } = ALERTS[type];
  const values = { ...facts, until: new Date(until).toISOString() };
  return {
    alert_id: id,
    alert_type: type,
    headline: fill(headline.en, values, now),
    headline_zh: fill(headline.zh, values, now),
    detail: fill(detail.en, values, now),
    detail_zh: fill(detail.zh, values, now),
    raised_at: now,
    until,
  };
}

/**
 * How the budget stands; nothing, where fewer calls are left than the input asks for.
 * @throws Problem `budget_unavailable`
 */
export async function readBudgetStatus(
  services: FeedServices,
  { min_calls_left: minCallsLeft }: InputsOf<typeof budgetStatus>,
): Promise<ValuesOf<typeof callBudget.fields>[]> {
  const { seller, budget, store, clock, renewBy } = services;
  const now = clock.now();
  const day = budget.today();
  const [used, lastBan] = await Promise.all([budget.used(), budget.lastBan()]).catch(() =>
    fail('budget_unavailable', {}),
  );
  const pausedUntil = lastBan !== null && lastBan > now ? lastBan : null;
  const left = budget.limit - used;
  if (left < Number(minCallsLeft ?? 0)) return [];
  const statuses = await Promise.all(
    feedKeys.map(async (feed) => ({ feed, status: await readFeedStatus(store, seller, feed) })),
  );

  const reasonFor = ({ waiting }: FeedStatus): Bilingual => {
    if (!waiting) return WAITING_REASONS.none;
    if (pausedUntil !== null) return WAITING_REASONS.paused;
    return left <= 0 ? WAITING_REASONS.used_up : WAITING_REASONS.paced;
  };
  const feeds = statuses.flatMap(({ feed, status }) => {
    if (!status) return [];
    const { delays, waiting } = status;
    const reason = reasonFor(status);
    const isToday = status.day === day.name && delays.count > 0;
    return {
      feed,
      last_checked_at: status.visitedAt,
      // Nothing is asked before there are calls again.
      next_check_at: Math.max(now, status.nextAt, pausedUntil ?? 0, left <= 0 ? day.end : 0),
      ...(isToday && { average_delay_minutes: Math.round(delays.sumMs / delays.count / MINUTE) }),
      waiting_count: waiting?.count ?? 0,
      ...(waiting && { waiting_since: waiting.since }),
      waiting_reason: reason.en,
      waiting_reason_zh: reason.zh,
    };
  });
  const raw = {
    day: day.name,
    calls_used: used,
    calls_left: left,
    call_limit: budget.limit,
    resets_at: day.end,
    ...(pausedUntil !== null && { paused_until: pausedUntil }),
    ...(renewBy !== undefined && { reconnect_by: renewBy }),
    feeds,
  };
  return [convert(callBudget, raw, now)?.values ?? fail('budget_unavailable', {})];
}

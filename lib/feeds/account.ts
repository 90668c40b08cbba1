/**
 * The account feed: alerts about the budget, pauses, the clock and the end of the connection. They come from the store,
 * so they cost no call.
 */

import { convert } from '../aliexpress/convert.ts';
import { accountAlert } from '../aliexpress/records/account-alert.ts';
import { MAX_CLOCK_ERROR_MS } from '../aliexpress/server-time.ts';
import { toIso } from '../aliexpress/time.ts';
import { fill } from '../pack/evaluate.ts';
import { literalText } from '../pack/foreign-text.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import { type Bilingual, CLOCK_DIRECTIONS } from '../problems.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { ALERTS, type Alert, FEED_NAMES, SKIP_CAUSES, skippedWords } from './alert-words.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { alertAbout, type Failure } from './engine/feed-failure.ts';
import { type FeedKey, feedKeys, readFeedStatus } from './engine/feed-status.ts';
import { skippedSpans } from './engine/skipped-events.ts';
import type { SkippedSpan } from './engine/skipped-spans.ts';
import { remember } from './engine/snapshot-memo.ts';
import { readTrackerAccount } from './tracker-account.ts';
import { trackerAlerts, trackerDownAlerts } from './tracker-alerts.ts';

export const account: FeedDeclaration<typeof accountAlert.fields> = {
  key: 'account',
  record: accountAlert,
  reads: [],
  cost: {
    en: 'none',
    zh: '不消耗',
  },
  freshness: {
    en: 'Checked at every run of the workflow. Uses no call.',
    zh: '流程每次运行时检查，不消耗调用。',
  },
};

/**
 * Percentages of the daily limit at which an alert is raised, and up to which percentage of the day. The feeds spread
 * nearly all calls over the day, so 80 percent are used by every evening, and are news only before it.
 */
const BUDGET_THRESHOLDS = [
  { percent: 80, untilElapsed: 60 },
  { percent: 100, untilElapsed: 100 },
] as const;
/** AliExpress often pauses callers for a second or two. No alert is raised for that. */
const MIN_REPORTED_PAUSE_MS = 2 * MINUTE;
/** A pause is still reported this long after its end. */
const MAX_PAUSE_AGE_MS = HOUR;
/** How long a feed fails before an alert is raised. The alert is repeated once a day. */
const MIN_REPORTED_FAILURE_MS = HOUR;
/** What a call leaves in the store is there this long after the call was claimed. */
const SETTLING_MS = MINUTE;
const MAX_CHECK_AGE_MS = 15 * MINUTE;
/** How long before its end a connection is reported, longest first. */
export const RECONNECT_NOTICES_DAYS = [14, 3, 1] as const;

/** Why the events of the span were not announced. */
export function causeOf({ orders, isIncompleteList, isHeld }: SkippedSpan): Bilingual {
  if (orders !== undefined) return SKIP_CAUSES.pause(orders);
  if (isIncompleteList) return SKIP_CAUSES.incomplete_list;
  return isHeld ? SKIP_CAUSES.held : SKIP_CAUSES.store_lost;
}

/** The span of a pause grows while it is found again, and two pauses may be read from the same start mark. */
const timeOf = ({ from, to, orders }: SkippedSpan) =>
  orders === undefined ? to : `${from}/${Math.floor(to / DAY)}`;

export function createAccountFeed(services: FeedServices): FeedEngine {
  const { seller, store, budget, clock, clockOffset, renewBy, memo } = services;

  async function budgetAlerts(now: number): Promise<Alert[]> {
    const used = await budget.used();
    const { name, start, end } = budget.today();
    if (used >= budget.limit && (await budget.isForgotten()))
      return [{ type: 'store_forgot', key: name, until: end }];
    const elapsed = Math.round(((now - start) / (end - start)) * 100);
    return BUDGET_THRESHOLDS.filter(
      ({ percent, untilElapsed }) => used >= (budget.limit * percent) / 100 && elapsed <= untilElapsed,
    ).map(({ percent }) => ({
      type: `budget_${percent}` as const,
      key: name,
      facts: { used, limit: budget.limit, elapsed },
      until: end,
    }));
  }

  async function failureAlerts(): Promise<Alert[]> {
    const statuses = await Promise.all(feedKeys.map((feed) => readFeedStatus(store, seller, feed)));
    return statuses.flatMap((status, n) => {
      const [failure, feed] = [status?.failure, feedKeys[n]];
      return (failure && feed && failureAlert(feed, failure)) ?? [];
    });
  }

  function clockAlerts(): Alert[] {
    const offset = clockOffset?.() ?? 0;
    if (Math.abs(offset) <= MAX_CLOCK_ERROR_MS) return [];
    const { name, end } = budget.today();
    const direction = CLOCK_DIRECTIONS[offset < 0 ? 'fast' : 'slow'];
    const facts = { minutes: Math.round(Math.abs(offset) / MINUTE), direction };
    return [{ type: 'clock_wrong', key: name, facts, until: end }];
  }

  async function skippedAlerts(): Promise<Alert[]> {
    return (await skippedSpans(services)).map((span) => skippedAlert(span));
  }

  const toRecords = (alerts: Alert[], now: number) =>
    alerts.flatMap((alert) => convert(accountAlert, rawAlert(seller, alert, now), now)?.values ?? []);

  /** The alerts from the store. Only calls raise them, so they are read again once another call was claimed. */
  async function storedRecords(now: number) {
    const mark = await budget.mark();
    const last = memo.alerts.get(seller);
    const markSince = last?.mark === mark ? last.markSince : now;
    const isSettled = last !== undefined && last.readAt - markSince >= SETTLING_MS;
    if (isSettled && now - last.readAt < MAX_CHECK_AGE_MS) return last.records;
    const alerts = [
      budgetAlerts(now),
      pauseAlerts(services, now),
      failureAlerts(),
      trackerDownAlerts(services),
      skippedAlerts(),
    ];
    const records = toRecords((await Promise.all(alerts)).flat(), now);
    remember(memo.alerts, seller, { mark, markSince, readAt: now, records });
    return records;
  }

  async function known() {
    const now = clock.now();
    const [stored, account] = await Promise.all([
      storedRecords(now).catch(() => []),
      readTrackerAccount(services),
    ]);
    const alerts = [
      ...clockAlerts(),
      ...reconnectAlerts(renewBy, now),
      ...(account ? trackerAlerts(account, now) : []),
    ];
    return [...stored, ...toRecords(alerts, now)];
  }
  return { read: async () => ({ records: await known() }), known };
}

function failureAlert(feed: FeedKey, failure: Failure): Alert | undefined {
  const type = alertAbout(failure);
  if (!type) return undefined;
  const isBrief = failure.lastAt - failure.since < MIN_REPORTED_FAILURE_MS;
  // It is tried once a day, and does not pass by itself.
  if (isBrief && type !== 'permission_missing') return undefined;
  const days = Math.floor((failure.lastAt - failure.since) / DAY);
  // If the store loses when the failure began, the alert of the day keeps its id.
  const day = toIso(failure.since + days * DAY).slice(0, 'yyyy-MM-dd'.length);
  const { code } = failure.facts;
  const facts = {
    ...failure.facts,
    // AliExpress has written it, and what stands in an alert is not made literal again.
    ...(code !== undefined && { code: literalText(code) }),
    feed: FEED_NAMES[feed],
    since: toIso(failure.since),
  };
  return { type, key: `${feed}/${day}`, facts };
}

/** @param renewBy until when the connection can be renewed without the user, epoch milliseconds */
function reconnectAlerts(renewBy: number | undefined, now: number): Alert[] {
  if (renewBy === undefined) return [];
  const notice = RECONNECT_NOTICES_DAYS.findLast((days) => renewBy - now <= days * DAY);
  if (notice === undefined) return [];
  return [{ type: 'reconnect_soon', key: `${renewBy}/${notice}`, until: renewBy }];
}

async function pauseAlerts({ budget }: FeedServices, now: number): Promise<Alert[]> {
  const pause = await budget.lastPause();
  if (!pause || now - pause.until > MAX_PAUSE_AGE_MS) return [];
  const { limit, from, until } = pause;
  if (until - from < MIN_REPORTED_PAUSE_MS) return [];
  const type = limit === 'app' || limit === 'app_day' ? 'app_limited' : 'calls_paused';
  return [{ type, key: String(until), until }];
}

function skippedAlert(span: SkippedSpan, cause = causeOf(span)): Alert {
  const { from, to, at } = span;
  const feed = feedKeys.find((key) => key === span.feed);
  const facts = { from: toIso(from), to: toIso(to), cause, ...skippedWords(feed) };
  return { type: 'events_skipped', key: [feed ?? 'all', timeOf(span)].join('/'), facts, raisedAt: at };
}

/**
 * The record of an alert about a span whose events were not announced.
 * @param cause where it was the host that skipped them
 */
export const skippedRecord = (seller: string, span: SkippedSpan, cause?: Bilingual) =>
  convert(accountAlert, rawAlert(seller, skippedAlert(span, cause), span.at), span.at)?.values;

/** The record of an alert about visits that keep failing; undefined if there is none. */
export function failureRecord(seller: string, feed: FeedKey, failure: Failure) {
  const alert = failureAlert(feed, failure);
  return alert && convert(accountAlert, rawAlert(seller, alert, failure.lastAt), failure.lastAt)?.values;
}

/** The raw object of the record. */
function rawAlert(seller: string, { type, key, facts = {}, raisedAt, until }: Alert, now: number) {
  const { headline, detail } = ALERTS[type];
  const write = (template: Bilingual, language: keyof Bilingual): string => {
    const values = Object.entries(facts).map(([name, fact]) => [
      name,
      typeof fact === 'object' ? fact[language] : fact,
    ]);
    return fill(
      template[language],
      { ...Object.fromEntries(values), ...(until !== undefined && { until: toIso(until) }) },
      now,
    );
  };
  return {
    alert_id: `${seller}/${type}/${key}`,
    alert_type: type,
    headline: write(headline, 'en'),
    headline_zh: write(headline, 'zh'),
    detail: write(detail, 'en'),
    detail_zh: write(detail, 'zh'),
    raised_at: raisedAt ?? now,
    until,
  };
}

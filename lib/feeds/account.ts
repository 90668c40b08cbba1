/**
 * What the pack itself knows about an account: the budget, bans, the end of the connection. It asks the store and
 * nobody else, so it costs no call.
 */

import { convert } from '../aliexpress/convert.ts';
import { accountAlert } from '../aliexpress/records/account-alert.ts';
import { callBudget } from '../aliexpress/records/call-budget.ts';
import { fill } from '../pack/evaluate.ts';
import { type FeedDeclaration, type InputsOf, source } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { type Bilingual, fail } from '../problems.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
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
/** How long before its end a connection is reported, longest first. */
const RENEW_NOTICES_DAYS = [14, 3, 1] as const;

/** What an alert says, by its kind. A budget's detail begins with `BUDGET_FIGURES`. */
export const ALERT_WORDS = {
  budget_80: {
    headline: { en: "80 % of today's AliExpress calls are used", zh: '今天的速卖通接口调用已用 80%' },
    detail: {
      en: 'If this happens often, turn off what is not needed, or look less often.',
      zh: '如果经常出现，请停用不需要的流程，或降低查询频率。',
    },
  },
  budget_100: {
    headline: { en: "100 % of today's AliExpress calls are used", zh: '今天的速卖通接口调用已用 100%' },
    detail: {
      en: 'New calls come with the new day; nothing needs to be changed.',
      zh: '新的一天开始后自动恢复，无需任何操作。',
    },
  },
  banned: {
    headline: { en: 'AliExpress has paused this account', zh: '速卖通暂停了该账号的接口调用' },
    detail: {
      en: 'Too many requests in a short time, perhaps by another app of the same account. Calls go on by themselves; nothing needs to be changed.',
      zh: '短时间内请求过多，也可能来自同一账号的其他应用。到时会自动恢复，无需任何操作。',
    },
  },
  reconnect: {
    headline: { en: 'Reconnect the AliExpress shop soon', zh: '请尽快重新连接速卖通店铺' },
    detail: {
      en: 'AliExpress lets a connection be renewed for a limited time only. Before that time is over, sign in again once: in Zapier My Apps, this connection, Reconnect; in Make Connections, this connection, Reauthorize.',
      zh: '速卖通的授权只能在有限期内自动续期。请在到期前重新登录一次。Zapier：My Apps → 该连接 → Reconnect；Make：Connections → 该连接 → Reauthorize。',
    },
  },
} as const satisfies Record<string, { headline: Bilingual; detail: Bilingual }>;

/** {elapsed} is the part of the day that is over, in percent. */
export const BUDGET_FIGURES: Bilingual = {
  en: '{used} of {limit} calls after {elapsed} % of the day. ',
  zh: '一天过去了 {elapsed}%，已用 {used} / {limit} 次。',
};

interface Alert {
  alert_id: string;
  kind: keyof typeof ALERT_WORDS;
  headline: Bilingual;
  detail: Bilingual;
  /** Epoch milliseconds. */
  until: number;
}

export function createAccountFeed(services: FeedServices): FeedEngine {
  const { budget, clock, renewBy } = services;

  async function budgetAlerts(now: number): Promise<Alert[]> {
    const used = await budget.used();
    const day = budget.today();
    const elapsed = Math.round(((now - day.start) / (day.end - day.start)) * 100);
    const facts = { used, limit: budget.limit, elapsed };
    return BUDGET_THRESHOLDS.filter((mark) => used >= (budget.limit * mark) / 100).map((mark) => {
      const { headline, detail } = ALERT_WORDS[`budget_${mark}`];
      return {
        alert_id: `${day.name}/budget_${mark}`,
        kind: `budget_${mark}`,
        headline,
        detail: {
          en: fill(BUDGET_FIGURES.en, facts) + detail.en,
          zh: fill(BUDGET_FIGURES.zh, facts) + detail.zh,
        },
        until: day.end,
      };
    });
  }

  async function banAlerts(now: number): Promise<Alert[]> {
    const until = await budget.lastBan();
    if (until === null || until - now < -HOUR) return [];
    const isOver = until <= now;
    if (!isOver && until - now < MIN_REPORTED_PAUSE_MS) return [];
    return [
      {
        alert_id: `banned/${until}`,
        kind: 'banned',
        ...ALERT_WORDS.banned,
        until,
      },
    ];
  }

  function renewAlerts(now: number): Alert[] {
    if (renewBy === undefined) return [];
    const notice = RENEW_NOTICES_DAYS.findLast((days) => renewBy - now <= days * DAY);
    if (notice === undefined) return [];
    return [
      {
        alert_id: `reconnect/${renewBy}/${notice}`,
        kind: 'reconnect',
        ...ALERT_WORDS.reconnect,
        until: renewBy,
      },
    ];
  }

  const known = async () => {
    const now = clock.now();
    const alerts = await Promise.all([budgetAlerts(now), banAlerts(now)]).catch(() => []);
    return [...alerts.flat(), ...renewAlerts(now)].flatMap((alert) => {
      const { headline, detail, ...facts } = alert;
      const raw = {
        ...facts,
        raised_at: now,
        headline: headline.en,
        headline_zh: headline.zh,
        detail: detail.en,
        detail_zh: detail.zh,
      };
      return convert(accountAlert, raw, now)?.values ?? [];
    });
  };
  return { read: async () => ({ records: await known(), completeSince: 0 }), known };
}

const reasons: Record<'none' | 'banned' | 'used_up' | 'paced', Bilingual> = {
  none: { en: 'nothing waits', zh: '无等待' },
  banned: { en: 'AliExpress has paused the account', zh: '速卖通暂停了该账号' },
  used_up: { en: "today's calls are used up", zh: '今天的调用次数已用完' },
  paced: { en: "the day's calls are spread over the day", zh: '调用次数按计划分配到全天' },
};

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
  const bannedUntil = lastBan !== null && lastBan > now ? lastBan : null;
  const left = budget.limit - used;
  if (left < Number(minCallsLeft ?? 0)) return [];
  const statuses = await Promise.all(
    feedKeys.map(async (feed) => ({ feed, status: await readFeedStatus(store, seller, feed) })),
  );

  const reasonFor = ({ waiting }: FeedStatus): Bilingual => {
    if (!waiting) return reasons.none;
    if (bannedUntil !== null) return reasons.banned;
    return left <= 0 ? reasons.used_up : reasons.paced;
  };
  const feeds = statuses.flatMap(({ feed, status }) => {
    if (!status) return [];
    const { delays, waiting } = status;
    const reason = reasonFor(status);
    const isToday = status.day === day.name && delays.count > 0;
    return {
      feed,
      last_refresh_at: status.visitedAt,
      // Nothing is asked before there are calls again.
      next_expected_at: Math.max(now, status.nextAt, bannedUntil ?? 0, left <= 0 ? day.end : 0),
      ...(isToday && { average_delay_minutes: Math.round(delays.sumMs / delays.count / MINUTE) }),
      waiting_count: waiting?.count ?? 0,
      ...(waiting && { waiting_since: waiting.since }),
      reason: reason.en,
      reason_zh: reason.zh,
    };
  });
  const raw = {
    day: day.name,
    used,
    left,
    limit: budget.limit,
    resets_at: day.end,
    ...(bannedUntil !== null && { banned_until: bannedUntil }),
    ...(renewBy !== undefined && { renew_by: renewBy }),
    feeds,
  };
  return [convert(callBudget, raw, now)?.values ?? fail('budget_unavailable', {})];
}

/** A subscription that no client reads any more ends, so that it costs no calls. It goes on when a client reads it. */

import { DAY, HOUR } from '../../../runtime.ts';
import { alertsIn } from '../alerts/alerts.ts';
import type { Database } from '../database/database.ts';
import { writeIfPossible } from '../database/failures.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow } from '../shops/server-time.ts';
import { eventsIn } from './events.ts';
import { skippedEvent } from './skipped.ts';
import { type Subscription, subscriptionsIn } from './subscriptions.ts';

/** A day longer than its events are kept at most. Only the hours count in which the hub runs: a clock may be wrong. */
const MAX_UNREAD_HOURS = (31 * DAY) / HOUR;

const CAUSE = {
  en: 'Nobody had read the subscription for 31 days, so it had ended.',
  zh: '该订阅连续 31 天无人读取，期间已结束。',
};

type Runtime = Pick<HubRuntime, 'database' | 'vault' | 'clock' | 'memo'>;

/** Called once for every hour in which the hub runs. */
export function countUnreadHour(runtime: Runtime): void {
  const { database } = runtime;
  const now = serverNow(runtime);
  database.transaction(() => {
    for (const { id, shop, trigger } of unreadIn(database).count(MAX_UNREAD_HOURS, now)) {
      alertsIn(database).raise(
        {
          key: `ended ${id}`,
          shop,
          text: {
            en: `A subscription to ${trigger} has ended because no client has read it for 31 days. It goes on when a client reads it.`,
            zh: `${trigger} 的一个订阅已结束：连续 31 天没有客户端读取。客户端再次读取时恢复。`,
          },
        },
        now,
      );
    }
  });
}

/** Its client reads it. @returns whether it had ended and goes on, so that its feed is due */
export function recordRead(
  runtime: Pick<HubRuntime, 'database' | 'vault' | 'clock'>,
  subscription: Subscription,
): boolean {
  const { database, vault, clock } = runtime;
  const { id, kind, state, unread_hours: hours } = subscription;
  if (kind !== 'pull') return false;
  if (hours > 0) writeIfPossible(() => unreadIn(database).reset(id));
  if (state !== 'ended') return false;
  subscriptionsIn(database, vault).renew(id, clock.now());
  return true;
}

/** Its start mark is set. Its reader learns in which time events were not looked for. */
export function setStarted(
  runtime: Runtime & Pick<HubRuntime, 'registry'>,
  subscription: Subscription,
): void {
  const { database, vault } = runtime;
  database.transaction(() => {
    const endedAt = unreadIn(database).takeEndedAt(subscription.id);
    subscriptionsIn(database, vault).setStarted(subscription.id);
    if (endedAt === null) return;
    const now = serverNow(runtime);
    const span = { from: Math.min(endedAt, now), to: now };
    const event = skippedEvent(runtime, subscription, span, CAUSE);
    eventsIn(database).keepNew(subscription, [event], [], now);
  });
}

interface Unread {
  /** Counts one more hour for all that are on. @returns those that are ended because it was the last */
  count(maxHours: number, now: number): Pick<Subscription, 'id' | 'shop' | 'trigger'>[];
  reset(id: string): void;
  /** Forgets since when it had ended because nobody read it. @returns that, epoch milliseconds; null if it had not */
  takeEndedAt(id: string): number | null;
}

const unreadIn = ({ prepare }: Database): Unread => ({
  count: (maxHours, now) => {
    const isOn = "kind = 'pull' AND state IN ('starting', 'active')";
    prepare(`UPDATE subscriptions SET unread_hours = unread_hours + 1 WHERE ${isOn}`).run();
    return prepare(
      `UPDATE subscriptions SET state = 'ended', reason = 'nobody_reads', ended_at = coalesce(ended_at, ?)
       WHERE ${isOn} AND unread_hours >= ? RETURNING id, shop, trigger`,
    ).all(now, maxHours) as unknown as Pick<Subscription, 'id' | 'shop' | 'trigger'>[];
  },
  reset: (id) => {
    prepare('UPDATE subscriptions SET unread_hours = 0 WHERE id = ?').run(id);
  },
  takeEndedAt: (id) => {
    const at = prepare('SELECT ended_at AS at FROM subscriptions WHERE id = ?').get(id)?.at;
    if (typeof at !== 'number') return null;
    prepare('UPDATE subscriptions SET ended_at = NULL WHERE id = ?').run(id);
    return at;
  },
});

/** Deletes what has been kept for long enough. What was not delivered is tried first, and named when it is dropped. */

import { DAY, HOUR } from '../../../runtime.ts';
import { alertsIn } from '../alerts/alerts.ts';
import type { Database } from '../database/database.ts';
import type { HubRuntime } from '../runtime.ts';
import { type Loop, startLoop } from '../schedule/loop.ts';

/** How long each is kept, milliseconds. */
export interface Retention {
  /** The body of an event that was delivered, or that a client reads. */
  delivered: number;
  /** The body of an event that was not delivered. */
  undelivered: number;
  /** Its one line in the history. */
  history: number;
  /** The digest of its id, so that it is not announced again. */
  ids: number;
}

export const RETENTION: Retention = {
  delivered: 7 * DAY,
  undelivered: 30 * DAY,
  history: 30 * DAY,
  ids: 90 * DAY,
};

const ROWS_AT_ONCE = 500;
const MAX_TITLES = 5;

export interface Dropped {
  count: number;
  titles: { en: string; zh: string }[];
}

/** @returns what was dropped although it was never delivered */
export function deleteOld({ prepare, transaction }: Database, keep: Retention, now: number): Dropped {
  const open = "SELECT event FROM deliveries WHERE state IN ('waiting', 'parked')";
  const undelivered = "SELECT event FROM deliveries WHERE state != 'delivered'";
  return transaction(() => {
    const ofBodies = `body IS NOT NULL AND created_at < ? AND seq NOT IN (${undelivered})`;
    prepare(
      `UPDATE subscriptions SET deleted_seq = seq, deleted_at = newest
       FROM (SELECT subscription, max(seq) AS seq, max(occurred_at) AS newest FROM events WHERE ${ofBodies}
         GROUP BY subscription) WHERE id = subscription`,
    ).run(now - keep.delivered);
    prepare(`UPDATE events SET body = NULL WHERE ${ofBodies}`).run(now - keep.delivered);
    const dropped = prepare(
      `SELECT title, title_zh FROM events WHERE created_at < ? AND body IS NOT NULL AND seq IN (${open})
         AND seq IN (SELECT event FROM deliveries WHERE attempts > 0) ORDER BY seq LIMIT ?`,
    ).all(now - keep.undelivered, ROWS_AT_ONCE) as unknown as { title: string; title_zh: string }[];
    prepare(
      `DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE created_at < ?1
         AND NOT (seq IN (${open}) AND seq NOT IN (SELECT event FROM deliveries WHERE attempts > 0)) LIMIT ?2)`,
    ).run(now - Math.max(keep.history, keep.undelivered), ROWS_AT_ONCE);
    prepare('DELETE FROM event_ids WHERE created_at < ?').run(now - keep.ids);
    const titles = dropped.slice(0, MAX_TITLES).map(({ title, title_zh }) => ({ en: title, zh: title_zh }));
    return { count: dropped.length, titles };
  });
}

export function startRetention(runtime: HubRuntime): Loop {
  const { database, clock } = runtime;
  return startLoop(runtime, 'retention', () => {
    reportDropped(runtime, deleteOld(database, RETENTION, clock.now()));
    database.connection.exec('PRAGMA incremental_vacuum(1000)');
    return HOUR;
  });
}

function reportDropped({ database, clock }: HubRuntime, { count, titles }: Dropped): void {
  if (count === 0) return;
  const now = clock.now();
  alertsIn(database).raise(
    {
      key: `dropped ${now}`,
      text: {
        en: `${count} events could not be delivered for 30 days and were deleted: ${titles.map(({ en }) => en).join('; ')}`,
        zh: `${count} 条事件 30 天内未能送达，已删除：${titles.map(({ zh }) => zh).join('；')}`,
      },
    },
    now,
  );
}

/** Deletes what has been kept for long enough. What was not delivered is tried first, and named when it is dropped. */

import { DAY, HOUR, MINUTE } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';
import { alertsIn } from '../alerts/alerts.ts';
import type { Database } from '../database/database.ts';
import type { HubRuntime } from '../runtime.ts';
import { type Loop, startLoop } from '../schedule/loop.ts';
import type { KeepDays } from '../settings.ts';
import { deletionGate, serverNow } from '../shops/server-time.ts';
import { deleteEvents } from './delete-events.ts';
import { firstTitles, MAX_TITLES, type Missed } from './history.ts';
import { countUnreadHour } from './unread.ts';

const ROWS_AT_ONCE = 500;
/** Others may write meanwhile. */
const BETWEEN_PARTS_MS = 100;
/** What is removed meanwhile is erased together. */
const BETWEEN_ERASURES_MS = MINUTE;

export interface Dropped {
  /** What was never delivered, by shop. */
  missed: ReadonlyMap<string, Missed>;
  /** Whether there may be more to delete. */
  isPartial: boolean;
}

const OPEN = "SELECT event FROM deliveries WHERE state IN ('waiting', 'parked')";
/** What waits behind others and was never tried is kept until it is. */
const UNTRIED = `${OPEN} AND first_tried_at IS NULL`;
/** Examples, and what a recipe has left behind that was switched off, are missed by nobody. */
const MISSED = `
  SELECT event FROM deliveries JOIN subscriptions ON subscriptions.id = subscription
  WHERE deliveries.state IN ('waiting', 'parked', 'dead') AND NOT (kind = 'recipe' AND subscriptions.state = 'ended')`;

interface OldEvent {
  seq: number;
  shop: string;
  title: string;
  title_zh: string;
  isMissed: number;
}

const IS_READ = "subscription IN (SELECT id FROM subscriptions WHERE kind = 'pull')";
/** Several clients may read an event, each with a cursor of its own, so its body is kept as long as its line. */
const OLD_BODIES = `body IS NOT NULL AND created_at < :delivered AND NOT ${IS_READ}
  AND seq NOT IN (SELECT event FROM deliveries WHERE state != 'delivered')`;

const toMissed = (events: readonly OldEvent[]): Missed => ({
  count: events.length,
  titles: events.slice(0, MAX_TITLES).map(({ title, title_zh }) => ({ en: title, zh: title_zh })),
});

/**
 * Alerts are kept as long as the ids of events.
 * @returns what was dropped although it was never delivered
 */
export function deleteOld(database: Database, keep: KeepDays, now: number): Dropped {
  const { prepare, transaction } = database;
  const daysAgo = (days: number): number => now - days * DAY;
  const recordDeleted = (which: string, values: Record<string, number>) =>
    prepare(
      `UPDATE subscriptions SET deleted_seq = max(deleted_seq, last), deleted_at = max(coalesce(deleted_at, 0), newest)
       FROM (SELECT subscription, max(seq) AS last, max(occurred_at) AS newest FROM events
         WHERE event_id NOT LIKE 'example/%' AND ${which} GROUP BY subscription) WHERE id = subscription`,
    ).run(values);
  return transaction(() => {
    const before = { delivered: daysAgo(keep.delivered) };
    recordDeleted(OLD_BODIES, before);
    prepare(`UPDATE events SET body = NULL WHERE ${OLD_BODIES}`).run(before);
    const old = prepare(
      `SELECT seq, shop, title, title_zh, seq IN (${MISSED}) AND event_id NOT LIKE 'example/%' AS isMissed
       FROM events JOIN subscriptions ON subscriptions.id = subscription
       WHERE events.created_at < ? AND seq NOT IN (${UNTRIED}) ORDER BY seq LIMIT ?`,
    ).all(daysAgo(keep.events), ROWS_AT_ONCE) as unknown as OldEvent[];
    for (const { seq } of old) recordDeleted('body IS NOT NULL AND seq = :seq', { seq });
    deleteEvents(
      database,
      old.map(({ seq }) => seq),
    );
    prepare('DELETE FROM event_ids WHERE found_at < ?').run(daysAgo(keep.ids));
    prepare('DELETE FROM alerts WHERE created_at < ?').run(daysAgo(keep.ids));
    const byShop = Map.groupBy(
      old.filter(({ isMissed }) => isMissed === 1),
      ({ shop }) => shop,
    );
    const missed = new Map([...byShop].map(([shop, events]) => [shop, toMissed(events)]));
    return { missed, isPartial: old.length === ROWS_AT_ONCE };
  });
}

/** After a wake it erases what was removed, at most once a minute. What fails is logged, and done again a minute later. */
export function startRetention(runtime: HubRuntime): Loop {
  const { database, log } = runtime;
  const steady = steadyNow(runtime.clock);
  let dueAt = Number.NEGATIVE_INFINITY;
  let isHourOver = false;
  let eraseFrom = Number.NEGATIVE_INFINITY;
  const gate = deletionGate(runtime, MINUTE);
  function deletePart(): number {
    // What is deleted is named, or it is not deleted.
    const { isPartial } = database.transaction(() => {
      const dropped = deleteOld(database, runtime.hub.keepDays, serverNow(runtime));
      reportDropped(runtime, dropped);
      return dropped;
    });
    database.connection.exec('PRAGMA incremental_vacuum(1000)');
    if (isHourOver) countUnreadHour(runtime);
    isHourOver = !isPartial;
    return isPartial ? BETWEEN_PARTS_MS : HOUR;
  }
  /** @returns after how long it is to be called again, milliseconds */
  function erase(): number {
    if (!database.isErasureDue()) return HOUR;
    if (steady() < eraseFrom) return eraseFrom - steady();
    if (!database.eraseDeleted()) log('the log of SQLite cannot be emptied yet, and has deleted rows');
    eraseFrom = steady() + BETWEEN_ERASURES_MS;
    return HOUR;
  }
  /** A deletion that fails does not keep what was removed from being erased. @returns as `erase` */
  function deleteAndErase(): number {
    let eraseIn = HOUR;
    try {
      if (steady() >= dueAt) dueAt = steady() + (gate(deletePart) ?? MINUTE);
    } finally {
      eraseIn = erase();
    }
    return Math.min(eraseIn, dueAt - steady());
  }
  return startLoop(runtime, 'retention', () => {
    let pause = MINUTE;
    let isEmptied = true;
    try {
      pause = deleteAndErase();
    } finally {
      if (pause >= MINUTE) isEmptied = database.emptyLog();
    }
    return isEmptied ? pause : MINUTE;
  });
}

/** An alert of each shop, because titles are deleted with their shop. */
function reportDropped({ database, clock, hub }: HubRuntime, { missed }: Dropped): void {
  const now = clock.now();
  const { events: days } = hub.keepDays;
  for (const [shop, events] of missed) {
    const titles = firstTitles(events);
    alertsIn(database).raise(
      {
        key: `deleted ${shop} ${now}`,
        shop,
        text: {
          en: `${events.count} events could not be delivered for ${days} days and were deleted: ${titles.en}`,
          zh: `${events.count} 条事件 ${days} 天内未能送达，已删除：${titles.zh}`,
        },
      },
      now,
    );
  }
}

/** Events of subscriptions, each kept once, and what is to be done about them. */

import type { PackEvent } from '../../../pack/event.ts';
import { shortDigest } from '../../../stores/digest.ts';
import type { Database } from '../database/database.ts';
import { deliveriesIn } from '../deliveries/deliveries.ts';
import type { Subscription } from './subscriptions.ts';

export interface StoredEvent {
  /** Rises with every event of the hub. */
  seq: number;
  subscription: string;
  /** Null once it is no longer kept. */
  event: PackEvent | null;
  title: string;
  title_zh: string;
  createdAt: number;
}

/** An event as the history shows it, without its body. */
export interface HistoryLine {
  seq: number;
  shop: string;
  subscription: string;
  trigger: string;
  /** Of the subscription. */
  owner: string;
  kind: Subscription['kind'];
  title: string;
  title_zh: string;
  /** Epoch milliseconds. */
  occurredAt: number;
  createdAt: number;
  /** Whether its body is still kept, so that it can be sent again. */
  hasBody: boolean;
}

export interface Events {
  /**
   * Keeps the events that the subscription has not seen, oldest first, and one delivery for each of `steps`.
   * @returns how many were new
   */
  keepNew(
    subscription: Subscription,
    events: readonly PackEvent[],
    steps: readonly string[],
    now: number,
  ): number;
  /** Keeps an example, which is delivered like an event, but at once and whatever is known of the address. */
  keepExample(subscription: Subscription, event: PackEvent, steps: readonly string[], now: number): void;
  /** Those of the subscriptions with a number between the two. */
  between(
    subscriptions: readonly string[],
    range: { after: number; before?: number | undefined; order: 'asc' | 'desc'; limit: number },
  ): StoredEvent[];
  /**
   * What a reader that has the events up to `seq` can no longer get: the number of the last one, and the time of the
   * events, epoch milliseconds. Undefined if there is nothing.
   */
  deletedAfter(subscription: string, seq: number): { seq: number; from: number; to: number } | undefined;
  find(seq: number): StoredEvent | undefined;
  /** The newest events of all shops, or of one. */
  latest(limit: number, shop?: string): HistoryLine[];
  /** Events of all subscriptions of the shop since then, newest first. Examples are left out. */
  ofShop(shop: string, since: number, limit: number): PackEvent[];
}

interface Columns {
  seq: number;
  subscription: string;
  title: string;
  title_zh: string;
  created_at: number;
  body: string | null;
}

const toStored = ({ body, created_at, ...rest }: Columns): StoredEvent => ({
  ...rest,
  createdAt: created_at,
  event: body === null ? null : JSON.parse(body),
});

const DIGEST_LENGTH = 16;

export function eventsIn(database: Database): Events {
  const { prepare, transaction } = database;
  function keep(subscription: string, event: PackEvent, steps: readonly string[], now: number): number {
    const occurredAt = Date.parse(event.occurred_at ?? '') || now;
    const { lastInsertRowid } = prepare(
      `INSERT INTO events (subscription, event_id, title, title_zh, occurred_at, created_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(subscription, event.id, event.title, event.title_zh, occurredAt, now, JSON.stringify(event));
    for (const step of steps) {
      prepare(
        `INSERT INTO deliveries (event, subscription, step, state, occurred_at, due_at, attempts)
         VALUES (?, ?, ?, 'waiting', ?, ?, 0)`,
      ).run(lastInsertRowid, subscription, step, occurredAt, now);
    }
    return Number(lastInsertRowid);
  }
  return {
    keepNew: ({ id }, events, steps, now) =>
      transaction(() => {
        let count = 0;
        const oldestFirst = [...events].sort((a, b) => timeOf(a) - timeOf(b));
        for (const event of oldestFirst) {
          const { changes } = prepare(
            'INSERT INTO event_ids (subscription, digest, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
          ).run(id, shortDigest(event.id, DIGEST_LENGTH), now);
          if (Number(changes) === 0) continue;
          keep(id, event, steps, now);
          count += 1;
        }
        return count;
      }),
    keepExample: ({ id }, event, steps, now) =>
      transaction(() => deliveriesIn(database).sendAgain(keep(id, event, steps, now), now)),
    between: (subscriptions, { after, before = Number.MAX_SAFE_INTEGER, order, limit }) =>
      (
        prepare(
          `SELECT * FROM events
           WHERE subscription IN (SELECT value FROM json_each(?)) AND seq > ? AND seq < ?
           ORDER BY seq ${order} LIMIT ?`,
        ).all(JSON.stringify(subscriptions), after, before, limit) as unknown as Columns[]
      ).map(toStored),
    deletedAfter: (subscription, seq) =>
      prepare(
        `SELECT deleted_seq AS seq, deleted_at AS "to",
           coalesce((SELECT occurred_at FROM events WHERE seq = ?2), created_at) AS "from"
         FROM subscriptions WHERE id = ?1 AND deleted_seq > ?2`,
      ).get(subscription, seq) as { seq: number; from: number; to: number } | undefined,
    latest: (limit, shop) =>
      (
        prepare(
          `SELECT seq, shop, subscription, trigger, owner, kind, title, title_zh, occurred_at AS occurredAt,
             events.created_at AS createdAt, body IS NOT NULL AS hasBody
           FROM events JOIN subscriptions ON subscriptions.id = subscription
           WHERE ?1 IS NULL OR shop = ?1 ORDER BY seq DESC LIMIT ?2`,
        ).all(shop ?? null, limit) as unknown as (Omit<HistoryLine, 'hasBody'> & { hasBody: number })[]
      ).map((line) => ({ ...line, hasBody: line.hasBody === 1 })),
    ofShop: (shop, since, limit) =>
      (
        prepare(
          `SELECT max(seq) AS seq, body FROM events
           WHERE subscription IN (SELECT id FROM subscriptions WHERE shop = ?) AND created_at >= ?
             AND body IS NOT NULL AND event_id NOT LIKE 'example/%'
           GROUP BY event_id ORDER BY seq DESC LIMIT ?`,
        ).all(shop, since, limit) as unknown as Columns[]
      ).flatMap(({ body }) => (body === null ? [] : [JSON.parse(body)])),
    find: (seq) => {
      const row = prepare('SELECT * FROM events WHERE seq = ?').get(seq) as Columns | undefined;
      return row && toStored(row);
    },
  };
}

const timeOf = ({ occurred_at }: PackEvent): number => Date.parse(occurred_at ?? '') || 0;

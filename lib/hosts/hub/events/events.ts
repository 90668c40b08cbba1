/** Events of subscriptions, each kept once, and what is to be done about them. */

import type { PackEvent } from '../../../pack/event.ts';
import { shortDigest } from '../../../stores/digest.ts';
import type { Database } from '../database/database.ts';
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
  /** Keeps an example, which is delivered like an event. */
  keepExample(subscription: Subscription, event: PackEvent, steps: readonly string[], now: number): void;
  /** Those after `seq`, oldest first. */
  after(subscription: string, seq: number, limit: number): StoredEvent[];
  find(seq: number): StoredEvent | undefined;
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

export function eventsIn({ prepare, transaction }: Database): Events {
  function keep(subscription: string, event: PackEvent, steps: readonly string[], now: number): void {
    const { lastInsertRowid } = prepare(
      `INSERT INTO events (subscription, event_id, title, title_zh, occurred_at, created_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      subscription,
      event.id,
      event.title,
      event.title_zh,
      Date.parse(event.occurred_at ?? '') || now,
      now,
      JSON.stringify(event),
    );
    for (const step of steps) {
      prepare(
        `INSERT INTO deliveries (event, subscription, step, state, due_at, attempts)
         VALUES (?, ?, ?, 'waiting', ?, 0)`,
      ).run(lastInsertRowid, subscription, step, now);
    }
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
    keepExample: ({ id }, event, steps, now) => transaction(() => keep(id, event, steps, now)),
    after: (subscription, seq, limit) =>
      (
        prepare('SELECT * FROM events WHERE subscription = ? AND seq > ? ORDER BY seq LIMIT ?').all(
          subscription,
          seq,
          limit,
        ) as unknown as Columns[]
      ).map(toStored),
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

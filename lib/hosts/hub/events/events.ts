/** Events of subscriptions, each kept once, and what is to be done about them. */

import type { PackEvent } from '../../../pack/event.ts';
import { DAY } from '../../../runtime.ts';
import { shortDigest } from '../../../stores/digest.ts';
import type { Database } from '../database/database.ts';
import { deliveriesIn } from '../deliveries/deliveries.ts';
import { deleteEvents } from './delete-events.ts';
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

export interface KeptEvent {
  seq: number;
  event: PackEvent;
}

/** Events of one subscription that are no longer kept. */
export interface DeletedEvents {
  subscription: string;
  /** The number of the last one. */
  seq: number;
  /** When they occurred, epoch milliseconds. */
  from: number;
  to: number;
}

export interface Events {
  /**
   * Keeps the events that the subscription has not seen, oldest first, and one delivery for each of `steps`.
   * @param now by the machine's clock, which plans deliveries
   * @param foundAt now by AliExpress's clock
   * @returns how many were new
   */
  keepNew(
    subscription: Subscription,
    events: readonly PackEvent[],
    steps: readonly string[],
    now: number,
    foundAt?: number,
  ): number;
  /**
   * Keeps an example, which is delivered like an event, but at once and whatever is known of the address. The oldest of
   * too many are deleted.
   */
  keepExample(subscription: Subscription, event: PackEvent, steps: readonly string[], now: number): void;
  /** Those of the subscriptions with a number between the two whose body is kept. */
  between(
    subscriptions: readonly string[],
    range: { after: number; before?: number | undefined; order: 'asc' | 'desc'; limit: number },
  ): KeptEvent[];
  /** The number of the event of the subscriptions that has `count` others between itself and `seq`. */
  followingSeq(subscriptions: readonly string[], seq: number, count: number): number | undefined;
  /** What a reader of the subscriptions that has the events up to `seq` can no longer get. */
  deletedAfter(subscriptions: readonly string[], seq: number): DeletedEvents[];
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
/** Of a subscription. Anybody with its key may have another one sent. */
const MAX_EXAMPLES = 20;
/** Some conditions last for longer than a digest is kept, and are found at every visit. */
const FOUND_AGAIN_MS = 10 * DAY;

export function eventsIn(database: Database): Events {
  const { prepare, transaction } = database;
  function keep(
    subscription: string,
    event: PackEvent,
    steps: readonly string[],
    now: number,
    foundAt = now,
  ): number {
    const occurredAt = Date.parse(event.occurred_at ?? '') || foundAt;
    const { lastInsertRowid } = prepare(
      `INSERT INTO events (subscription, event_id, title, title_zh, occurred_at, created_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(subscription, event.id, event.title, event.title_zh, occurredAt, foundAt, JSON.stringify(event));
    for (const step of steps) {
      prepare(
        `INSERT INTO deliveries (event, subscription, step, state, occurred_at, due_at, planned_at, attempts)
         VALUES (?1, ?2, ?3, 'waiting', ?4, ?5, ?5, 0)`,
      ).run(lastInsertRowid, subscription, step, occurredAt, now);
    }
    return Number(lastInsertRowid);
  }
  return {
    keepNew: ({ id }, events, steps, now, foundAt = now) =>
      transaction(() => {
        const unknown = new Map<string, PackEvent>();
        for (const event of events) {
          const digest = shortDigest(event.id, DIGEST_LENGTH);
          const known = prepare(
            'SELECT found_at AS foundAt FROM event_ids WHERE subscription = ? AND digest = ?',
          ).get(id, digest);
          if (!known) unknown.set(digest, event);
          else if (Number(known.foundAt) < foundAt - FOUND_AGAIN_MS)
            prepare('UPDATE event_ids SET found_at = ? WHERE subscription = ? AND digest = ?').run(
              foundAt,
              id,
              digest,
            );
        }
        for (const [digest, event] of [...unknown].sort(([, a], [, b]) => timeOf(a) - timeOf(b))) {
          const seq = keep(id, event, steps, now, foundAt);
          prepare(
            `INSERT INTO event_ids (subscription, digest, seq, occurred_at, found_at)
             SELECT subscription, ?, seq, occurred_at, created_at FROM events WHERE seq = ?`,
          ).run(digest, seq);
        }
        return unknown.size;
      }),
    keepExample: ({ id }, event, steps, now) =>
      transaction(() => {
        deliveriesIn(database).sendAgain(keep(id, event, steps, now), now);
        const tooMany = prepare(
          `SELECT seq FROM events WHERE subscription = ? AND event_id LIKE 'example/%' AND NOT EXISTS (
             SELECT * FROM deliveries WHERE event = seq AND started_at IS NOT NULL)
           ORDER BY seq DESC LIMIT -1 OFFSET ?`,
        ).all(id, MAX_EXAMPLES);
        deleteEvents(
          database,
          tooMany.map(({ seq }) => Number(seq)),
        );
      }),
    between: (subscriptions, { after, before = Number.MAX_SAFE_INTEGER, order, limit }) =>
      (
        prepare(
          `SELECT seq, body FROM events
           WHERE subscription IN (SELECT value FROM json_each(?)) AND seq > ? AND seq < ? AND body IS NOT NULL
           ORDER BY seq ${order} LIMIT ?`,
        ).all(JSON.stringify(subscriptions), after, before, limit) as unknown as {
          seq: number;
          body: string;
        }[]
      ).map(({ seq, body }) => ({ seq, event: JSON.parse(body) })),
    followingSeq: (subscriptions, seq, count) => {
      const row = prepare(
        `SELECT seq FROM events
         WHERE subscription IN (SELECT value FROM json_each(?)) AND seq > ? AND body IS NOT NULL
         ORDER BY seq LIMIT 1 OFFSET ?`,
      ).get(JSON.stringify(subscriptions), seq, count);
      return row && Number(row.seq);
    },
    deletedAfter: (subscriptions, seq) =>
      // Without a digest of what the reader has, older ones that it lacks may be deleted too.
      prepare(
        `WITH wanted AS (SELECT value FROM json_each(?1))
         SELECT id AS subscription, deleted_seq AS seq, deleted_at AS "to",
           coalesce(
             (SELECT min(occurred_at) FROM event_ids
              WHERE subscription = subscriptions.id AND seq > ?2 AND seq <= deleted_seq
                AND EXISTS (SELECT * FROM event_ids WHERE subscription IN wanted AND seq <= ?2)),
             created_at) AS "from"
         FROM subscriptions WHERE id IN wanted AND deleted_seq > ?2`,
      ).all(JSON.stringify(subscriptions), seq) as unknown as DeletedEvents[],
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

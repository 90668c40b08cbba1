/** The deliveries that are open: in the order of events, one at a time for each subscription and step. */

import { DAY } from '../../../runtime.ts';
import type { Alert } from '../alerts/alerts.ts';
import type { Database } from '../database/database.ts';
import type { Reason } from '../reasons.ts';

export interface Delivery {
  id: number;
  /** Number of the event. */
  event: number;
  subscription: string;
  /** `webhook`, or a step of a recipe. */
  step: string;
  state: 'waiting' | 'parked';
  /** Attempts that were made before this one. */
  attempts: number;
  firstTriedAt: number | null;
  /** Somebody has asked for this attempt. */
  isSentByHand: boolean;
}

/** What is known of one delivery. */
export interface DeliveryState {
  event: number;
  step: string;
  state: Delivery['state'] | 'delivered' | 'unknown' | 'dead';
  attempts: number;
  /** When an open one is due, epoch milliseconds. */
  dueAt: number;
  finishedAt: number | null;
  reason: Reason | null;
}

/**
 * What an attempt ended in. `isPostponed`: nothing was tried yet. `isUncounted`: the attempt is none of those after which
 * the delivery is given up.
 */
export type Outcome =
  | { state: 'delivered' }
  | { state: 'unknown' | 'dead'; reason: Reason }
  | { state: 'waiting' | 'parked'; dueAt: number; reason: Reason; isPostponed?: true; isUncounted?: true };

/** An outcome, and the alert that it raises or the key of the one that it ends. */
export interface DeliveryResult {
  outcome: Outcome;
  /** Worded once the outcome is recorded, if it counts what was recorded. */
  alert?: Alert | (() => Alert);
  ends?: string;
}

export interface Deliveries {
  /** Takes deliveries that are due, first of shops that have few under way, and records that an attempt begins. */
  take(now: number, limit: number): Delivery[];
  /** False for one whose subscription was removed. */
  isStored(delivery: Delivery): boolean;
  /**
   * Records what an attempt ended in. What would wait for a subscription that has ended is given up.
   * @returns the state that was recorded
   */
  finish(delivery: Delivery, outcome: Outcome, now: number): DeliveryState['state'];
  /** Whether any delivery by this step of the subscription is open. */
  isAnyOpen(step: Pick<Delivery, 'subscription' | 'step'>): boolean;
  /** When the next one is due that may be taken now, epoch milliseconds; undefined if there is none. */
  nextDueAt(): number | undefined;
  /** How many are open. */
  waiting(): number;
  /** Since when the oldest of them waits, epoch milliseconds; undefined if none is open. */
  waitingSince(): number | undefined;
  /** Deliveries whose attempt a killed process did not finish. */
  interrupted(): Delivery[];
  /** What is known of the deliveries of events. */
  ofEvents(events: readonly number[]): DeliveryState[];
  /**
   * Has deliveries of an event that are not under way made once more, out of the order of events and whatever is known of
   * the address: those of one step; or those that have not arrived, and if all have, all.
   * @returns their numbers
   */
  sendAgain(event: number, now: number, step?: string): number[];
  /** The same for all that were given up in the shop, except what ended with its subscription or recipe. */
  sendAllAgain(shop: string, now: number): number[];
  /** How many these are. */
  givenUp(shop: string): number;
  /** Makes what waits for another attempt due at once. */
  retryNow(subscription: string, now: number): void;
  /** The clock may have been set back. What was planned before that becomes due as much earlier. */
  setBack(now: number): void;
  /** Ends every open delivery of the subscription. */
  endAll(subscription: string, reason: Reason, now: number): void;
}

/** Nothing is due later, unless the clock was set back. */
const LONGEST_PAUSE_MS = DAY;

interface Columns extends Omit<Delivery, 'firstTriedAt' | 'isSentByHand'> {
  first_tried_at: number | null;
  sent_again_at: number | null;
}

const COLUMNS = 'id, event, subscription, step, state, attempts, first_tried_at, sent_again_at';
const toDelivery = ({ first_tried_at, sent_again_at, ...rest }: Columns): Delivery => ({
  ...rest,
  firstTriedAt: first_tried_at,
  isSentByHand: sent_again_at !== null,
});

/** The first delivery in this state of each subscription and step, unless one is under way. */
const firstOf = (state: Delivery['state'], order: string): string => `
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY subscription, step ORDER BY ${order}, id) AS place
    FROM deliveries AS open WHERE state = '${state}' AND NOT EXISTS (
      SELECT * FROM deliveries AS running WHERE running.started_at IS NOT NULL AND running.state = '${state}'
        AND running.subscription = open.subscription AND running.step = open.step)
  ) WHERE place = 1`;
/** One of each, so that a receiver that does not answer leaves room for others. */
const HEADS = `${firstOf('waiting', 'occurred_at')} UNION ALL ${firstOf('parked', 'sent_again_at IS NULL, due_at')}`;
/** Only the first event of a hook whose address is gone is tried, and what somebody has sent again. */
const OPEN = `started_at IS NULL AND id IN (${HEADS}) AND (sent_again_at IS NOT NULL OR subscription IN (
  SELECT id FROM subscriptions WHERE state != 'ended'
    AND (target_state = 'open' OR (target_state = 'gone' AND deliveries.state = 'waiting'))))`;

/** Attempts of one shop at once: receivers that answer slowly leave room for other shops. */
const MAX_OF_SHOP = 8;
const RUNNING = `SELECT of_shop.shop, count(*) AS n FROM deliveries AS running
  JOIN subscriptions AS of_shop ON of_shop.id = running.subscription
  WHERE running.started_at IS NOT NULL GROUP BY of_shop.shop`;

const SEND_AGAIN = `UPDATE deliveries SET state = 'parked', due_at = :now, planned_at = :now, sent_again_at = :now,
  attempts = 0, first_tried_at = NULL, finished_at = NULL`;
/** Of deliveries: what ended with a recipe that was switched off is not missed. */
export const GIVEN_UP = "state = 'dead' AND reason IS NOT 'recipe_switched_off'";
const GIVEN_UP_IN_SHOP = `${GIVEN_UP} AND subscription IN (
  SELECT id FROM subscriptions WHERE shop = :shop AND subscriptions.state != 'ended')`;

export function deliveriesIn({ prepare, transaction }: Database): Deliveries {
  return {
    take: (now, limit) =>
      transaction(() => {
        const due = prepare(
          `WITH busy AS (${RUNNING}), due AS (
             SELECT * FROM deliveries WHERE (due_at <= ?1 OR due_at > ?2) AND ${OPEN}),
           placed AS (
             SELECT due.*, coalesce(busy.n, 0) + row_number() OVER (PARTITION BY subscriptions.shop ORDER BY due.id) AS place
             FROM due JOIN subscriptions ON subscriptions.id = due.subscription
             LEFT JOIN busy ON busy.shop = subscriptions.shop)
           SELECT ${COLUMNS} FROM placed WHERE place <= ${MAX_OF_SHOP} ORDER BY place, id LIMIT ?3`,
        ).all(now, now + LONGEST_PAUSE_MS, limit) as unknown as Columns[];
        for (const { id } of due) {
          prepare(
            `UPDATE deliveries SET started_at = ?1, attempts = attempts + 1,
               first_tried_at = coalesce(first_tried_at, ?1) WHERE id = ?2`,
          ).run(now, id);
        }
        return due.map(toDelivery);
      }),
    isStored: ({ id }) => prepare('SELECT 1 FROM deliveries WHERE id = ?').get(id) !== undefined,
    finish: ({ id, firstTriedAt }, outcome, now) => {
      const reason = 'reason' in outcome ? outcome.reason : null;
      if (!('dueAt' in outcome)) {
        prepare(
          `UPDATE deliveries SET state = ?1, due_at = ?2, finished_at = ?2, reason = ?3, started_at = NULL,
             sent_again_at = NULL WHERE id = ?4`,
        ).run(outcome.state, now, reason, id);
        return outcome.state;
      }
      const { state, dueAt, isPostponed = false, isUncounted = isPostponed } = outcome;
      prepare(
        `UPDATE deliveries SET state = ?, due_at = ?, planned_at = ?, finished_at = NULL, reason = ?, started_at = NULL,
           attempts = attempts - ? WHERE id = ?`,
      ).run(state, dueAt, now, reason, Number(isUncounted), id);
      if (isPostponed) prepare('UPDATE deliveries SET first_tried_at = ? WHERE id = ?').run(firstTriedAt, id);
      else prepare('UPDATE deliveries SET sent_again_at = NULL WHERE id = ?').run(id);
      const { changes } = prepare(
        `UPDATE deliveries SET state = 'dead', finished_at = ? WHERE id = ? AND sent_again_at IS NULL
           AND subscription IN (SELECT id FROM subscriptions WHERE state = 'ended')`,
      ).run(now, id);
      return Number(changes) === 0 ? state : 'dead';
    },
    isAnyOpen: ({ subscription, step }) =>
      prepare(
        "SELECT 1 FROM deliveries WHERE subscription = ? AND step = ? AND state IN ('waiting', 'parked')",
      ).get(subscription, step) !== undefined,
    nextDueAt: () => {
      const row = prepare(
        `SELECT min(due_at) AS at FROM deliveries WHERE ${OPEN} AND subscription NOT IN (
           SELECT subscriptions.id FROM subscriptions JOIN (${RUNNING}) AS busy USING (shop) WHERE n >= ${MAX_OF_SHOP})`,
      ).get();
      return typeof row?.at === 'number' ? row.at : undefined;
    },
    waiting: () =>
      Number(prepare("SELECT count(*) AS n FROM deliveries WHERE state IN ('waiting', 'parked')").get()?.n),
    waitingSince: () => {
      const row = prepare(
        `SELECT min(created_at) AS at FROM events
         WHERE seq IN (SELECT event FROM deliveries WHERE state IN ('waiting', 'parked'))`,
      ).get();
      return typeof row?.at === 'number' ? row.at : undefined;
    },
    interrupted: () =>
      (
        prepare(
          `SELECT ${COLUMNS} FROM deliveries WHERE started_at IS NOT NULL`,
        ).all() as unknown as Columns[]
      ).map(toDelivery),
    ofEvents: (events) =>
      prepare(
        `SELECT event, step, state, attempts, due_at AS dueAt, finished_at AS finishedAt, reason FROM deliveries
         WHERE event IN (SELECT value FROM json_each(?)) ORDER BY step`,
      ).all(JSON.stringify(events)) as unknown as DeliveryState[],
    sendAgain: (event, now, step) =>
      prepare(
        `${SEND_AGAIN} WHERE event = :event AND started_at IS NULL AND CASE WHEN :step IS NULL
           THEN state != 'delivered' OR NOT EXISTS (SELECT * FROM deliveries WHERE event = :event AND state != 'delivered')
           ELSE step = :step END
         RETURNING id`,
      )
        .all({ event, now, step: step ?? null })
        .map(({ id }) => Number(id)),
    sendAllAgain: (shop, now) =>
      prepare(`${SEND_AGAIN} WHERE ${GIVEN_UP_IN_SHOP} RETURNING id`)
        .all({ shop, now })
        .map(({ id }) => Number(id)),
    givenUp: (shop) =>
      Number(prepare(`SELECT count(*) AS n FROM deliveries WHERE ${GIVEN_UP_IN_SHOP}`).get({ shop })?.n),
    retryNow: (subscription, now) => {
      prepare(
        `UPDATE deliveries SET due_at = ?1, planned_at = ?1
         WHERE subscription = ?2 AND state IN ('waiting', 'parked') AND due_at > ?1`,
      ).run(now, subscription);
    },
    setBack: (now) => {
      prepare(
        `UPDATE deliveries SET due_at = max(?1, due_at - (planned_at - ?1)), planned_at = ?1
         WHERE state IN ('waiting', 'parked') AND planned_at > ?1`,
      ).run(now);
    },
    endAll: (subscription, reason, now) => {
      prepare(
        `UPDATE deliveries SET state = 'dead', reason = ?, finished_at = ?
         WHERE subscription = ? AND state IN ('waiting', 'parked')`,
      ).run(reason, now, subscription);
    },
  };
}

/** Events as the page lists them. */

import type { Bilingual } from '../../../problems.ts';
import type { Database } from '../database/database.ts';
import { GIVEN_UP } from '../deliveries/deliveries.ts';
import type { Subscription } from './subscriptions.ts';

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

/** Events that have not arrived: the titles are those of the first ones. */
export interface Missed {
  count: number;
  titles: Bilingual[];
}

/** So many titles stand in an alert. */
export const MAX_TITLES = 5;

/** The titles of the first events, and whether there are others. */
export function firstTitles({ count, titles }: Missed): Bilingual {
  const en = titles.map((title) => title.en).join('; ');
  const zh = titles.map((title) => title.zh).join('；');
  return count > titles.length ? { en: `${en} and others`, zh: `${zh}等` } : { en, zh };
}

export interface History {
  /** The newest events of all shops, or of one. */
  latest(limit: number, shop?: string): HistoryLine[];
  /**
   * Those with a smaller number than `before` of which a delivery was given up, may have arrived, or is tried again after
   * later events, newest first. What ended with a recipe that was switched off is not missed.
   */
  undelivered(before: number, limit: number, shop?: string): HistoryLine[];
  /** Those of the webhook, of which each has one delivery, that were given up since then, epoch milliseconds. */
  givenUp(subscription: string, since: number): Missed;
}

const UNDELIVERED = `SELECT event FROM deliveries
  WHERE state IN ('parked', 'unknown', 'dead') AND reason IS NOT 'recipe_switched_off'`;

/** By their index: there may be many of other days and subscriptions. */
const GIVEN_UP_SINCE = `FROM deliveries WHERE ${GIVEN_UP} AND subscription = ? AND finished_at >= ?`;

export function historyIn({ prepare }: Database): History {
  const select = (which: string, values: Record<string, number>, shop?: string): HistoryLine[] =>
    (
      prepare(
        `SELECT seq, shop, subscription, trigger, owner, kind, title, title_zh, occurred_at AS occurredAt,
           events.created_at AS createdAt, body IS NOT NULL AS hasBody
         FROM events JOIN subscriptions ON subscriptions.id = subscription
         WHERE (:shop IS NULL OR shop = :shop) AND ${which} ORDER BY seq DESC LIMIT :limit`,
      ).all({ shop: shop ?? null, ...values }) as unknown as (Omit<HistoryLine, 'hasBody'> & {
        hasBody: number;
      })[]
    ).map((line) => ({ ...line, hasBody: line.hasBody === 1 }));
  return {
    latest: (limit, shop) => select('TRUE', { limit }, shop),
    undelivered: (before, limit, shop) =>
      select(`seq < :before AND seq IN (${UNDELIVERED})`, { before, limit }, shop),
    givenUp: (subscription, since) => {
      const counted = prepare(`SELECT count(*) AS count ${GIVEN_UP_SINCE}`).get(subscription, since);
      const titles = prepare(
        `SELECT title AS en, title_zh AS zh
         FROM (SELECT event ${GIVEN_UP_SINCE} ORDER BY finished_at, id LIMIT ${MAX_TITLES}) JOIN events ON seq = event
         ORDER BY seq`,
      ).all(subscription, since) as unknown as Bilingual[];
      return { count: Number(counted?.count), titles: titles.map(({ en, zh }) => ({ en, zh })) };
    },
  };
}

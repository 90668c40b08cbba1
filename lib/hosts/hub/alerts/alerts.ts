/** Alerts of the hub: what the owner should know or do. The page shows them, and the alert channel sends them. */

import { dayIn } from '../../../budget/quota-day.ts';
import type { Bilingual } from '../../../problems.ts';
import type { Database } from '../database/database.ts';

export interface Alert {
  /**
   * The same alert about the same thing has the same key, and is raised once. It names a subscription as a word. One that
   * begins with `LOST` tells of what is over, and not of a state.
   */
  key: string;
  /** Left out where it is about the hub. */
  shop?: string | undefined;
  text: Bilingual;
}

export const alertText = ({ headline, detail }: Record<'headline' | 'detail', Bilingual>): Bilingual => ({
  en: `${headline.en}. ${detail.en}`,
  zh: `${headline.zh}。${detail.zh}`,
});

/** The day of which an alert says "today": the page shows times of Beijing. */
export const alertDay = dayIn('Asia/Shanghai');

export interface StoredAlert extends Alert {
  id: number;
  /** Epoch milliseconds. */
  createdAt: number;
  /** Null where the alert channel has not sent it. */
  sentAt: number | null;
}

export interface Alerts {
  /** One that was raised before says from now on what this one says, and is not sent again. */
  raise(alert: Alert, now: number): void;
  /** Forgets the alert, so that it can be raised again. */
  clear(key: string): void;
  /** Forgets what the alerts say of the state of the subscription. */
  clearAbout(subscription: string): void;
  /** Forgets every alert about the subscription. */
  clearAllAbout(subscription: string): void;
  /** Newest first. */
  latest(limit: number): StoredAlert[];
  /** Those that the alert channel has not sent, oldest first. */
  unsent(): StoredAlert[];
  sent(alerts: readonly StoredAlert[], now: number): void;
  /** Those that were raised before `at` are not sent any more. */
  skipBefore(at: number, now: number): void;
}

interface Columns {
  id: number;
  key: string;
  shop: string | null;
  text: string;
  text_zh: string;
  created_at: number;
  sent_at: number | null;
}

const toAlert = ({ id, key, shop, text, text_zh, created_at, sent_at }: Columns): StoredAlert => ({
  id,
  key,
  text: { en: text, zh: text_zh },
  createdAt: created_at,
  sentAt: sent_at,
  ...(shop !== null && { shop }),
});

/** Begins the keys of alerts that name events which were not delivered. */
export const LOST = 'undelivered';

const DELETE_ABOUT = "DELETE FROM alerts WHERE instr(key || ' ', ?) > 0";

export function alertsIn({ prepare, transaction }: Database): Alerts {
  const select = (rest: string, ...values: number[]) =>
    (prepare(`SELECT * FROM alerts ${rest}`).all(...values) as unknown as Columns[]).map(toAlert);
  return {
    raise: ({ key, shop, text }, now) => {
      prepare(
        `INSERT INTO alerts (key, shop, text, text_zh, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET text = excluded.text, text_zh = excluded.text_zh
           WHERE text != excluded.text OR text_zh != excluded.text_zh`,
      ).run(key, shop ?? null, text.en, text.zh, now);
    },
    clear: (key) => {
      prepare('DELETE FROM alerts WHERE key = ?').run(key);
    },
    clearAbout: (subscription) => {
      prepare(`${DELETE_ABOUT} AND key NOT LIKE '${LOST} %'`).run(` ${subscription} `);
    },
    clearAllAbout: (subscription) => {
      prepare(DELETE_ABOUT).run(` ${subscription} `);
    },
    latest: (limit) => select('ORDER BY id DESC LIMIT ?', limit),
    unsent: () => select('WHERE sent_at IS NULL ORDER BY id'),
    sent: (alerts, now) =>
      transaction(() => {
        for (const { id } of alerts) prepare('UPDATE alerts SET sent_at = ? WHERE id = ?').run(now, id);
      }),
    skipBefore: (at, now) => {
      prepare('UPDATE alerts SET sent_at = ? WHERE sent_at IS NULL AND created_at < ?').run(now, at);
    },
  };
}

/**
 * What carriers have announced, for the daily report. One call a day, however many reports a shop has; a report without an
 * answer has no announcements.
 */

import * as z from 'zod';
import { type Announcement, announcementsIn } from '../aliexpress/announcement-titles.ts';
import { announcements } from '../aliexpress/methods/announcements.ts';
import type { Lane } from '../budget/ledger.ts';
import { dayIn } from '../budget/quota-day.ts';
import { cut } from '../pack/format.ts';
import { isProblem } from '../problems.ts';
import { DAY, HOUR, SECOND } from '../runtime.ts';
import { readStored, stored } from '../stores/stored.ts';
import type { FeedServices } from './engine/feed.ts';
import type { Period } from './periods.ts';

/** The zone of their times is not stated. */
const MARGIN_MS = 16 * HOUR;
const TTL_SECONDS = (2 * DAY) / SECOND;
/** A message has room for a few. */
const MAX_ANNOUNCEMENTS = 5;
const MAX_TITLE_COLUMNS = 120;

const format = stored(() => ({
  items: z
    .array(stored(() => ({ title: z.string().default(''), at: z.number().nullable().default(null) })))
    .default([]),
}));

/** The announcements of a period, the newest first; null if they are not known. */
export async function announcementsOf(
  services: FeedServices,
  period: Period,
  lane: Lane,
): Promise<string[] | null> {
  const all = await knownAnnouncements(services, period, lane).catch(() => null);
  return all?.map(({ title }) => title) ?? null;
}

async function knownAnnouncements(
  { seller, store, gateway, clock, log }: FeedServices,
  { from, to }: Period,
  lane: Lane,
): Promise<Announcement[] | null> {
  const day = dayIn('Asia/Shanghai')(clock.now()).name.replaceAll('-', '');
  const key = `shop:${seller}:notices${day}`;
  const known = readStored(format, await store.get(key));
  if (known) return known.items;
  // Of several reports that are due at once, one asks.
  if (!(await store.add(`shop:${seller}:asked${day}`, '1', TTL_SECONDS))) return null;
  try {
    const request = { from: from - MARGIN_MS, to };
    const { answer } = await gateway.call(announcements, request, { lane, retries: 0 });
    const items = announcementsIn(answer.items)
      .filter(({ at }) => at === null || (at >= from - MARGIN_MS && at <= to + MARGIN_MS))
      .sort((a, b) => (b.at ?? 0) - (a.at ?? 0))
      .slice(0, MAX_ANNOUNCEMENTS)
      .map(({ title, at }) => ({ title: cut(title, MAX_TITLE_COLUMNS), at }));
    await store.set(key, JSON.stringify({ items }), TTL_SECONDS);
    return items;
  } catch (error) {
    if (!isProblem(error)) throw error;
    log('the announcements could not be read', { because: error.kind });
    return null;
  }
}

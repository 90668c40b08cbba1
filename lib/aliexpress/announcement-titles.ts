/** The titles of announcements: of each only what a line of a report shows. See docs/aliexpress.md#announcements. */

import { valueAt } from './convert.ts';
import { parseTime } from './time.ts';

export interface Announcement {
  title: string;
  /** When it was published, epoch milliseconds; null where that cannot be read. */
  at: number | null;
}

/** Each once: an announcement has no number of its own. */
export function announcementsIn(items: readonly unknown[]): Announcement[] {
  const read = items.flatMap((item): [string, Announcement][] => {
    const title = String(valueAt(item, 'title') ?? '').trim();
    const published = String(valueAt(item, 'publish_time') ?? '');
    return title === '' ? [] : [[`${title}\n${published}`, { title, at: parseTime(published) }]];
  });
  return [...new Map(read).values()];
}

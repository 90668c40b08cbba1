/**
 * A value that could not be read again would be begun anew in silence. So each one is tried before it is written: the part
 * that could not be read is left as it was before, and the publisher is told.
 */

import type { Log } from '../../runtime.ts';

/** What the log says. Tests and the lab fail at it. */
export const UNREADABLE = 'a value could not be read again and was not stored';

/** @param field the names on the way to the value */
export function reportUnreadable({ log, key }: { log: Log; key: string }, field: string): void {
  const [kind = '', , feed = ''] = key.split(':');
  log(UNREADABLE, { kind, feed, field });
}

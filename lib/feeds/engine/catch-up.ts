/** How far back is read what a workflow, or a whole feed, has missed. See docs/adr/0022-catch-up.md. */

import { DAY, HOUR } from '../../runtime.ts';

/** What lies further back is not read, and an alert names it. */
export const MAX_CATCH_UP_MS = 7 * DAY;
/** How often a workflow that polls writes its mark again, so that it does not expire, and tells when it polled. */
export const RENEW_EVERY_MS = 12 * HOUR;
/** How long before that the feed may have fetched what the workflow had not been told yet. */
export const UNTOLD_MS = 12 * HOUR;

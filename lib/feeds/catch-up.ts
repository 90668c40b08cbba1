/** How far back is read what a workflow, or a whole feed, has missed. See docs/adr/0022-catch-up.md. */

import { DAY } from '../runtime.ts';

/** What lies further back is not read, and an alert names it. */
export const MAX_CATCH_UP_MS = 7 * DAY;

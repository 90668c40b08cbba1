/** What the disputes feed remembers of the search for closed disputes (`closed-disputes.ts`). */

import * as z from 'zod';
import { DISPUTE_PAGE_SIZE } from '../aliexpress/methods/dispute-list.ts';
import { stored } from '../stores/stored.ts';
import { newReading, readingFormat } from './engine/paging.ts';

export const MAX_REMEMBERED_ORDERS = 500;

export const newListReading = () => newReading({ size: DISPUTE_PAGE_SIZE });

const readingOfClosed = stored({
  /** Of the lists that are still to be read. */
  statuses: z.array(z.string()).default([]),
  /** The disputes that were opened in this span, epoch milliseconds, both ends included. */
  openedFrom: z.number().default(0),
  openedTo: z.number().default(0),
  /** What is known from then on, once both lists are read, epoch milliseconds. */
  knownTo: z.number().default(0),
  /** Disputes that have left the list of open ones. */
  gone: z.array(z.string()).default([]),
  /** Only these are new: the first list need not be followed by the second once they are found. */
  isOnlyGone: z.boolean().default(true),
  reading: readingFormat.default(newListReading),
});

export const closingsFormat = stored({
  /** When a workflow last wanted closed disputes, epoch milliseconds. */
  interestAt: z.number().default(0),
  /** Everything that was closed before is known, epoch milliseconds; 0: nothing is. */
  knownTo: z.number().default(0),
  /** All that was closed since `knownTo` is to be read, because what was open then was forgotten. */
  isForgotten: z.boolean().default(false),
  /** Orders whose dispute has ended and was looked for. */
  endedOrders: z.array(z.string()).default([]),
  /** Orders that say so, and for which no list was read yet. */
  newEnded: z.array(z.string()).default([]),
  /** Disputes that were in none of the lists when they were looked for. */
  unfound: z.array(z.string()).default([]),
  reading: readingOfClosed.nullable().default(null),
});
export type Closings = z.infer<typeof closingsFormat>;

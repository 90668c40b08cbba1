/** What the sources of newest records share. See `newest-records.ts`. */

import type { InputValues } from '../pack/input.ts';
import { DAY } from '../runtime.ts';
import type { FeedServices } from './engine/feed.ts';

export type Records = readonly Record<string, unknown>[];

export interface Wanted {
  inputs: InputValues;
  /** The statuses of orders that the trigger is about; empty where it is about all. */
  statuses: readonly string[];
}

export type NewestRecords = (services: FeedServices, wanted: Wanted) => AsyncGenerator<Records>;

export const INTERACTIVE = { lane: 'interactive' } as const;
/** How far back records are looked for. */
export const PERIOD_MS = 30 * DAY;

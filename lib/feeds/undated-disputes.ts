/**
 * Disputes that AliExpress lists without a date. One that the last whole list did not have is new, while the disputes of
 * that list are known. Later it may be an old one, and an alert names the time in which it may have been opened.
 */

import * as z from 'zod';
import { stored, time } from '../stores/stored.ts';
import type { Skipped } from './engine/skipped-spans.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import { RENEWAL_MS } from './engine/visit.ts';

/** What was listed may have been stored a renewal earlier, and was not stored again. */
const KNOWN_MS = RETENTION_MS - RENEWAL_MS;

export const wholeListFormat = stored(() => ({
  /** When the reading began that has met all disputes, epoch milliseconds; 0: there was none. */
  since: time.default(0),
  /** Not all of its disputes are known any more. */
  isForgotten: z.boolean().default(false),
}));
type WholeList = z.infer<typeof wholeListFormat>;

/** The last whole list, at the time of a visit. */
export const afterTime = (whole: WholeList, now: number): WholeList => ({
  ...whole,
  isForgotten: whole.isForgotten || now - whole.since >= KNOWN_MS,
});

/** The last whole list after its disputes were lost. @param from the lost ones were fetched since then */
export const afterLoss = ({ since }: WholeList, from: number): WholeList => ({
  since: since || from,
  isForgotten: true,
});

/** When a dispute without any time counts as opened, epoch milliseconds. @param firstLook when the list began to show it */
export const openedSince = ({ isForgotten }: WholeList, firstLook: number): number =>
  isForgotten ? 0 : firstLook;

/** When a dispute without any time was opened, if it may be an old one; undefined if it counts as new, or nothing was known. */
export const skippedSpan = ({ since, isForgotten }: WholeList, now: number): Skipped | undefined =>
  isForgotten && since > 0 ? { from: since, to: now } : undefined;

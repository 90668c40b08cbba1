/**
 * The streams of the orders feed: which orders each one lists, and how often it is read.
 *
 * - `active`: what changed since the watermark, less an overlap, at every visit. The watermark moves to the end of a
 *   window only when every row of it was read and understood.
 * - `finished`: finished orders are listed only on request, so they are read four times a day.
 * - `unshipped`: an order that waits to be shipped may not change for days. While a workflow watches deadlines, all
 *   such orders are read twice a day, whatever their age, so that they stay known.
 * - `interrupted` and `placed`: orders that are on hold, or about to be cancelled, when a workflow wants to know what
 *   becomes of them (`order-baseline.ts`).
 * - `late`: what AliExpress may have shown only after it was read. The `active` windows of a shop with few orders reach
 *   back far enough. In another shop the first page of that time is read four times a day, and the others only if its
 *   total is not the number of orders that are known.
 * - `missed` and `missed_finished`: what changed in a gap, in which nobody read the orders (`order-gap.ts`).
 * - `recalled` and `recalled_finished`: what changed before that, where somebody asks for it.
 */

import { MAX_PLACED_DAYS, MAX_PLACED_DAYS_ENDED } from '../aliexpress/methods/order-list.ts';
import { ENDED, INTERRUPTED, TO_SHIP } from '../aliexpress/order-status.ts';
import { DAY, HOUR } from '../runtime.ts';

export const gapStreams = ['missed', 'missed_finished'] as const;
export const baselineStreams = ['interrupted', 'placed'] as const;
export const recalledStreams = ['recalled', 'recalled_finished'] as const;
export const streamNames = [
  'active',
  'finished',
  'unshipped',
  'late',
  ...baselineStreams,
  ...gapStreams,
  ...recalledStreams,
] as const;
export type StreamName = (typeof streamNames)[number];

interface StreamDeclaration {
  /** 0: at every visit. */
  everyMs: number;
  /** The longest window of placement that AliExpress accepts. */
  placedSpanMs: number;
  /** Left out: all but finished orders. */
  statuses?: readonly string[];
}

const ONCE_MS = 10 * 365 * DAY;
/** For how long an order is on hold, and a little more. */
const MAX_HOLD_MS = 4 * DAY;

export const STREAMS: Record<StreamName, StreamDeclaration> = {
  active: { everyMs: 0, placedSpanMs: MAX_PLACED_DAYS * DAY },
  finished: { everyMs: 6 * HOUR, placedSpanMs: MAX_PLACED_DAYS_ENDED * DAY, statuses: ENDED },
  unshipped: { everyMs: 12 * HOUR, placedSpanMs: MAX_PLACED_DAYS * DAY, statuses: TO_SHIP },
  interrupted: { everyMs: ONCE_MS, placedSpanMs: MAX_PLACED_DAYS * DAY, statuses: INTERRUPTED },
  placed: { everyMs: ONCE_MS, placedSpanMs: MAX_HOLD_MS },
  late: { everyMs: 6 * HOUR, placedSpanMs: MAX_PLACED_DAYS * DAY },
  missed: { everyMs: 0, placedSpanMs: MAX_PLACED_DAYS * DAY },
  missed_finished: { everyMs: 0, placedSpanMs: MAX_PLACED_DAYS_ENDED * DAY, statuses: ENDED },
  recalled: { everyMs: 0, placedSpanMs: MAX_PLACED_DAYS * DAY },
  recalled_finished: { everyMs: 0, placedSpanMs: MAX_PLACED_DAYS_ENDED * DAY, statuses: ENDED },
};

export const isRecalled = (name: StreamName): boolean =>
  (recalledStreams as readonly StreamName[]).includes(name);

/** Whether it reads the past: a time in which nobody read the orders. */
export const isOfGap = (name: StreamName): boolean =>
  isRecalled(name) || (gapStreams as readonly StreamName[]).includes(name);

export const isOfBaseline = (name: StreamName): boolean =>
  (baselineStreams as readonly StreamName[]).includes(name);

/** What the known orders say of a window of the order list. */

import { ENDED } from '../aliexpress/order-status.ts';
import type { order } from '../aliexpress/records/order.ts';
import type { ValuesOf } from '../pack/record.ts';
import { SECOND } from '../runtime.ts';
import type { Entry } from './engine/snapshot-format.ts';
import {
  isApart,
  isByChange,
  isListed,
  type ListingState,
  placedWithin,
  type StreamName,
} from './order-stream-list.ts';
import { CLOCK_CHANGE_MS, type OrderWindow } from './order-windows.ts';

export type OrderValues = ValuesOf<typeof order.fields>;

/** What the feed knows, by order number. */
export type KnownOrders = ReadonlyMap<string, Pick<Entry<OrderValues>, 'values'>>;

/** When the known orders changed that `active` lists, epoch milliseconds. */
export const changesOf = (known: KnownOrders, state: ListingState): number[] =>
  [...known.values()]
    .filter(({ values }) => !(isApart(state) && ENDED.includes(values.status)))
    .map(({ values }) => Date.parse(values.updated_at ?? ''));

/** Ids of the known orders that the stream lists in a window, unless they have left it. */
export function knownWithin(
  name: StreamName,
  state: ListingState,
  known: KnownOrders,
  { from, to, now }: Pick<OrderWindow, 'from' | 'to'> & { now: number },
): Set<string> {
  // AliExpress writes no fraction of a second.
  const start = Math.floor(from / SECOND) * SECOND;
  const placed = placedWithin(name, state, { to, now });
  const listed = [...known].filter(([, { values }]) => {
    const placedAt = Date.parse(values.placed_at);
    const at = isByChange(name) ? Date.parse(values.updated_at ?? '') : placedAt;
    const isWithin =
      at >= start && at <= to && placedAt >= placed.from + CLOCK_CHANGE_MS && placedAt <= placed.to;
    return isWithin && isListed(name, state, values.status);
  });
  return new Set(listed.map(([id]) => id));
}

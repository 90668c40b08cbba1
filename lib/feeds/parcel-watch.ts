/**
 * The parcels that are watched, and which orders are in each: an order may have several parcels, and a parcel several
 * orders. A parcel is on the list under its tracking number. An order whose numbers are not known yet is on it by itself.
 */

import * as z from 'zod';
import { DELIVERED } from '../aliexpress/tracking-codes.ts';
import { DAY } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import type { WatchList } from './engine/watch-list.ts';

/** How long a parcel is followed after it was shipped. */
export const WATCHED_MS = 60 * DAY;

const orderIds = z.array(z.string()).default([]);

/** Times are epoch milliseconds. */
export const watchedFormat = stored(() => ({
  /** The orders in it. */
  orders: orderIds,
  /** Those of them that are over. */
  ended: orderIds,
  /** The rows of the list of parcels that show it. */
  rows: orderIds,
  shippedAt: z.number().default(0),
  /** Of the dearest order, in its own currency, rounded. It only ranks parcels. */
  value: z.number().default(0),
  /** The carrier's key and AliExpress's country code; empty where they are not known. */
  carrier: z.string().default(''),
  country: z.string().default(''),
  /** More of its order is to be shipped. */
  isPart: z.boolean().default(false),
  /** Of an order whose numbers are not known: the list does not show all of them. */
  needsDetail: z.boolean().default(false),
  /** When the detail of its order was last read; 0: never. */
  detailAt: z.number().default(0),
  /** The last known event; null before the first answer, as are the next two. */
  eventAt: z.number().nullable().default(null),
  /** Left null also while the parcel is not in customs. */
  customsSince: z.number().nullable().default(null),
  stage: z.string().nullable().default(null),
  /** What says where the parcel is: see `TrackingEvent`. */
  signal: z.string().default(''),
  /** The silence that is unusual on its route, in milliseconds; null if it need not move. */
  unusualAfterMs: z.number().nullable().default(null),
  /** 0: never. */
  checkedAt: z.number().default(0),
  /** What was known of it at its first query; empty before. */
  firstLook: z.string().default(''),
  /** When a query of it last failed; 0: never. */
  failedAt: z.number().default(0),
  /** When its orders were seen to be complete before any query had shown the delivery; 0: not yet. */
  completedAt: z.number().default(0),
  /** Since when the parcel is silent that a workflow may have been told of; null where it was not. */
  reportedSince: z.number().nullable().default(null),
  /** When it was registered at the tracker; 0: it is not. */
  registeredAt: z.number().default(0),
  /** It is not registered before then. */
  registersAt: z.number().default(0),
  /** The tracker's number of its carrier. */
  trackerCarrier: z.number().nullable().default(null),
  /** When the tracker last reached its carrier; 0: never. */
  syncedAt: z.number().default(0),
  /** The tracker had given it up, and was asked to go on. */
  isResumed: z.boolean().default(false),
  /** When AliExpress was last asked to confirm what the tracker has shown; 0: never. */
  confirmedAt: z.number().default(0),
  /** The number that it had before, under which its silence since `eventAt` may have been told. */
  before: stored(() => ({ number: z.string().default(''), eventAt: z.number().default(0) }))
    .nullable()
    .default(null),
}));
export type WatchedParcel = z.infer<typeof watchedFormat>;

const ORDER = 'order/';
/** The id of an order whose tracking numbers are not known. */
export const pendingId = (orderId: string): string => ORDER + orderId;
export const hasNumber = (id: string): boolean => !id.startsWith(ORDER);

export const newParcel = (facts: Partial<WatchedParcel>): WatchedParcel => watchedFormat.parse(facts);

export const isDelivered = ({ stage }: Pick<WatchedParcel, 'stage'>): boolean => stage === DELIVERED;

/** The orders in it that are not over. */
export const openOrders = ({ orders, ended }: WatchedParcel): string[] =>
  orders.filter((id) => !ended.includes(id));

export interface ListedParcel {
  id: string;
  values: WatchedParcel;
}

/** When the orders were shipped whose numbers are not known and were not asked for, epoch milliseconds. */
export const withoutNumber = (parcels: Iterable<ListedParcel>): number[] =>
  [...parcels].flatMap(({ id, values }) => (hasNumber(id) || values.detailAt > 0 ? [] : [values.shippedAt]));

/** What is known of an order from elsewhere. */
export type ShippedOrder = Pick<WatchedParcel, 'shippedAt' | 'value' | 'isPart'>;

export interface ParcelWatch {
  entries: WatchList<WatchedParcel>['entries'];
  get(id: string): WatchedParcel | undefined;
  put(id: string, parcel: WatchedParcel): void;
  remove(id: string): void;
  /** Ids of the parcels of an order, and of the order itself while its numbers are not known. */
  idsOf(orderId: string): readonly string[];
  /** Its numbered parcels, in a lasting order. */
  parcelsOf(orderId: string): readonly string[];
  idOfRow(rowId: string): string | undefined;
}

export function openParcelWatch(list: WatchList<WatchedParcel>): ParcelWatch {
  const byOrder = new Map<string, Set<string>>();
  const byRow = new Map<string, string>();
  const index = (id: string, { orders, rows }: WatchedParcel) => {
    for (const order of orders) byOrder.set(order, (byOrder.get(order) ?? new Set()).add(id));
    for (const row of rows) byRow.set(row, id);
  };
  const forget = (id: string) => {
    const known = list.entries.get(id)?.values;
    for (const order of known?.orders ?? []) byOrder.get(order)?.delete(id);
    for (const row of known?.rows ?? []) byRow.delete(row);
  };
  for (const [id, { values }] of list.entries) index(id, values);

  const watch: ParcelWatch = {
    entries: list.entries,
    get: (id) => list.entries.get(id)?.values,
    put: (id, parcel) => {
      forget(id);
      list.put(id, parcel.shippedAt, parcel);
      index(id, parcel);
    },
    remove: (id) => {
      forget(id);
      list.remove(id);
    },
    idsOf: (orderId) => [...(byOrder.get(orderId) ?? [])],
    parcelsOf: (orderId) =>
      watch
        .idsOf(orderId)
        .filter(hasNumber)
        .sort(
          (a, b) => Number(watch.get(a)?.shippedAt) - Number(watch.get(b)?.shippedAt) || (a < b ? -1 : 1),
        ),
    idOfRow: (rowId) => byRow.get(rowId),
  };
  return watch;
}

export const parcelsOn = ({ entries }: ParcelWatch): ListedParcel[] =>
  [...entries].map(([id, { values }]) => ({ id, values }));

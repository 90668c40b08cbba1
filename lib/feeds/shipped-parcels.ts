/** The parcels that the parcels feed knows, read without a call: for dropdowns, and for the order of a tracking number. */

import type * as z from 'zod';
import type { parcel } from '../aliexpress/records/parcel.ts';
import { isSameParcel } from '../aliexpress/spelling.ts';
import type { ValuesOf } from '../pack/record.ts';
import { fail } from '../problems.ts';
import { DAY } from '../runtime.ts';
import type { FeedServices } from './engine/feed.ts';
import { commonHead } from './engine/feed-head.ts';
import { createSnapshots, snapshotKey } from './engine/snapshot.ts';
import { hasNumber, WATCHED_MS, type WatchedParcel, watchedFormat } from './parcel-watch.ts';

export interface ShippedParcel {
  trackingNumber: string;
  /** The numbers of the orders in it. */
  orders: readonly string[];
  /** The carrier's key and AliExpress's country code; empty where they are not known. */
  carrier: string;
  country: string;
  /** Epoch milliseconds; 0: not known. */
  shippedAt: number;
}

/**
 * The parcels on the feed's watch list, and those that it has reported of late. None if no workflow follows parcels.
 * @throws Problem `budget_unavailable` if the store does not answer
 */
export async function shippedParcels(services: FeedServices): Promise<ShippedParcel[]> {
  const snapshots = createSnapshots<z.infer<typeof commonHead>, ValuesOf<typeof parcel.fields>>({
    ...services,
    key: snapshotKey(services.seller, 'parcels'),
    state: commonHead,
    watchedLifetime: { retentionMs: WATCHED_MS, expiryMs: WATCHED_MS + DAY },
  });
  const unavailable = () => fail('budget_unavailable', {});
  const snapshot = await snapshots.load().catch(unavailable);
  const watched = await snapshots.loadWatched<WatchedParcel>(snapshot).catch(unavailable);
  const onList = [...watched.entries]
    .filter(([id]) => hasNumber(id))
    .map(([id, { values }]) => fromList(id, values));
  const numbers = new Set(onList.map(({ trackingNumber }) => trackingNumber));
  const reported = [...snapshot.entries.values()].map(({ values }) => fromRecord(values));
  return [...onList, ...reported.filter(({ trackingNumber }) => !numbers.has(trackingNumber))];
}

function fromList(trackingNumber: string, stored: unknown): ShippedParcel {
  const { orders, carrier, country, shippedAt } = watchedFormat.parse(stored);
  return { trackingNumber, orders, carrier, country, shippedAt };
}

const fromRecord = (values: ValuesOf<typeof parcel.fields>): ShippedParcel => ({
  trackingNumber: values.tracking_number,
  orders: [values.order_id],
  carrier: values.carrier_code ?? '',
  country: values.country_code ?? '',
  shippedAt: Date.parse(values.shipped_at ?? '') || 0,
});

/** The number of an order in the parcel; undefined where the feed does not know the parcel. */
export async function orderOfParcel(services: FeedServices, number: string): Promise<string | undefined> {
  const parcels = await shippedParcels(services);
  return parcels.find(({ trackingNumber }) => isSameParcel(trackingNumber, number))?.orders.at(-1);
}

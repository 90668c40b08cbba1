/** The parcels in the detail of an order, with what tracking requires of each. */

import { valueAt } from './convert.ts';
import { orderDetailRecord } from './records/order-detail.ts';
import * as wire from './wire.ts';

export interface Shipment {
  trackingNumber: string;
  /** The carrier's key, not its name. */
  carrier: string;
  /** AliExpress's country code. */
  country: string;
}

const { tracking_numbers, carrier_codes, country_code: destination } = orderDetailRecord.fields;

const textAt = (raw: unknown, path: string): string | undefined =>
  wire.text.safeParse(valueAt(raw, path)).data?.trim() || undefined;

/** @returns null in place of a parcel without a number, carrier or country, because it cannot be tracked */
export function shipmentsOf(order: unknown): (Shipment | null)[] {
  const country = textAt(order, destination.from);
  const parcels = wire.list.safeParse(valueAt(order, tracking_numbers.from)).data ?? [];
  return parcels.map((parcel) => {
    const trackingNumber = textAt(parcel, tracking_numbers.of);
    const carrier = textAt(parcel, carrier_codes.of);
    return trackingNumber && carrier && country ? { trackingNumber, carrier, country } : null;
  });
}

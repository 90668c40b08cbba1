/** What tracking wants to know of a parcel, out of the detail of its order. */

import { valueAt } from './convert.ts';
import * as wire from './wire.ts';

export interface Destination {
  logistics_no: string;
  /** The carrier's key. */
  service_name: string;
  /** AliExpress's country code. */
  to_area: string;
}

const given = (value: unknown): string | undefined => wire.text.safeParse(value).data?.trim() || undefined;

/** Of the order's last parcel; null where the detail does not name number, carrier and country. */
export function destinationOf(target: unknown): Destination | null {
  const shipment = wire.list.safeParse(valueAt(target, 'logistic_info_list')).data?.at(-1);
  const logistics_no = given(valueAt(shipment, 'logistics_no'));
  const service_name = given(valueAt(shipment, 'logistics_type_code'));
  const to_area = given(valueAt(target, 'receipt_address.country'));
  return logistics_no && service_name && to_area ? { logistics_no, service_name, to_area } : null;
}

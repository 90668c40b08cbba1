import * as z from 'zod';
import { defineMethod, idParameter, objectWithAnyOf } from '../method.ts';
import * as wire from '../wire.ts';

const given = z.string().trim().min(1);

/**
 * The tracking of one parcel. `carrier` is the key and not the name, `country` the code as AliExpress writes it; both
 * stand in the order detail. `result_success: false` is a refusal, because nothing in it tells an unknown parcel from a
 * failure. See docs/aliexpress.md#tracking.
 */
export const tracking = defineMethod({
  name: 'aliexpress.logistics.redefining.querytrackingresult',
  family: 'business',
  request: z
    .strictObject({ trackingNumber: given, orderId: idParameter, carrier: given, country: given })
    .transform(({ trackingNumber, orderId, carrier, country }) => ({
      logistics_no: trackingNumber,
      out_ref: orderId,
      service_name: carrier,
      to_area: country,
      origin: 'ESCROW',
    })),
  answer: objectWithAnyOf('details', 'result_success')
    .pipe(z.object({ details: wire.list, official_website: wire.text.nullish() }))
    .transform((answer) => ({ items: [answer] })),
  personalData: 'name of who signed for the parcel',
  source: 'docs/aliexpress.md#tracking',
});

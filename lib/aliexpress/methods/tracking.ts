import * as z from 'zod';
import { valueAt } from '../convert.ts';
import { codeParameter, defineMethod, idParameter, objectWithAnyOf } from '../method.ts';
import { areTimesReadable, newestEvent, readEvent } from '../tracking-progress.ts';
import * as wire from '../wire.ts';

const TIME = 'event_date';
/** The sentence of the carrier goes no further. */
const eventOf = (row: unknown) =>
  readEvent({
    time: valueAt(row, TIME),
    code: valueAt(row, 'action_code'),
    sentences: [valueAt(row, 'event_desc')],
  });

/**
 * The tracking of one parcel. `carrier` is the key and not the name, `country` the code as AliExpress writes it; both
 * stand in the order detail. `result_success: false` is a refusal, because nothing in it tells an unknown parcel from a
 * failure. Times of which none can be read are an answer in another format, but events may have none. See
 * docs/aliexpress.md#tracking.
 */
export const tracking = defineMethod({
  name: 'aliexpress.logistics.redefining.querytrackingresult',
  family: 'business',
  request: () =>
    z
      .strictObject({
        trackingNumber: codeParameter,
        orderId: idParameter,
        carrier: codeParameter,
        country: codeParameter,
      })
      .transform(({ trackingNumber, orderId, carrier, country }) => ({
        logistics_no: trackingNumber,
        out_ref: orderId,
        service_name: carrier,
        to_area: country,
        origin: 'ESCROW',
      })),
  answer: () =>
    objectWithAnyOf('details', 'result_success')
      .pipe(z.object({ details: wire.list, official_website: wire.text.nullish() }))
      .refine(({ details }) => areTimesReadable(details, TIME, false), { path: ['details', TIME] })
      .transform(({ details, official_website }) => ({ events: details.map(eventOf), official_website }))
      .transform((parcel) => ({ items: [{ ...parcel, newest: newestEvent(parcel.events) }] })),
  personalData: 'name of who signed for the parcel',
  source: 'docs/aliexpress.md#tracking',
});

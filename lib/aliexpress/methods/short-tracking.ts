import * as z from 'zod';
import { valueAt } from '../convert.ts';
import { codeParameter, defineMethod, idParameter } from '../method.ts';
import { areTimesReadable, newestEvent, readEvent } from '../tracking-progress.ts';
import * as wire from '../wire.ts';

const TIME = 'time';
/** The stage comes before the sentence of the carrier, which goes no further. */
const eventOf = (row: unknown) =>
  readEvent({
    time: valueAt(row, TIME),
    code: undefined,
    sentences: [valueAt(row, 'trackingCodeDesc'), valueAt(row, 'trackingDetailDesc')],
  });

/** Of a parcel that no carrier has seen it says no more than that the request was right. */
const isTracking = (result: object): boolean =>
  'data' in result || ('success' in result && Object.keys(result).length === 1);

/**
 * The tracking of one parcel, without its carrier and country. Its events have no codes. It is not known whether it answers
 * for every shop. See docs/aliexpress.md#shipment-lists.
 */
export const shortTracking = defineMethod({
  name: 'aliexpress.asf.shipment.tracking.get',
  family: 'business',
  request: () =>
    z
      .strictObject({ trackingNumber: codeParameter, orderId: idParameter })
      .transform(({ trackingNumber, orderId }) => ({
        mailNo: trackingNumber,
        tradeOrderId: orderId,
        locale: 'en_US',
      })),
  answer: () =>
    z
      .object({
        result: wire.record
          .refine(isTracking)
          .pipe(z.object({ data: z.object({ details: wire.list }).partial().nullish() })),
      })
      .transform(({ result }) => result.data?.details ?? [])
      .refine((details) => areTimesReadable(details, TIME, true), { path: ['result', TIME] })
      .transform((details) => ({ events: details.map(eventOf) }))
      .transform((parcel) => ({ items: [{ ...parcel, newest: newestEvent(parcel.events) }] })),
  personalData: 'name of who signed for the parcel',
  source: 'docs/aliexpress.md#shipment-lists',
});

/** The tracking of one parcel, by two methods. See docs/aliexpress.md#parcels. */

import countries from '../../lib/aliexpress/countries.json' with { type: 'json' };
import { type Language, languages, sentenceFor } from '../parcels/words.ts';
import {
  declaredAt,
  eventsUntil,
  isDelivery,
  numberAt,
  ordersIn,
  type Parcel,
  type ParcelEvent,
} from '../parcels.ts';
import { type TimeForm, timeForms } from '../time-forms.ts';
import { type Context, id, oneOf, Refusal, required, text } from './query.ts';
import { listed } from './wire.ts';

const NOT_FOUND = 'No tracking information was found for these parameters';

export function tracking({ shop, now, params, variants }: Context) {
  const number = required(text(params, 'logistics_no'), 'logistics_no');
  required(oneOf(params, 'origin', ['ESCROW']), 'origin');
  const orderId = required(id(params, 'out_ref'), 'out_ref');
  const service = required(text(params, 'service_name'), 'service_name');
  const country = required(text(params, 'to_area'), 'to_area');
  if (!Object.hasOwn(countries, country)) throw new Refusal('InvalidParameter', 'to_area is unknown');

  const parcel = parcelWith(shop.parcels, orderId, number, now);
  if (parcel?.carrier.key !== service || parcel.order.country !== country) {
    return { result_success: 'false', error_desc: NOT_FOUND };
  }
  const events = eventsShown(parcel, number, now).map((event, n) => detail(event, parcel, n, variants));
  return {
    result_success: 'true',
    official_website: 'https://global.cainiao.com/',
    ...(events.length === 0 && { details: {} }),
    ...listed('details', 'details', parcel.carrier.newestFirst ? events.reverse() : events),
  };
}

/** The parcel of an order, by a number that it has or had, or by its logistics number. */
function parcelWith(
  parcels: readonly Parcel[],
  orderId: string,
  number: string,
  now: number,
): Parcel | undefined {
  return parcels.find((parcel) => {
    const order = ordersIn(parcel).find(({ id }) => String(id) === orderId);
    if (!order || declaredAt(parcel, order) > now) return false;
    return [numberAt(parcel, now), parcel.mistaken?.number, parcel.lpNumber].includes(number);
  });
}

/** The carrier knows nothing of a mistaken number. */
const eventsShown = (parcel: Parcel, number: string, now: number): readonly ParcelEvent[] =>
  number === parcel.mistaken?.number ? [] : eventsUntil(parcel, now);

/** How carriers write that they know no time. */
const NO_TIMES = ['', null, 'N/A'] as const;

function timeFormOf({ carrier }: Parcel, nth: number, { eventTimes }: Context['variants']): TimeForm {
  if (eventTimes === 'by_carrier') return carrier.times;
  const forms = Object.keys(timeForms) as [TimeForm, ...TimeForm[]];
  return eventTimes === 'mixed' ? (forms[nth % forms.length] ?? forms[0]) : eventTimes;
}

function detail(event: ParcelEvent, parcel: Parcel, nth: number, variants: Context['variants']) {
  const { actionCodes } = variants;
  const { hasCodes } = parcel.carrier;
  const write = timeForms[timeFormOf(parcel, nth, variants)];
  const isCoded = actionCodes === 'by_carrier' ? hasCodes : actionCodes === 'always';
  return {
    event_desc: sentenceOf(event, parcel),
    address: event.place,
    signed_name: isDelivery(event) ? parcel.order.buyer.name : '',
    // Deprecated in favor of the action code.
    status: '',
    ...(isCoded && { action_code: event.code }),
    event_date: event.isUndated ? NO_TIMES[nth % NO_TIMES.length] : write(event.at),
  };
}

/** Carriers write who signed, and where. */
const sentenceOf = (event: ParcelEvent, { order: { buyer } }: Parcel): string =>
  isDelivery(event) ? `${event.text}, signed by ${buyer.name}, ${buyer.street}, ${buyer.phone}` : event.text;

/** Asks for neither carrier nor country, and answers without codes. */
export function shortTracking({ shop, now, params, variants }: Context) {
  const number = required(text(params, 'mailNo'), 'mailNo');
  const orderId = required(id(params, 'tradeOrderId'), 'tradeOrderId');
  const locale = required(text(params, 'locale'), 'locale');
  const refuse = (errorCode: string, errorMessage: string) => ({
    result: { success: false, errorCode, errorMessage },
  });
  if (variants.shortTracking === 'refused') return refuse('SELLER_NOT_SUPPORTED', 'seller is not supported');
  const parcel = parcelWith(shop.parcels, orderId, number, now);
  if (!parcel) return refuse('TRACKING_NOT_FOUND', NOT_FOUND);
  const language = languages.find((each) => locale.startsWith(`${each}_`)) ?? 'en';
  const events = eventsShown(parcel, number, now);
  return {
    result: {
      success: true,
      ...(events.length > 0 && {
        data: listed(
          'details',
          'tracking_detail',
          events.map((event) => shortDetail(event, parcel, language)),
        ),
      }),
    },
  };
}

const shortDetail = (event: ParcelEvent, parcel: Parcel, language: Language) => ({
  trackingCodeDesc: sentenceFor(event.code, language),
  trackingDetailDesc: sentenceOf(event, parcel),
  ...(!event.isUndated && { time: event.at }),
});

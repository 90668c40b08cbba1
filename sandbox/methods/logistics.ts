/** The tracking of one parcel, and the list of shipments. See docs/aliexpress.md#parcels. */

import { toPacific } from '../pacific.ts';
import { carriers, eventsUntil, isDelivery, type Parcel, type ParcelEvent } from '../parcels.ts';
import { pageOf } from './paged.ts';
import { type Context, id, integer, oneOf, pacificRange, required, text, within } from './query.ts';
import { listed } from './wire.ts';

const [STANDARD, PREMIUM] = carriers;

/** Order and time format of a carrier's events. The real time format is not confirmed, so each likely one occurs. */
const eventFormatOf = ({ key }: Parcel['carrier']) =>
  key === STANDARD.key
    ? { newestFirst: true, date: toPacific }
    : key === PREMIUM.key
      ? { newestFirst: false, date: (at: number) => String(at) }
      : { newestFirst: true, date: (at: number) => at };

export function tracking({ shop, now, params }: Context) {
  const number = required(text(params, 'logistics_no'), 'logistics_no');
  required(oneOf(params, 'origin', ['ESCROW']), 'origin');
  const order = required(id(params, 'out_ref'), 'out_ref');
  const service = required(text(params, 'service_name'), 'service_name');
  const country = required(text(params, 'to_area'), 'to_area');

  const parcel = shop.parcels.get(BigInt(order));
  if (
    !parcel ||
    parcel.shippedAt > now ||
    parcel.trackingNumber !== number ||
    parcel.carrier.key !== service ||
    parcel.order.country !== country
  ) {
    return { result_success: 'false', error_desc: 'No tracking information was found for these parameters' };
  }
  const { newestFirst, date } = eventFormatOf(parcel.carrier);
  const events = eventsUntil(parcel, now).map((event) => detail(event, parcel, date(event.at)));
  return {
    result_success: 'true',
    official_website: 'https://global.cainiao.com/',
    ...listed('details', 'details', newestFirst ? events.reverse() : events),
  };
}

const detail = (event: ParcelEvent, parcel: Parcel, event_date: unknown) => ({
  // Carriers write who signed, and where.
  event_desc: isDelivery(event)
    ? `${event.text}, signed by ${parcel.order.buyer.name}, ${parcel.order.buyer.street}, ${parcel.order.buyer.phone}`
    : event.text,
  address: event.place,
  signed_name: isDelivery(event) ? parcel.order.buyer.name : '',
  // Deprecated in favor of the action code.
  status: '',
  action_code: event.code,
  event_date,
});

export function shipmentList({ shop, now, params, listFault }: Context) {
  const page = integer(params, 'current_page', 1, Number.MAX_SAFE_INTEGER);
  const size = integer(params, 'page_size', 1, 50);
  const order = id(params, 'trade_order_id');
  const created = pacificRange(params, 'gmt_create_start_str', 'gmt_create_end_str');
  const status = text(params, 'logistics_status');
  const number = text(params, 'international_logistics_num');
  if (!order) required(created, 'trade_order_id, or gmt_create_start_str and gmt_create_end_str,');

  const found = [...shop.parcels.values()]
    .filter(
      (parcel) =>
        parcel.shippedAt <= now &&
        (!order || order === String(parcel.order.id)) &&
        (!created || within(parcel.shippedAt, created)) &&
        (!status || status === statusOf(parcel, now)) &&
        (!number || number === parcel.trackingNumber),
    )
    .sort((a, b) => b.shippedAt - a.shippedAt);
  return {
    result: {
      success: true,
      current_page: page,
      total_page: String(Math.ceil(found.length / size)),
      ...listed(
        'result_list',
        'aeop_logistics_order_detail_dto',
        pageOf(found, page, size, listFault).rows.map((parcel) => ({
          logistics_order_id: parcel.logisticsOrderId,
          trade_order_id: parcel.order.id,
          international_logistics_num: parcel.trackingNumber,
          international_logistics_type: parcel.carrier.key,
          logistics_status: statusOf(parcel, now),
          gmt_create: toPacific(parcel.shippedAt),
        })),
      ),
    },
  };
}

const statusOf = (parcel: Parcel, now: number): string =>
  eventsUntil(parcel, now).some(({ code }) => code === 'SC_OUTBOUND_SUCCESS')
    ? 'send_goods_success'
    : 'wait_warehouse_receive_goods';

/** The lists of parcels: of all, and of one order. See docs/aliexpress.md#shipment-lists. */

import type { Order } from '../orders.ts';
import { abnormalities } from '../parcels/abnormalities.ts';
import {
  declaredAt,
  eventsUntil,
  logisticsOrderId,
  numberAt,
  ordersIn,
  type Parcel,
  parcelsOf,
} from '../parcels.ts';
import type { Variants } from '../variants.ts';
import { pageOf } from './paged.ts';
import { type Context, id, integer, oneOf, type Query, required, text, within } from './query.ts';
import { decimal, listed } from './wire.ts';
import { zonedRange, zones } from './zones.ts';

/** A logistics order: a parcel, for one of its orders. */
interface LogisticsOrder {
  parcel: Parcel;
  order: Order;
  createdAt: number;
}

const logisticsOrdersOf = (parcels: readonly Parcel[], now: number): LogisticsOrder[] =>
  parcels
    .filter(({ carrier }) => carrier.isOnline)
    .flatMap((parcel) =>
      ordersIn(parcel).map((order) => ({ parcel, order, createdAt: declaredAt(parcel, order) })),
    )
    .filter(({ createdAt }) => createdAt <= now)
    .sort((a, b) => b.createdAt - a.createdAt);

/** All parcels that were shipped through AliExpress. No parameter is required. */
export function parcelList({ shop, now, params, listFault, variants }: Context) {
  const page = integer(params, 'current_page', 1, Number.MAX_SAFE_INTEGER, 1);
  const size = pageSize(params, 10, variants);
  if (typeof size === 'string') return { is_success: false, error_desc: size };
  const created = createdWindow(params, variants);
  const status = text(params, 'logistics_status')?.toLowerCase();
  const wanted = {
    order: id(params, 'order_id'),
    online: id(params, 'logistics_order_id'),
    lp: text(params, 'logistics_order_code'),
    number: text(params, 'international_logistics_id'),
  };
  const found = logisticsOrdersOf(shop.parcels, now).filter(
    ({ parcel, order, createdAt }) =>
      (!created || within(createdAt, created)) &&
      (!status || status === statusOf(parcel, now)) &&
      (!wanted.order || wanted.order === String(order.id)) &&
      (!wanted.online || wanted.online === String(logisticsOrderId(parcel, order))) &&
      (!wanted.lp || wanted.lp === parcel.lpNumber) &&
      (!wanted.number || wanted.number === numberAt(parcel, now)),
  );
  const { rows, pages } = pageOf(found, page, size, listFault);
  return {
    is_success: true,
    current_page: page,
    total_page: pages,
    ...listed(
      'result_list',
      'result',
      rows.map(({ parcel, order }) => ({
        order_id: order.id,
        online_logistics_id: logisticsOrderId(parcel, order),
        lp_number: parcel.lpNumber,
        internationallogistics_id: numberAt(parcel, now),
        original_international_logistics_id: parcel.mistaken?.number ?? parcel.trackingNumber,
        international_logistics_type: parcel.carrier.key,
        logistics_status: statusOf(parcel, now).toUpperCase(),
        channel_code: parcel.carrier.key,
        solution_code: parcel.carrier.key,
        china_logistics_type: '',
        ...fees(parcel),
        ...listed('logistics_service_list', 'service', [{ code: 'PICKUP', resource_code: 'YANWEN' }]),
      })),
    ),
  };
}

/** A number, or why the size is refused. */
export function pageSize(query: Query, usual: number, { parcelPageSize, oversizedPage }: Variants) {
  const size = integer(query, 'page_size', 1, Number.MAX_SAFE_INTEGER, usual);
  if (size <= parcelPageSize || oversizedPage === 'cut') return Math.min(size, parcelPageSize);
  return `page_size must not exceed ${parcelPageSize}`;
}

function createdWindow(params: Query, { parcelDates, parcelZone }: Variants) {
  const [start, end] = ['gmt_create_start_str', 'gmt_create_end_str'] as const;
  return parcelDates === 'natural'
    ? zonedRange(params, start, end, parcelZone)
    : zonedRange(params, end, start, parcelZone);
}

const fees = ({ nth }: Parcel) => {
  const cent = 245 + nth;
  const fee = { cent, currency_code: 'USD', amount: decimal(cent) };
  return { logistics_fee: fee, ...listed('logistics_fee_list', 'money', [fee]) };
};

/** The logistics orders of one order. */
export function logisticsOrders({ shop, now, params, listFault, variants }: Context) {
  const order = required(id(params, 'trade_order_id'), 'trade_order_id');
  const page = integer(params, 'current_page', 1, Number.MAX_SAFE_INTEGER, 1);
  const size = integer(params, 'page_size', 1, 50, 20);
  const status = text(params, 'logistics_status');
  const number = text(params, 'international_logistics_num');
  const service = text(params, 'warehouse_carrier_service');
  // The descriptions of the two dates are swapped.
  const created = zonedRange(params, 'gmt_create_end_str', 'gmt_create_start_str', variants.parcelZone);
  const found = logisticsOrdersOf(shop.parcels, now).filter(
    (each) =>
      order === String(each.order.id) &&
      (!created || within(each.createdAt, created)) &&
      (!status || status === statusOf(each.parcel, now)) &&
      (!service || service === each.parcel.carrier.key) &&
      (!number || number === numberAt(each.parcel, now)),
  );
  const { rows, pages } = pageOf(found, page, size, listFault);
  return {
    result: {
      success: true,
      current_page: page,
      total_page: String(pages),
      ...listed(
        'result_list',
        'aeop_logistics_order_detail_dto',
        rows.map((each) => ({
          ...commonOf(each, now),
          gmt_create: zones[variants.parcelZone].write(each.createdAt),
        })),
      ),
    },
  };
}

const commonOf = ({ parcel, order }: LogisticsOrder, now: number) => ({
  logistics_order_id: logisticsOrderId(parcel, order),
  trade_order_id: order.id,
  out_order_code: parcel.lpNumber,
  international_logistics_num: numberAt(parcel, now),
  international_logistics_type: parcel.carrier.key,
  logistics_status: statusOf(parcel, now),
  ...fees(parcel),
});

/** The same for a warehouse. */
export function warehouseOrders({ shop, now, params, listFault }: Context) {
  const order = required(id(params, 'trade_order_id'), 'trade_order_id');
  const page = integer(params, 'current_page', 1, Number.MAX_SAFE_INTEGER, 1);
  const size = integer(params, 'page_size', 1, 50, 20);
  const consigned = oneOf(params, 'consign_type', ['DOMESTIC', 'EUOVERSEA']) ?? 'DOMESTIC';
  const found = logisticsOrdersOf(shop.parcels, now).filter(
    (each) => order === String(each.order.id) && consigned === 'DOMESTIC',
  );
  const { rows, pages } = pageOf(found, page, size, listFault);
  const list = rows.map((each) => commonOf(each, now));
  return {
    return_result: {
      success: true,
      current_page: page,
      total_page: pages,
      ...listed('result_list', 'aeop_warehouse_order_detail_dto', list),
    },
  };
}

/** What the seller has declared for one order, parcels of an own forwarder included. */
export function declaredShipments({ shop, now, params }: Context) {
  const wanted = required(id(params, 'trade_order_id'), 'trade_order_id');
  const number = text(params, 'logistics_no');
  const service = text(params, 'service_name');
  const line = integer(params, 'sub_trade_order_index', 1, 99, 1);
  const isOne = params.sub_trade_order_index !== undefined;
  const order = shop.orders.find((each) => String(each.id) === wanted);
  const parcels = order ? parcelsOf(shop.parcels, order.id) : [];
  const sent = parcels.filter((parcel) => order && declaredAt(parcel, order) <= now);
  if (!order || sent.length === 0) {
    return { result_success: false, result_error_code: 'SHIPMENT_NOT_FOUND', error_msg: 'no shipment' };
  }
  const subOrders = order.lines.flatMap((_, n) => {
    const own = sent.filter(({ nth }) => parcels.length === 1 || nth % order.lines.length === n);
    const shown = own.filter(
      (parcel) =>
        (!number || number === numberAt(parcel, now)) && (!service || service === parcel.carrier.key),
    );
    if (shown.length === 0 || (isOne && line !== n + 1)) return [];
    return {
      sub_trade_order_index: n + 1,
      send_type: parcels.length > order.lines.length ? 'part' : 'all',
      ...listed(
        'shipment_list',
        'shipment',
        shown.map((parcel) => ({
          logistics_no: numberAt(parcel, now),
          service_name: parcel.carrier.key,
          ...(!parcel.carrier.isOnline && { tracking_web_site: 'https://forwarder.example/track' }),
        })),
      ),
    };
  });
  return {
    result_success: true,
    trade_order_id: order.id,
    ...listed('sub_trade_order_list', 'sub_trade_order', subOrders),
  };
}

/** The first mile by the newest event. A status that no list names comes after an abnormality was settled. */
const statusByCode: Readonly<Record<string, string>> = {
  CONSIGN: 'wait_warehouse_receive_goods',
  PU_PICKUP_SUCCESS: 'pickup_success',
  SC_INBOUND_SUCCESS: 'wait_warehouse_send_goods',
};

export function statusOf(parcel: Parcel, now: number): string {
  const abnormal = parcel.abnormalities.findLast(({ from }) => from <= now);
  const newest = eventsUntil(parcel, now).at(-1);
  if (abnormal && abnormal.until > now) {
    return abnormalities[abnormal.code]?.status ?? 'warehouse_reject_goods';
  }
  if (abnormal && (!newest || newest.at < abnormal.until)) return 'reroute_success';
  return newest ? (statusByCode[newest.code] ?? 'send_goods_success') : 'init';
}

const logisticsStatuses = ['init', ...Object.values(statusByCode), 'send_goods_success', 'closed'];

/** The status codes in force. */
export const statusNames = () => ({
  result: {
    success: true,
    mode: {
      enums: listed(
        'order_status_list',
        'enum',
        logisticsStatuses.map((code) => ({ code: code.toUpperCase(), name: code })),
      ),
    },
  },
});

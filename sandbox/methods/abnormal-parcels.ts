/** The parcels that a warehouse could not process. See docs/aliexpress.md#abnormal-parcels. */

import { abnormalities } from '../parcels/abnormalities.ts';
import type { Abnormality } from '../parcels.ts';
import { logisticsOrderId, numberAt, type Parcel } from '../parcels.ts';
import { pageOf, totalsOf } from './paged.ts';
import { pageSize } from './parcel-lists.ts';
import { type Context, id, integer, oneOf, text, textList, within } from './query.ts';
import { listed } from './wire.ts';
import { zonedRange, zones } from './zones.ts';

interface Row {
  parcel: Parcel;
  abnormality: Abnormality;
  isSettled: boolean;
  updatedAt: number;
}

export function abnormalParcels({ shop, now, params, listFault, variants }: Context) {
  const page = integer(params, 'current_page', 1, Number.MAX_SAFE_INTEGER, 1);
  const size = pageSize(params, 10, variants);
  if (typeof size === 'string') return { is_success: false, error_desc: size };
  const window = (name: string) => zonedRange(params, `${name}_start`, `${name}_end`, variants.parcelZone);
  const [updated, created] = [window('gmt_status_update'), window('gmt_create')];
  const order = id(params, 'trade_order_id');
  const number = text(params, 'intl_tracking_no');
  const statuses = textList(params, 'warehouse_status_list');
  const withMailNo = oneOf(params, 'need_mailNo_info', ['true', 'false']) === 'true';

  const found = shop.parcels
    .flatMap((parcel) => rowOf(parcel, now) ?? [])
    .filter(
      ({ parcel, abnormality, isSettled, updatedAt }) =>
        (!isSettled || variants.settledParcels === 'listed') &&
        (!updated || within(updatedAt, updated)) &&
        (!created || within(parcel.shippedAt, created)) &&
        (!order || order === String(parcel.order.id)) &&
        (!number || number === numberAt(parcel, now)) &&
        (!statuses || statuses.includes(statusOf(abnormality, isSettled).code)),
    )
    .sort((a, b) => b.updatedAt - a.updatedAt);
  const paged = pageOf(found, page, size, listFault);
  const { write } = zones[variants.parcelZone];
  return {
    is_success: true,
    current_page: page,
    ...totalsOf(paged, variants),
    ...listed(
      'result',
      'abnormal_order',
      paged.rows.map((row) => shown(row, write, withMailNo, now)),
    ),
  };
}

/** The state of a parcel's last abnormality. */
function rowOf(parcel: Parcel, now: number): Row | undefined {
  const abnormality = parcel.abnormalities.findLast(({ from }) => from <= now);
  if (!abnormality) return undefined;
  const isSettled = abnormality.until <= now;
  return { parcel, abnormality, isSettled, updatedAt: isSettled ? abnormality.until : abnormality.from };
}

function statusOf({ code }: Abnormality, isSettled: boolean): { code: string; name: string } {
  const abnormal = abnormalities[code];
  return isSettled || !abnormal
    ? { code: 'wait_warehouse_send_goods', name: '等待仓库发货' }
    : { code: abnormal.status, name: abnormal.name };
}

function shown(row: Row, write: (at: number) => string, withMailNo: boolean, now: number) {
  const { parcel, abnormality, isSettled, updatedAt } = row;
  const { code, name } = statusOf(abnormality, isSettled);
  const { decideBy } = abnormality;
  return {
    id: logisticsOrderId(parcel, parcel.order),
    trade_order_id: parcel.order.id,
    intl_tracking_no: numberAt(parcel, now),
    out_order_code: parcel.lpNumber,
    domestic_logistic_tracking_no: `SF${parcel.order.id % 10_000_000_000n}`,
    domestic_logistic_company_name: '顺丰速运',
    order_status_code: code,
    order_status_name: name,
    abnormal_code: isSettled ? '' : abnormality.code,
    abnormal_reason: isSettled ? '' : abnormality.reason,
    gmt_status_update: write(updatedAt),
    gmt_create: write(parcel.shippedAt),
    ...(decideBy !== undefined && !isSettled && { over_time: write(decideBy) }),
    cancel_status_code: '',
    cancel_status_name: '',
    payment_status_code: abnormality.code === 'FREIGHT_UNPAID' && !isSettled ? 'UNPAID' : 'PAID',
    payment_status_name: abnormality.code === 'FREIGHT_UNPAID' && !isSettled ? '未支付' : '已支付',
    warehouse_name: '深圳集货仓',
    warehouse_code: 'Tran_Store_13452472',
    solution_code: parcel.carrier.key,
    solution_name: parcel.carrier.name,
    logistic_detail_url: 'https://csp.aliexpress.com/logistics/detail',
    unreachable_insured: false,
    high_value_insure: false,
    re_high_value_insure: false,
    aeop_packge_info: { goods_length: 62, goods_width: 41, goods_height: 30, goods_weight: 2140 },
    ...(withMailNo && { mailno_status_errorcode: '', mailno_status_errormsg: '' }),
  };
}

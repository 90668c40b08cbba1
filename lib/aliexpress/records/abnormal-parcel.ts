/**
 * A parcel that a warehouse could not process, as the list of abnormal parcels returns it. Reasons and names of statuses
 * are AliExpress's own words, in Chinese. See docs/aliexpress.md#abnormal-parcels.
 */

import { record } from '../../pack/record.ts';
import { asPacific } from '../unstated-zone.ts';
import * as wire from '../wire.ts';
import { ORDER_PAGE } from './order.ts';

export const abnormalParcel = record({
  key: 'abnormal_parcel',
  id: 'abnormal_id',
  link: ORDER_PAGE,
  fields: {
    abnormal_id: { label: { en: 'Case Number', zh: '异常单编号' }, from: 'id', as: 'id', required: true },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'trade_order_id', as: 'id' },
    tracking_number: {
      label: { en: 'Tracking Number', zh: '运单号' },
      from: 'intl_tracking_no',
      as: 'text',
    },
    domestic_tracking_number: {
      label: { en: 'Domestic Tracking Number', zh: '国内运单号' },
      from: 'domestic_logistic_tracking_no',
      as: 'text',
    },
    domestic_carrier: {
      label: { en: 'Domestic Carrier', zh: '国内快递公司' },
      from: 'domestic_logistic_company_name',
      as: 'text',
    },
    logistics_order_number: {
      label: { en: 'Logistics Order Number', zh: '物流单号（LP）' },
      from: 'out_order_code',
      as: 'text',
    },
    abnormal_code: { label: { en: 'Reason Code', zh: '异常代码' }, from: 'abnormal_code', as: 'text' },
    abnormal_reason: { label: { en: 'Reason', zh: '异常原因' }, from: 'abnormal_reason', as: 'text' },
    logistics_status: {
      label: { en: 'Logistics Status Code', zh: '物流单状态代码' },
      from: 'order_status_code',
      as: 'text',
    },
    logistics_status_name: {
      label: { en: 'Logistics Status', zh: '物流单状态' },
      from: 'order_status_name',
      as: 'text',
    },
    decision_by: { label: { en: 'Decide By', zh: '处理截止时间' }, from: 'over_time', as: 'pacific_time' },
    status_changed_at: {
      label: { en: 'Status Changed At', zh: '状态变更时间' },
      from: 'gmt_status_update',
      as: 'pacific_time',
    },
    created_at: { label: { en: 'Created At', zh: '创建时间' }, from: 'gmt_create', as: 'pacific_time' },
    warehouse_name: { label: { en: 'Warehouse', zh: '仓库' }, from: 'warehouse_name', as: 'text' },
    return_tracking_number: {
      label: { en: 'Return Tracking Number', zh: '退回运单号' },
      from: 'und_express_mail_no',
      as: 'text',
    },
    prohibited_review: {
      label: { en: 'Prohibited Goods Review', zh: '禁运审核结果' },
      from: 'forbidden_audit_result',
      as: 'text',
    },
    cancel_status: {
      label: { en: 'Cancellation Status Code', zh: '取消状态代码' },
      from: 'cancel_status_code',
      as: 'text',
    },
    cancel_status_name: {
      label: { en: 'Cancellation Status', zh: '取消状态' },
      from: 'cancel_status_name',
      as: 'text',
    },
    payment_status: {
      label: { en: 'Payment Status Code', zh: '支付状态代码' },
      from: 'payment_status_code',
      as: 'text',
    },
    payment_status_name: {
      label: { en: 'Payment Status', zh: '支付状态' },
      from: 'payment_status_name',
      as: 'text',
    },
    weight: {
      label: { en: 'Weight (g)', zh: '重量（克）' },
      from: 'aeop_packge_info.goods_weight',
      as: 'number',
    },
    length: {
      label: { en: 'Length (cm)', zh: '长（厘米）' },
      from: 'aeop_packge_info.goods_length',
      as: 'number',
    },
    width: {
      label: { en: 'Width (cm)', zh: '宽（厘米）' },
      from: 'aeop_packge_info.goods_width',
      as: 'number',
    },
    height: {
      label: { en: 'Height (cm)', zh: '高（厘米）' },
      from: 'aeop_packge_info.goods_height',
      as: 'number',
    },
  },
});

/** The time of a row that lies in the past, and all of its times. */
export const STATUS_TIME = abnormalParcel.fields.status_changed_at.from;
const TIMES = Object.values(abnormalParcel.fields).flatMap(({ as, from }) =>
  as === 'pacific_time' ? from : [],
);

/** A row whose times are Beijing times. */
export function inBeijingTime(row: unknown): unknown {
  const raw = wire.record.safeParse(row).data;
  return (
    raw && { ...raw, ...Object.fromEntries(TIMES.map((name) => [name, asPacific(raw[name], 'beijing')])) }
  );
}

/** The statuses in which a warehouse has not processed a parcel. AliExpress writes them in capitals too. */
export const NOT_PROCESSED = [
  'pickup_fail',
  'warehouse_reject_goods',
  'out_stock_fail',
  'send_goods_fail',
].flatMap((status) => [status, status.toUpperCase()]);

/** A dispute as the list of disputes returns it, without the buyer. See docs/aliexpress.md#dispute-list. */

import { type Fields, record } from '../../pack/record.ts';
import { disputeStatusNames, disputeStatusNamesZh } from '../dispute-terms.ts';
import { ORDER_PAGE } from './order.ts';

/** The detail has the same fields. */
export const disputeStatusFields = {
  status: { label: { en: 'Status Code', zh: '状态代码' }, from: 'issue_status', as: 'text', required: true },
  status_name: {
    label: { en: 'Status', zh: '状态（英文）' },
    from: 'issue_status',
    as: 'lookup',
    table: disputeStatusNames,
  },
  status_name_zh: {
    label: { en: 'Status (Chinese)', zh: '状态' },
    from: 'issue_status',
    as: 'lookup',
    table: disputeStatusNamesZh,
  },
} as const satisfies Fields;

export const dispute = record({
  key: 'dispute',
  id: 'dispute_id',
  link: ORDER_PAGE,
  fields: {
    dispute_id: {
      label: { en: 'Dispute Number', zh: '纠纷编号' },
      from: 'issue_id',
      as: 'id',
      required: true,
    },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'parent_order_id', as: 'id' },
    line_id: { label: { en: 'Line Item Number', zh: '子订单号' }, from: 'order_id', as: 'id' },
    ...disputeStatusFields,
    reason: { label: { en: 'Reason', zh: '原因（英文）' }, from: 'reason_english', as: 'text' },
    reason_zh: { label: { en: 'Reason (Chinese)', zh: '原因' }, from: 'reason_chinese', as: 'text' },
    opened_at: { label: { en: 'Opened At', zh: '发起时间' }, from: 'gmt_create', as: 'pacific_time' },
    updated_at: { label: { en: 'Updated At', zh: '更新时间' }, from: 'gmt_modified', as: 'pacific_time' },
  },
});

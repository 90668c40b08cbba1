/**
 * A dispute as its detail returns it, without the messages of the two sides and the return address. `id` may be another
 * number than the one that was asked for. See docs/aliexpress.md#dispute-detail.
 */

import { record } from '../../pack/record.ts';
import {
  disputeStageNames,
  disputeStageNamesZh,
  disputeTimeoutNames,
  disputeTimeoutNamesZh,
} from '../dispute-terms.ts';
import { disputeStatusFields } from './dispute.ts';
import { ORDER_PAGE } from './order.ts';

export const disputeDetailRecord = record({
  key: 'dispute_detail',
  id: 'dispute_id',
  link: ORDER_PAGE,
  fields: {
    dispute_id: { label: { en: 'Dispute Number', zh: '纠纷编号' }, from: 'id', as: 'id', required: true },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'parent_order_id', as: 'id' },
    line_id: { label: { en: 'Line Item Number', zh: '子订单号' }, from: 'order_id', as: 'id' },
    ...disputeStatusFields,
    stage: { label: { en: 'Stage Code', zh: '阶段代码' }, from: 'reverse_detail_status', as: 'text' },
    stage_name: {
      label: { en: 'Stage', zh: '阶段（英文）' },
      from: 'reverse_detail_status',
      as: 'lookup',
      table: disputeStageNames,
    },
    stage_name_zh: {
      label: { en: 'Stage (Chinese)', zh: '阶段' },
      from: 'reverse_detail_status',
      as: 'lookup',
      table: disputeStageNamesZh,
    },
    stage_due_at: {
      label: { en: 'Current Stage Deadline', zh: '当前阶段截止时间' },
      help: { en: 'Deadline for whoever must act next.', zh: '下一步处理人的截止时间。' },
      from: 'timeout_trigger_time',
      as: 'pacific_time',
    },
    deadline_type: {
      label: { en: 'Deadline Type Code', zh: '时限类型代码' },
      from: 'timeout_type',
      as: 'text',
    },
    deadline_type_name: {
      label: { en: 'Deadline Type', zh: '时限类型（英文）' },
      from: 'timeout_type',
      as: 'lookup',
      table: disputeTimeoutNames,
    },
    deadline_type_name_zh: {
      label: { en: 'Deadline Type (Chinese)', zh: '时限类型' },
      from: 'timeout_type',
      as: 'lookup',
      table: disputeTimeoutNamesZh,
    },
    reason: { label: { en: 'Reason', zh: '原因（英文）' }, from: 'issue_reason', as: 'text' },
    opened_at: { label: { en: 'Opened At', zh: '发起时间' }, from: 'gmt_create', as: 'pacific_time' },
    product_id: { label: { en: 'Product Number', zh: '商品 ID' }, from: 'product_id', as: 'id' },
    product_name: { label: { en: 'Product', zh: '商品' }, from: 'product_name', as: 'text' },
    unit_price: { label: { en: 'Unit Price', zh: '单价' }, from: 'product_price', as: 'number' },
    unit_price_currency: {
      label: { en: 'Unit Price Currency', zh: '单价币种' },
      from: 'product_price_currency',
      as: 'text',
    },
    max_refund: {
      label: { en: 'Maximum Refund', zh: '最高退款金额' },
      from: 'refund_money_max',
      as: 'number',
    },
    currency: {
      label: { en: 'Currency', zh: '币种' },
      help: { en: 'Currency of the maximum refund.', zh: '最高退款金额的币种。' },
      from: 'refund_money_max_currency',
      as: 'text',
    },
  },
});

/**
 * A dispute as its detail returns it, without what the two sides wrote to each other and where goods are returned to.
 *
 * `id` in a recorded answer is another number than the `issue_id` in its own parts. So who knows the id that was asked
 * for lays it over: `{ ...answer.result_object, id: issue_id }`.
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
    dispute_id: { label: 'Dispute Number', from: 'id', as: 'id', required: true },
    order_id: { label: 'Order Number', from: 'parent_order_id', as: 'id' },
    line_id: { label: 'Line ID', from: 'order_id', as: 'id' },
    ...disputeStatusFields,
    stage: {
      label: 'Stage',
      help: "AliExpress's own word for who has to act next, such as wait_for_seller_response.",
      from: 'reverse_detail_status',
      as: 'text',
    },
    stage_name: {
      label: 'Stage in Words',
      from: 'reverse_detail_status',
      as: 'lookup',
      table: disputeStageNames,
    },
    stage_name_zh: {
      label: 'Stage in Words (Chinese)',
      from: 'reverse_detail_status',
      as: 'lookup',
      table: disputeStageNamesZh,
    },
    stage_due_at: {
      label: 'Stage Ends At',
      help: 'Until when whoever has to act must have acted.',
      from: 'timeout_trigger_time',
      as: 'pacific_time',
    },
    stage_due_kind: { label: 'What Runs Out', from: 'timeout_type', as: 'text' },
    stage_due_kind_name: {
      label: 'What Runs Out in Words',
      from: 'timeout_type',
      as: 'lookup',
      table: disputeTimeoutNames,
    },
    stage_due_kind_name_zh: {
      label: 'What Runs Out in Words (Chinese)',
      from: 'timeout_type',
      as: 'lookup',
      table: disputeTimeoutNamesZh,
    },
    reason: { label: 'Reason', from: 'issue_reason', as: 'text' },
    opened_at: { label: 'Opened At', from: 'gmt_create', as: 'pacific_time' },
    product_id: { label: 'Product ID', from: 'product_id', as: 'id' },
    product_name: { label: 'Product', from: 'product_name', as: 'text' },
    unit_price: { label: 'Unit Price', from: 'product_price', as: 'text' },
    unit_price_currency: { label: 'Unit Price Currency', from: 'product_price_currency', as: 'text' },
    refund_most: { label: 'Highest Refund', from: 'refund_money_max', as: 'text' },
    currency: {
      label: 'Currency',
      help: 'Of the highest refund.',
      from: 'refund_money_max_currency',
      as: 'text',
    },
  },
});

/**
 * An open dispute with who must act next, and by when: a row of the list of disputes, and the detail of the dispute. Both
 * name the buyer, who is not read.
 */

import { record } from '../../pack/record.ts';
import * as wire from '../wire.ts';
import { dispute } from './dispute.ts';
import { disputeDetailRecord } from './dispute-detail.ts';
import { ORDER_PAGE } from './order.ts';

const {
  stage,
  stage_name,
  stage_name_zh,
  stage_due_at,
  deadline_type,
  deadline_type_name,
  deadline_type_name_zh,
  product_id,
  product_name,
  max_refund,
  currency,
} = disputeDetailRecord.fields;

export const openDispute = record({
  key: 'open_dispute',
  id: 'dispute_id',
  link: ORDER_PAGE,
  fields: {
    ...dispute.fields,
    stage,
    stage_name,
    stage_name_zh,
    stage_due_at,
    deadline_type,
    deadline_type_name,
    deadline_type_name_zh,
    stage_checked_at: {
      label: { en: 'Stage Checked At', zh: '阶段查询时间' },
      from: 'seen_at',
      as: 'epoch_time',
      required: true,
    },
    product_id,
    product_name,
    max_refund,
    currency,
  },
});

/**
 * The raw object of the record. The row is laid over the detail, because `id` in the detail is another number than the
 * one that was asked for.
 * @param seenAt when the detail was answered, epoch milliseconds
 */
export const openDisputeOf = (row: unknown, detail: unknown, seenAt: number) => ({
  ...wire.record.safeParse(detail).data,
  ...wire.record.safeParse(row).data,
  seen_at: seenAt,
});

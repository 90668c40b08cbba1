/**
 * An open dispute with who has to act next, and until when: a row of the list of disputes laid over the dispute's
 * detail, `{ ...detail, ...row, seen_at }`. Who opened it stands in both, and stays there.
 */

import { record } from '../../pack/record.ts';
import { dispute } from './dispute.ts';
import { disputeDetailRecord } from './dispute-detail.ts';
import { ORDER_PAGE } from './order.ts';

const {
  stage,
  stage_name,
  stage_name_zh,
  stage_due_at,
  stage_due_kind,
  stage_due_kind_name,
  stage_due_kind_name_zh,
  product_id,
  product_name,
  refund_most,
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
    stage_due_kind,
    stage_due_kind_name,
    stage_due_kind_name_zh,
    stage_seen_at: {
      label: { en: 'Stage Checked At', zh: '阶段查询时间' },
      from: 'seen_at',
      as: 'epoch_time',
      required: true,
    },
    product_id,
    product_name,
    refund_most,
    currency,
  },
});

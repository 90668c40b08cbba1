/** A dispute as the list of disputes returns it. Who opened it is in that answer too, and stays there. */

import { type Fields, record } from '../../pack/record.ts';
import { disputeStatusNames, disputeStatusNamesZh } from '../dispute-terms.ts';
import { ORDER_PAGE } from './order.ts';

/** The detail has the same fields. */
export const disputeStatusFields = {
  status: {
    label: 'Status',
    help: "AliExpress's own word: processing, canceled_issue or finish.",
    from: 'issue_status',
    as: 'text',
    required: true,
  },
  status_name: { label: 'Status in Words', from: 'issue_status', as: 'lookup', table: disputeStatusNames },
  status_name_zh: {
    label: 'Status in Words (Chinese)',
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
    dispute_id: { label: 'Dispute Number', from: 'issue_id', as: 'id', required: true },
    order_id: { label: 'Order Number', from: 'parent_order_id', as: 'id' },
    line_id: { label: 'Line ID', from: 'order_id', as: 'id' },
    ...disputeStatusFields,
    reason: { label: 'Reason', from: 'reason_english', as: 'text' },
    reason_zh: { label: 'Reason (Chinese)', from: 'reason_chinese', as: 'text' },
    opened_at: { label: 'Opened At', from: 'gmt_create', as: 'pacific_time' },
    changed_at: { label: 'Last Changed At', from: 'gmt_modified', as: 'pacific_time' },
  },
});

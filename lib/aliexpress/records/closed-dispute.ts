/**
 * A dispute that is closed: a row of the list of disputes, and what the detail says of the solution. Both name the buyer,
 * who is not read. See docs/aliexpress.md#dispute-detail.
 */

import { ownValue } from '../../pack/own-value.ts';
import { record, type ValuesOf } from '../../pack/record.ts';
import { valueAt } from '../convert.ts';
import {
  AGREED,
  type DisputeOutcome,
  deciderOf,
  disputeDeciderNames,
  disputeDeciderNamesZh,
  disputeOutcomeNames,
  disputeOutcomeNamesZh,
  REFUSED,
  WITH_RETURN,
  WITHDRAWN,
} from '../dispute-terms.ts';
import { parseTime, toIso } from '../time.ts';
import * as wire from '../wire.ts';
import { dispute } from './dispute.ts';
import { disputeDetailRecord } from './dispute-detail.ts';
import { ORDER_PAGE } from './order.ts';

const UNKNOWN = 'unknown' satisfies DisputeOutcome;

const { product_id, product_name } = disputeDetailRecord.fields;

export const closedDispute = record({
  key: 'closed_dispute',
  id: 'dispute_id',
  link: ORDER_PAGE,
  fields: {
    ...dispute.fields,
    closed_at: {
      label: { en: 'Closed At', zh: '结束时间' },
      help: {
        en: 'As AliExpress states it, otherwise when it was noticed.',
        zh: '速卖通给出的时间；没有时为发现的时间。',
      },
      from: 'closed_at',
      as: 'epoch_time',
      required: true,
    },
    outcome: {
      label: { en: 'Outcome Code', zh: '结果代码' },
      from: 'outcome',
      as: 'text',
      required: true,
    },
    outcome_name: {
      label: { en: 'Outcome', zh: '结果（英文）' },
      from: 'outcome',
      as: 'lookup',
      table: disputeOutcomeNames,
    },
    outcome_name_zh: {
      label: { en: 'Outcome (Chinese)', zh: '结果' },
      from: 'outcome',
      as: 'lookup',
      table: disputeOutcomeNamesZh,
    },
    refund_amount: {
      label: { en: 'Refund Amount', zh: '退款金额' },
      help: { en: 'Empty if there was no refund.', zh: '无退款时为空。' },
      from: 'refund.refund_money',
      as: 'number',
    },
    refund_currency: {
      label: { en: 'Refund Currency', zh: '退款币种' },
      from: 'refund.refund_money_currency',
      as: 'text',
    },
    decided_by: {
      label: { en: 'Decided By Code', zh: '处理方式代码' },
      from: 'decided_by',
      as: 'text',
    },
    decided_by_name: {
      label: { en: 'Decided By', zh: '处理方式（英文）' },
      from: 'decided_by',
      as: 'lookup',
      table: disputeDeciderNames,
    },
    decided_by_name_zh: {
      label: { en: 'Decided By (Chinese)', zh: '处理方式' },
      from: 'decided_by',
      as: 'lookup',
      table: disputeDeciderNamesZh,
    },
    product_id,
    product_name,
  },
});

type ClosedDispute = ValuesOf<typeof closedDispute.fields>;

/** A dispute of which only is known that it is no longer open. @param noticedAt epoch milliseconds */
export const withUnknownOutcome = (
  values: ValuesOf<typeof dispute.fields>,
  noticedAt: number,
): ClosedDispute => ({
  ...values,
  closed_at: toIso(noticedAt),
  outcome: UNKNOWN,
  outcome_name: disputeOutcomeNames[UNKNOWN] ?? null,
  outcome_name_zh: disputeOutcomeNamesZh[UNKNOWN] ?? null,
  refund_amount: null,
  refund_currency: null,
  decided_by: null,
  decided_by_name: null,
  decided_by_name_zh: null,
  product_id: null,
  product_name: null,
});

/** Of a row of the list; NaN where it does not say when it last changed. */
export const changedAtOf = (row: unknown): number => parseTime(textAt(row, 'gmt_modified')) ?? Number.NaN;

/**
 * The raw object of the record.
 * @param detail left out where the row says everything, or where there is none
 * @param noticedAt epoch milliseconds
 */
export function closedDisputeOf(row: unknown, detail: unknown, noticedAt: number) {
  const isWithdrawn = textAt(row, 'issue_status') === WITHDRAWN;
  const solution = isWithdrawn ? undefined : solutionOf(detail);
  const outcome = isWithdrawn ? 'withdrawn' : outcomeOf(detail, solution);
  const hasRefund = outcome === 'refunded' || outcome === 'returned_and_refunded';
  return {
    ...wire.record.safeParse(detail).data,
    ...wire.record.safeParse(row).data,
    closed_at: changedAtOf(row) || noticedAt,
    outcome: outcome satisfies DisputeOutcome,
    refund: hasRefund ? solution : undefined,
    decided_by: ownValue(deciderOf, textAt(solution, 'reached_type')),
  };
}

const textAt = (raw: unknown, path: string): string => String(valueAt(raw, path) ?? '');

/** The solution that both sides have accepted, or that AliExpress has decided on. The later one counts. */
const solutionOf = (detail: unknown): unknown =>
  ['buyer_solution_list', 'seller_solution_list', 'platform_solution_list']
    .flatMap((list) => wire.list.safeParse(valueAt(detail, list)).data ?? [])
    .filter((solution) => AGREED.includes(textAt(solution, 'status')))
    .sort((a, b) => (reachedAt(a) || 0) - (reachedAt(b) || 0))
    .at(-1);

const reachedAt = (solution: unknown): number | null =>
  parseTime(textAt(solution, 'reached_time')) ?? parseTime(textAt(solution, 'gmt_modified'));

function outcomeOf(detail: unknown, solution: unknown): DisputeOutcome {
  if (solution === undefined)
    return textAt(detail, 'reverse_detail_status') === REFUSED ? 'no_refund' : 'unknown';
  if (!(Number(textAt(solution, 'refund_money')) > 0)) return 'no_refund';
  return textAt(solution, 'solution_type') === WITH_RETURN ? 'returned_and_refunded' : 'refunded';
}

/** The list of disputes, and the detail of one. See docs/aliexpress.md#disputes. */

import {
  type Dispute,
  type DisputeStatus,
  disputeChangedAt,
  disputeStatusAt,
  isWaitingForSeller,
} from '../disputes.ts';
import { toPacific } from '../pacific.ts';
import { pageOf } from './paged.ts';
import { type Context, epochRange, id, integer, jsonQuery, oneOf, required, text, within } from './query.ts';
import { decimal, listed } from './wire.ts';

const statuses: readonly DisputeStatus[] = ['processing', 'canceled_issue', 'finish'];

export function disputeList({ shop, now, params, listFault }: Context) {
  const query = jsonQuery(params, 'query_dto', [
    'current_page',
    'page_size',
    'issue_status',
    'order_no',
    'buyer_login_id',
    'create_time_start',
    'create_time_end',
  ]);
  const page = integer(query, 'current_page', 1, Number.MAX_SAFE_INTEGER);
  const size = integer(query, 'page_size', 1, 50);
  const status = oneOf(query, 'issue_status', statuses) ?? 'processing';
  const order = id(query, 'order_no');
  const buyer = text(query, 'buyer_login_id');
  const created = epochRange(query, 'create_time_start', 'create_time_end');

  const found = [...shop.disputes.values()]
    .filter(
      (dispute) =>
        disputeStatusAt(dispute, now) === status &&
        (!order || [dispute.line.childId, dispute.order.id].map(String).includes(order)) &&
        (!buyer || buyer === dispute.order.buyer.login) &&
        (!created || within(dispute.openedAt, created)),
    )
    .sort((a, b) => b.openedAt - a.openedAt);
  const { rows, total } = pageOf(found, page, size, listFault);
  return {
    current_page: page,
    page_size: size,
    total_item: String(total),
    ...listed(
      'data_list',
      'issue_api_issue_dto',
      rows.map((dispute) => ({
        issue_id: dispute.id,
        order_id: dispute.line.childId,
        parent_order_id: dispute.order.id,
        issue_status: status,
        gmt_create: toPacific(dispute.openedAt),
        gmt_modified: toPacific(disputeChangedAt(dispute, now)),
        reason_chinese: dispute.reason.chinese,
        reason_english: dispute.reason.english,
        buyer_login_id: dispute.order.buyer.login,
      })),
    ),
  };
}

export function disputeDetail({ shop, now, params }: Context) {
  const buyer = required(text(params, 'buyer_login_id'), 'buyer_login_id');
  const wanted = required(id(params, 'issue_id'), 'issue_id');
  const dispute = [...shop.disputes.values()].find(
    (candidate) => String(candidate.id) === wanted && candidate.order.buyer.login === buyer,
  );
  const status = dispute && disputeStatusAt(dispute, now);
  if (!dispute || !status) return {};
  const { order, line, reason } = dispute;
  const paid = decimal(line.unitCents * line.quantity);
  return {
    result_object: {
      id: dispute.id,
      order_id: line.childId,
      parent_order_id: order.id,
      issue_status: status,
      gmt_create: toPacific(dispute.openedAt),
      buyer_login_id: order.buyer.login,
      issue_reason: reason.english,
      issue_reason_id: reason.id,
      product_id: String(line.productId),
      product_name: line.name,
      product_price: decimal(line.unitCents),
      product_price_currency: 'USD',
      issue_quantity: String(line.quantity),
      refund_money_max: paid,
      refund_money_max_currency: 'USD',
      after_sale_warranty: 'false',
      ...pendingResponse(dispute, now),
      ...listed('buyer_solution_list', 'solution_api_dto', [
        solution(dispute, now, { owner: 'buyer', madeAt: dispute.openedAt, refund: paid, n: 1 }),
      ]),
      ...listed(
        'seller_solution_list',
        'solution_api_dto',
        hasHappened(dispute.answeredAt, now)
          ? [
              solution(dispute, now, {
                owner: 'seller',
                madeAt: dispute.answeredAt as number,
                refund: decimal(line.unitCents),
                n: 2,
              }),
            ]
          : [],
      ),
      ...listed('process_dto_list', 'api_issue_process_dto', processes(dispute, now)),
    },
  };
}

/** Who must respond, and by when; neither once the dispute is closed. */
function pendingResponse(dispute: Dispute, now: number) {
  const status = disputeStatusAt(dispute, now);
  if (status !== 'processing') return status === 'finish' ? { reverse_detail_status: 'refund_success' } : {};
  const [reverse_detail_status, dueAt] = isWaitingForSeller(dispute, now)
    ? ['wait_for_seller_response', dispute.answerDueAt]
    : ['wait_for_buyer_response', dispute.buyerDueAt as number];
  return {
    reverse_detail_status,
    timeout_type: 'WAIT_SOLUTION_TIMEOUT',
    timeout_trigger_time: toPacific(dueAt),
  };
}

function solution(
  dispute: Dispute,
  now: number,
  { owner, madeAt, refund, n }: { owner: 'buyer' | 'seller'; madeAt: number; refund: string; n: number },
) {
  const status = disputeStatusAt(dispute, now);
  return {
    id: dispute.id * 10n + BigInt(n),
    issue_id: dispute.id,
    order_id: dispute.line.childId,
    gmt_create: toPacific(madeAt),
    gmt_modified: toPacific(disputeChangedAt(dispute, now)),
    content: `CANARY-CONTENT ${dispute.order.buyer.phone}`,
    is_default: 'true',
    solution_owner: owner,
    solution_type: 'refund',
    refund_money: refund,
    refund_money_currency: 'USD',
    logistics_fee_bear_role: 'seller',
    version: 1,
    status:
      status === 'processing'
        ? owner === 'buyer'
          ? 'wait_seller_accept'
          : 'wait_buyer_accept'
        : status === 'finish'
          ? 'reached'
          : 'reach_cancle',
    ...(status === 'finish' && {
      reached_time: toPacific(dispute.closedAt),
      reached_type: dispute.answeredAt === undefined ? 'seller_reponse_timeout' : 'negotiation_consensus',
    }),
  };
}

function processes(dispute: Dispute, now: number) {
  const { answeredAt, closedAt, outcome } = dispute;
  const steps: [at: number | undefined, action: string, member: string][] = [
    [dispute.openedAt, 'initiate', 'buyer'],
    [answeredAt, 'seller_create_solution', 'seller'],
    outcome === 'canceled_issue'
      ? [closedAt, 'cancel', 'buyer']
      : answeredAt === undefined
        ? [closedAt, 'seller_accept', 'system']
        : [closedAt, 'buyer_accept', 'buyer'],
  ];
  return steps.flatMap(([at, action_type, submit_member_type], n) =>
    hasHappened(at, now)
      ? [
          {
            id: dispute.id * 10n + BigInt(n),
            issue_id: dispute.id,
            action_type,
            submit_member_type,
            content: `CANARY-CONTENT ${dispute.order.buyer.phone}`,
            gmt_create: toPacific(at as number),
            receive_goods: 'true',
            has_buyer_video: 'false',
            has_seller_video: 'false',
          },
        ]
      : [],
  );
}

const hasHappened = (at: number | undefined, now: number): boolean => at !== undefined && at <= now;

/** The order list. See docs/aliexpress.md#order-list. */

import { DAY } from '../../lib/runtime.ts';
import { type Order, type Stage, stageAt } from '../orders.ts';
import { toPacific } from '../pacific.ts';
import { changedAt, type Shop } from '../shop.ts';
import {
  isPaid,
  isShipped,
  issueStatus,
  lineIssueStatus,
  logisticsStatus,
  timeLeft,
  total,
} from './order-state.ts';
import { pageOf, shownAsOf, totalsOf } from './paged.ts';
import {
  type Context,
  integer,
  jsonQuery,
  oneOf,
  pacificRange,
  Refusal,
  required,
  text,
  texts,
  within,
} from './query.ts';
import { simpleMoney, WireList } from './wire.ts';

/** Those that may be sent. Further ones only come back. */
const orderStatuses = [
  'PLACE_ORDER_SUCCESS',
  'IN_CANCEL',
  'WAIT_SELLER_SEND_GOODS',
  'SELLER_PART_SEND_GOODS',
  'WAIT_BUYER_ACCEPT_GOODS',
  'FUND_PROCESSING',
  'IN_ISSUE',
  'IN_FROZEN',
  'WAIT_SELLER_EXAMINE_MONEY',
  'RISK_CONTROL',
  'FINISH',
] as const;

export function orderList({ shop, now, params, listFault, variants }: Context) {
  const query = jsonQuery(params, 'param_aeop_order_query', [
    'current_page',
    'page_size',
    'order_status',
    'order_status_list',
    'create_date_start',
    'create_date_end',
    'modified_date_start',
    'modified_date_end',
    'buyer_login_id',
  ]);
  const page = integer(query, 'current_page', 1, 99);
  const size = integer(query, 'page_size', 1, 50);
  const status = oneOf(query, 'order_status', orderStatuses);
  const requested = [
    ...(status ? [status] : []),
    ...(texts(query, 'order_status_list', orderStatuses, 20) ?? []),
  ];
  const isMixed = requested.includes('FINISH') && requested.some((each) => each !== 'FINISH');
  if (isMixed && variants.finishAmongOthers === 'refused') {
    throw new Refusal('InvalidParameter', 'FINISH needs a query of its own');
  }
  const withoutEnded = isMixed && variants.finishAmongOthers === 'left_out';
  const statuses = withoutEnded ? requested.filter((each) => each !== 'FINISH') : requested;
  const buyer = text(query, 'buyer_login_id');
  const modified = pacificRange(query, 'modified_date_start', 'modified_date_end');
  // Required even where dates of change are given.
  const created = required(pacificRange(query, 'create_date_start', 'create_date_end'), 'create_date_start');
  const span = requested.includes('FINISH') ? 30 : 180;
  if (created.end - created.start > span * DAY) {
    throw new Refusal('InvalidParameter', `the create range exceeds ${span} days`);
  }
  if (
    requested.includes('FINISH') &&
    variants.endedLongAgo === 'refused' &&
    created.start < now - span * DAY
  ) {
    throw new Refusal('InvalidParameter', `FINISH orders are listed for ${span} days`);
  }

  const found = shop.orders
    .map((order) => ({ order, at: shownAsOf(now, order.id, listFault) }))
    .map(({ order, at }) => ({ order, at, stage: stageAt(order, at) }))
    .filter(({ order, at, stage }) => {
      if (!stage || !within(order.placedAt, created)) return false;
      if (modified && !within(changedAt(shop, order, at), modified)) return false;
      if (buyer && buyer !== order.buyer.login) return false;
      if (statuses.length === 0) return stage.status !== 'FINISH';
      // IN_ISSUE overlaps with the others: an order in dispute may keep its own status.
      const isInDispute = issueStatus(shop, order, at) === 'IN_ISSUE';
      return statuses.some((wanted) => wanted === stage.status || (wanted === 'IN_ISSUE' && isInDispute));
    })
    .reverse();
  const paged = pageOf(found, page, size, listFault);
  return {
    result: {
      success: true,
      current_page: page,
      page_size: size,
      ...totalsOf(paged, variants),
      time_stamp: toPacific(now),
      target_list: new WireList(
        'aeop_order_item_dto',
        paged.rows.map(({ order, at, stage }) =>
          withoutFields(listItem(shop, order, stage as Stage, at), order),
        ),
      ),
    },
  };
}

const withoutFields = (row: object, { leftOut = [] }: Order) =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !leftOut.includes(key)));

/** A row of the order list. */
export function listItem(
  shop: Pick<Shop, 'disputes'>,
  order: Order,
  { status, at, endReason }: Stage,
  now: number,
) {
  const left = timeLeft(order, { status, at }, now);
  const dispute = shop.disputes.get(order.id);
  return {
    order_id: order.id,
    order_status: status,
    biz_type: 'AE_COMMON',
    buyer_login_id: order.buyer.login,
    buyer_signer_fullname: order.buyer.name,
    seller_signer_fullname: 'CANARY-SELLER',
    gmt_create: toPacific(order.placedAt),
    gmt_update: toPacific(changedAt(shop, order, now)),
    ...(isPaid(order, now) && { gmt_pay_time: toPacific(order.paidAt as number) }),
    // AliExpress does not return it for finished orders.
    ...(isShipped(order, now) &&
      status !== 'FINISH' && { gmt_send_goods_time: toPacific(order.shippedAt as number) }),
    ...(left !== undefined && { timeout_left_time: left }),
    end_reason: endReason ?? '',
    payment_type: 'migs',
    fund_status: isPaid(order, now) ? 'PAY_SUCCESS' : 'NOT_PAY',
    frozen_status: 'NO_FROZEN',
    issue_status: issueStatus(shop, order, now),
    logistics_status: logisticsStatus(order, now),
    order_detail_url: `https://trade.aliexpress.com/order_detail.htm?orderId=${order.id}`,
    phone: false,
    pay_amount: simpleMoney(total(order)),
    product_list: new WireList(
      'aeop_order_product_dto',
      order.lines.map((line) => ({
        child_id: line.childId,
        order_id: order.id,
        product_id: line.productId,
        product_name: line.name,
        // Some numbers are strings, as in AliExpress's documentation.
        product_count: String(line.quantity),
        product_unit_price: simpleMoney(line.unitCents),
        total_product_amount: simpleMoney(line.unitCents * line.quantity),
        sku_code: line.sku,
        memo: `CANARY-MEMO ${order.buyer.phone}`,
        buyer_signer_first_name: order.buyer.name,
        son_order_status: status,
        issue_status: lineIssueStatus(dispute, line, now),
        can_submit_issue: 'false',
      })),
    ),
  };
}

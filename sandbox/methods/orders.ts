/** The order list, and the detail of one order. See docs/aliexpress.md#orders. */

import { DAY } from '../../lib/runtime.ts';
import { type Dispute, disputeStatusAt } from '../disputes.ts';
import { type Line, type Order, type Stage, stageAt } from '../orders.ts';
import { toPacific } from '../pacific.ts';
import { deliveredAt } from '../parcels.ts';
import { changedAt, type Shop } from '../shop.ts';
import { pageOf, shownAsOf } from './paged.ts';
import {
  type Context,
  id,
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
import { moneyStr, simpleMoney, WireList } from './wire.ts';

const orderStatuses = [
  'PLACE_ORDER_SUCCESS',
  'PAYMENT_PROCESSING',
  'WAIT_SELLER_EXAMINE_MONEY',
  'RISK_CONTROL',
  'RISK_CONTROL_HOLD',
  'WAIT_SELLER_SEND_GOODS',
  'SELLER_PART_SEND_GOODS',
  'WAIT_BUYER_ACCEPT_GOODS',
  'FUND_PROCESSING',
  'FINISH',
  'IN_CANCEL',
  'IN_ISSUE',
  'IN_FROZEN',
  'WAIT_GROUP',
  'WAIT_COMPLETE_ADDRESS',
  'ARCHIVE',
] as const;

export function orderList({ shop, now, params, listFault }: Context) {
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
  const statuses = [
    ...(status ? [status] : []),
    ...(texts(query, 'order_status_list', orderStatuses, 20) ?? []),
  ];
  const buyer = text(query, 'buyer_login_id');
  const modified = pacificRange(query, 'modified_date_start', 'modified_date_end');
  // Required even where dates of change are given.
  const created = required(pacificRange(query, 'create_date_start', 'create_date_end'), 'create_date_start');
  const span = statuses.includes('FINISH') ? 30 : 180;
  if (created.end - created.start > span * DAY) {
    throw new Refusal('InvalidParameter', `the create range exceeds ${span} days`);
  }

  const found = shop.orders
    .map((order) => ({ order, at: shownAsOf(now, order.id, listFault) }))
    .map(({ order, at }) => ({ order, at, stage: stageAt(order, at) }))
    .filter(({ order, at, stage }) => {
      if (!stage || !within(order.placedAt, created)) return false;
      if (modified && !within(changedAt(shop, order, at), modified)) return false;
      if (buyer && buyer !== order.buyer.login) return false;
      if (statuses.length === 0) return stage.status !== 'FINISH';
      // IN_ISSUE overlaps with the others: an order in dispute keeps its own status.
      return statuses.some((wanted) =>
        wanted === 'IN_ISSUE' ? issueStatus(shop, order, at) === 'IN_ISSUE' : wanted === stage.status,
      );
    })
    .reverse();
  const { rows, total, pages } = pageOf(found, page, size, listFault);
  return {
    result: {
      success: true,
      current_page: page,
      page_size: size,
      total_count: total,
      total_page: pages,
      time_stamp: toPacific(now),
      target_list: new WireList(
        'aeop_order_item_dto',
        rows.map(({ order, at, stage }) => withoutFields(listItem(shop, order, stage as Stage, at), order)),
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
  const left = timeLeft(status, at, now);
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

export function orderDetail({ shop, now, params }: Context) {
  const query = jsonQuery(params, 'param1', ['order_id']);
  const wanted = required(id(query, 'order_id'), 'order_id');
  const order = shop.orders.find((candidate) => String(candidate.id) === wanted);
  const stage = order && stageAt(order, now);
  if (!order || !stage) return { time_stamp: toPacific(now) };
  const { status, at, endReason } = stage;
  const left = timeLeft(status, at, now);
  const dispute = shop.disputes.get(order.id);
  return {
    time_stamp: toPacific(now),
    target: {
      id: order.id,
      order_status: status,
      gmt_create: toPacific(order.placedAt),
      gmt_modified: toPacific(changedAt(shop, order, now)),
      ...(isPaid(order, now) && { gmt_pay_success: toPacific(order.paidAt as number) }),
      ...(left !== undefined && { over_time_left: toPacific(now + left) }),
      ...(status === 'FINISH' && { gmt_trade_end: toPacific(at) }),
      order_end_reason: endReason ?? '',
      order_amount: moneyStr(total(order)),
      init_oder_amount: moneyStr(total(order)),
      logistics_amount: moneyStr(0),
      buyerloginid: order.buyer.login,
      buyer_signer_fullname: order.buyer.name,
      buyer_info: { country: order.country, first_name: order.buyer.name, login_id: order.buyer.login },
      receipt_address: {
        country: order.country,
        contact_person: order.buyer.name,
        mobile_no: order.buyer.phone,
        address: order.buyer.street,
        detail_address: order.buyer.street,
        zip: 'CANARY-ZIP',
      },
      memo: `CANARY-MEMO ${order.buyer.phone}`,
      issue_status: issueStatus(shop, order, now),
      ...(dispute && disputeStatusAt(dispute, now) && { issue_info: issueInfo(dispute, now) }),
      logistics_status: logisticsStatus(order, now),
      logistic_info_list: new WireList('aeop_tp_logistic_info_dto', logisticInfo(shop, order, now)),
      child_order_list: new WireList(
        'aeop_tp_child_order_dto',
        order.lines.map((line) => ({
          id: line.childId,
          child_order_id: String(line.childId),
          product_id: line.productId,
          product_name: line.name,
          product_count: line.quantity,
          product_price: moneyStr(line.unitCents),
          sku_code: line.sku,
          order_status: status,
          issue_status: lineIssueStatus(dispute, line, now),
        })),
      ),
    },
  };
}

function logisticInfo(shop: Shop, order: Order, now: number) {
  const parcel = shop.parcels.get(order.id);
  if (!parcel || !isShipped(order, now)) return [];
  const delivered = deliveredAt(parcel) ?? Number.POSITIVE_INFINITY;
  return [
    {
      logistics_no: parcel.trackingNumber,
      logistics_service_name: parcel.carrier.name,
      logistics_type_code: parcel.carrier.key,
      gmt_send: toPacific(parcel.shippedAt),
      ...(delivered <= now && { gmt_received: toPacific(delivered) }),
      receive_status: delivered <= now ? 'received' : 'default',
      have_tracking_info: String(parcel.events.some((event) => event.at <= now)),
    },
  ];
}

const issueInfo = (dispute: Dispute, now: number) => ({
  issue_status: lineIssueStatus(dispute, dispute.line, now),
  issue_time: toPacific(dispute.openedAt),
});

type IssueStatus = 'NO_ISSUE' | 'IN_ISSUE' | 'END_ISSUE';

const issueStatus = (shop: Pick<Shop, 'disputes'>, order: Order, now: number): IssueStatus => {
  const dispute = shop.disputes.get(order.id);
  return dispute ? lineIssueStatus(dispute, dispute.line, now) : 'NO_ISSUE';
};

function lineIssueStatus(dispute: Dispute | undefined, line: Line, now: number): IssueStatus {
  const status = dispute?.line === line ? disputeStatusAt(dispute, now) : undefined;
  if (status === undefined) return 'NO_ISSUE';
  return status === 'processing' ? 'IN_ISSUE' : 'END_ISSUE';
}

const isPaid = (order: Order, now: number) => order.paidAt !== undefined && order.paidAt <= now;
const isShipped = (order: Order, now: number) => order.shippedAt !== undefined && order.shippedAt <= now;
const logisticsStatus = (order: Order, now: number) =>
  isShipped(order, now) ? 'SELLER_SEND_GOODS' : 'WAIT_SELLER_SEND_GOODS';

const statusLimits: Record<string, number> = {
  PLACE_ORDER_SUCCESS: 20 * DAY,
  WAIT_SELLER_SEND_GOODS: 3 * DAY,
  WAIT_BUYER_ACCEPT_GOODS: 60 * DAY,
};

/** Milliseconds left in the current status; negative when overdue. */
function timeLeft(status: string, since: number, now: number): number | undefined {
  const limit = statusLimits[status];
  return limit === undefined ? undefined : since + limit - now;
}

const total = (order: Order) => order.lines.reduce((sum, line) => sum + line.unitCents * line.quantity, 0);

/** The detail of one order. See docs/aliexpress.md#order-detail. */

import { type Dispute, disputeStatusAt } from '../disputes.ts';
import { type Order, stageAt } from '../orders.ts';
import { toPacific } from '../pacific.ts';
import { declaredAt, deliveredAt, numberAt, parcelsOf } from '../parcels.ts';
import { changedAt, type Shop } from '../shop.ts';
import { isPaid, issueStatus, lineIssueStatus, logisticsStatus, timeLeft, total } from './order-state.ts';
import { type Context, id, jsonQuery, required } from './query.ts';
import { moneyStr, WireList } from './wire.ts';

export function orderDetail({ shop, now, params }: Context) {
  const query = jsonQuery(params, 'param1', ['order_id']);
  const wanted = required(id(query, 'order_id'), 'order_id');
  const order = shop.orders.find((candidate) => String(candidate.id) === wanted);
  const stage = order && stageAt(order, now);
  if (!order || !stage) return { time_stamp: toPacific(now) };
  const { status, at, endReason } = stage;
  const left = timeLeft(order, { status, at }, now);
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
      pay_amount_by_settlement_cur: moneyStr(total(order)).amount,
      settlement_currency: 'USD',
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

const logisticInfo = (shop: Shop, order: Order, now: number) =>
  parcelsOf(shop.parcels, order.id)
    .map((parcel) => ({ parcel, sentAt: declaredAt(parcel, order) }))
    .filter(({ sentAt }) => sentAt <= now)
    .map(({ parcel, sentAt }) => {
      const delivered = deliveredAt(parcel) ?? Number.POSITIVE_INFINITY;
      return {
        logistics_no: numberAt(parcel, now),
        logistics_service_name: parcel.carrier.name,
        logistics_type_code: parcel.carrier.key,
        gmt_send: toPacific(sentAt),
        ...(delivered <= now && { gmt_received: toPacific(delivered) }),
        receive_status: delivered <= now ? 'received' : 'default',
        have_tracking_info: String(
          numberAt(parcel, now) === parcel.trackingNumber && parcel.events.some((event) => event.at <= now),
        ),
      };
    });

const issueInfo = (dispute: Dispute, now: number) => ({
  issue_status: lineIssueStatus(dispute, dispute.line, now),
  issue_time: toPacific(dispute.openedAt),
});

/** The read methods, as strict as the real ones are described. [facts §3.0, §3.1, §3.7] */

import { fromPacific, toPacific } from './pacific.ts';
import { type Line, type Order, type Shop, stageAt } from './shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Refusals of the gateway. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A list that is wrapped in an object of this one key unless `simplify` is on. */
export class WireList {
  readonly item: string;
  readonly values: unknown[];

  constructor(item: string, values: unknown[]) {
    this.item = item;
    this.values = values;
  }
}

export interface Context {
  shop: Shop;
  now: number;
  params: Record<string, string>;
}

export const methods: Record<string, (context: Context) => Record<string, unknown>> = {
  'aliexpress.trade.seller.orderlist.get': orderList,
  'aliexpress.trade.new.redefining.findorderbyid': orderDetail,
  'aliexpress.solution.merchant.profile.get': () => ({
    country_code: 'CN',
    product_posting_forbidden: false,
    merchant_login_id: 'canarymerchant',
    shop_id: 911_234_567n,
    shop_name: 'Harbor Lane Store',
    shop_type: 'official',
    shop_url: 'https://www.aliexpress.com/store/911234567',
  }),
};

function orderList({ shop, now, params }: Context) {
  const query = jsonParam(params, 'param_aeop_order_query');
  const page = integer(query.current_page, 'current_page', 1, 99);
  const size = integer(query.page_size, 'page_size', 1, 50);
  const statuses = [
    query.order_status,
    ...(Array.isArray(query.order_status_list) ? query.order_status_list : []),
  ]
    .filter((status) => status !== undefined)
    .map(String);
  const created = range(query, 'create_date');
  const modified = range(query, 'modified_date');
  if (!created)
    throw new Refusal('MissingParameter', 'create_date_start is required, also beside modified_date_start');
  const span = statuses.includes('FINISH') ? 30 : 180;
  if (created.end - created.start > span * DAY) {
    throw new Refusal('InvalidParameter', `the create range exceeds ${span} days`);
  }
  const found = shop.orders
    .map((order) => ({ order, stage: stageAt(order, now) }))
    .filter(({ order, stage }) => {
      if (!stage || !within(order.placedAt, created) || (modified && !within(stage.at, modified)))
        return false;
      return statuses.length > 0 ? statuses.includes(stage.status) : stage.status !== 'FINISH';
    })
    .reverse();
  return {
    result: {
      success: true,
      current_page: page,
      page_size: size,
      total_count: found.length,
      total_page: Math.ceil(found.length / size),
      time_stamp: toPacific(now),
      target_list: new WireList(
        'aeop_order_item_dto',
        found.slice((page - 1) * size, page * size).map(({ order }) => listItem(order, now)),
      ),
    },
  };
}

function listItem(order: Order, now: number) {
  const { status, at, endReason } = stageAt(order, now) ?? { status: '', at: 0 };
  const left = timeLeft(order, status, at, now);
  return {
    order_id: order.id,
    order_status: status,
    biz_type: 'AE_COMMON',
    buyer_login_id: order.buyer.login,
    buyer_signer_fullname: order.buyer.name,
    seller_signer_fullname: 'CANARY-SELLER',
    gmt_create: toPacific(order.placedAt),
    gmt_update: toPacific(at),
    ...reached(order, now),
    ...(left !== undefined && { timeout_left_time: left }),
    end_reason: endReason ?? '',
    payment_type: 'migs',
    fund_status: isPaid(order, now) ? 'PAY_SUCCESS' : 'NOT_PAY',
    frozen_status: 'NO_FROZEN',
    issue_status: 'NO_ISSUE',
    logistics_status: isShipped(order, now) ? 'SELLER_SEND_GOODS' : 'WAIT_SELLER_SEND_GOODS',
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
        // The docs print numbers as strings in places; the wire does too.
        product_count: String(line.quantity),
        product_unit_price: simpleMoney(line.unitCents),
        total_product_amount: simpleMoney(line.unitCents * line.quantity),
        sku_code: line.sku,
        memo: `CANARY-MEMO ${order.buyer.phone}`,
        buyer_signer_first_name: order.buyer.name,
        son_order_status: status,
        can_submit_issue: 'false',
      })),
    ),
  };
}

function orderDetail({ shop, now, params }: Context) {
  const query = jsonParam(params, 'param1');
  if (query.order_id === undefined) throw new Refusal('MissingParameter', 'order_id is required');
  const order = shop.orders.find((candidate) => String(candidate.id) === String(query.order_id));
  const stage = order && stageAt(order, now);
  if (!order || !stage) return { time_stamp: toPacific(now) };
  const { status, at, endReason } = stage;
  const left = timeLeft(order, status, at, now);
  const { gmt_pay_time, gmt_send_goods_time } = reached(order, now);
  return {
    time_stamp: toPacific(now),
    target: {
      id: order.id,
      order_status: status,
      gmt_create: toPacific(order.placedAt),
      gmt_modified: toPacific(at),
      ...(gmt_pay_time && { gmt_pay_success: gmt_pay_time }),
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
      issue_status: 'NO_ISSUE',
      logistics_status: isShipped(order, now) ? 'SELLER_SEND_GOODS' : 'WAIT_SELLER_SEND_GOODS',
      logistic_info_list: new WireList(
        'aeop_tp_logistic_info_dto',
        gmt_send_goods_time
          ? [
              {
                logistics_no: `LP00${order.id % 1_000_000_000_000n}`,
                logistics_service_name: 'AliExpress Standard Shipping',
                logistics_type_code: 'CAINIAO_STANDARD',
                gmt_send: gmt_send_goods_time,
                have_tracking_info: true,
              },
            ]
          : [],
      ),
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
        })),
      ),
    },
  };
}

const isPaid = (order: Order, now: number) => order.paidAt !== undefined && order.paidAt <= now;
const isShipped = (order: Order, now: number) => order.shippedAt !== undefined && order.shippedAt <= now;

const reached = (order: Order, now: number): { gmt_pay_time?: string; gmt_send_goods_time?: string } => ({
  ...(isPaid(order, now) && { gmt_pay_time: toPacific(order.paidAt as number) }),
  // Not returned for finished orders.
  ...(isShipped(order, now) &&
    stageAt(order, now)?.status !== 'FINISH' && {
      gmt_send_goods_time: toPacific(order.shippedAt as number),
    }),
});

const statusLimits: Record<string, number> = {
  PLACE_ORDER_SUCCESS: 20 * DAY,
  WAIT_SELLER_SEND_GOODS: 3 * DAY,
  WAIT_BUYER_ACCEPT_GOODS: 60 * DAY,
};

/** Milliseconds left in the current status; negative when overdue. */
const timeLeft = (_order: Order, status: string, since: number, now: number): number | undefined => {
  const limit = statusLimits[status];
  return limit === undefined ? undefined : since + limit - now;
};

const total = (order: Order) =>
  order.lines.reduce((sum, line: Line) => sum + line.unitCents * line.quantity, 0);
const decimal = (cents: number) => (cents / 100).toFixed(2);
const simpleMoney = (cents: number) => ({ amount: decimal(cents), currency_code: 'USD' });
const moneyStr = (cents: number) => ({
  amount: decimal(cents),
  cent: cents,
  cent_factor: 100,
  currency_code: 'USD',
  currency: { currency_code: 'USD', default_fraction_digits: 2 },
});

function jsonParam(params: Record<string, string>, name: string): Record<string, unknown> {
  const text = params[name];
  if (!text) throw new Refusal('MissingParameter', `${name} is required`);
  try {
    // Ids beyond 2^53 are quoted first, so that they survive.
    const value: unknown = JSON.parse(text.replace(/([:[,]\s*)(\d{16,})(?=\s*[,}\]])/g, '$1"$2"'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw new Refusal('InvalidParameter', `${name} is not a JSON object`);
}

function integer(value: unknown, name: string, min: number, max: number): number {
  if (value === undefined) throw new Refusal('MissingParameter', `${name} is required`);
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw new Refusal('InvalidParameter', `${name} must be from ${min} to ${max}`);
  }
  return number;
}

interface Range {
  start: number;
  end: number;
}

function range(query: Record<string, unknown>, name: string): Range | undefined {
  const [start, end] = [query[`${name}_start`], query[`${name}_end`]];
  if (start === undefined && end === undefined) return undefined;
  const read = (value: unknown, suffix: string) => {
    const at = typeof value === 'string' ? fromPacific(value) : undefined;
    if (at === undefined)
      throw new Refusal('InvalidParameter', `${name}_${suffix} must be yyyy-MM-dd HH:mm:ss`);
    return at;
  };
  const found = { start: read(start, 'start'), end: read(end, 'end') };
  if (found.end < found.start) throw new Refusal('InvalidParameter', `${name}_end lies before ${name}_start`);
  return found;
}

const within = (at: number, { start, end }: Range) => at >= start && at <= end;

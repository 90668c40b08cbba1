/**
 * Why an order ended, in words and by category. AliExpress publishes no list: these are the codes of its samples and of
 * other software. An unknown code is shown as it is and has the category "other". See docs/aliexpress.md#end-reasons.
 *
 * Workflows filter by category, so a category keeps its name. A category may get more codes.
 */

import { choiceLabels, inLanguage, type Words } from './bilingual.ts';

const reasons = {
  /** The buyer has the goods. */
  completed: {
    buyer_confirm_goods: { en: 'buyer confirmed receipt', zh: '买家确认收货' },
    buyer_accept_goods: { en: 'buyer confirmed receipt', zh: '买家确认收货' },
    buyer_confirm_goods_timeout: { en: 'receipt confirmed after the time limit', zh: '超时自动确认收货' },
    buyer_accept_goods_timeout: { en: 'receipt confirmed after the time limit', zh: '超时自动确认收货' },
  },
  /** Never paid, or not in full. */
  unpaid: {
    pay_timeout: { en: 'not paid in time', zh: '买家付款超时' },
    buyer_pay_timeout: { en: 'not paid in time', zh: '买家付款超时' },
    buyer_cancel_notpay_order: { en: 'cancelled by the buyer before paying', zh: '买家取消未付款订单' },
    confirm_payamount_timeout: { en: 'payment not checked in time', zh: '确认付款金额超时' },
    reject_payamount: { en: 'payment refused', zh: '拒绝付款金额' },
  },
  /** Paid and then cancelled by the buyer. */
  cancelled_by_buyer: {
    buyer_cancel_order: { en: 'cancelled by the buyer', zh: '买家取消订单' },
    buyer_cancel_order_in_risk: {
      en: 'cancelled by the buyer during the payment review',
      zh: '风控期间买家取消订单',
    },
    cancel_order_close_trade: { en: 'cancelled after payment', zh: '付款后取消订单' },
  },
  /** The seller did not ship in time. */
  not_shipped_in_time: {
    send_goods_timeout: { en: 'not shipped in time', zh: '卖家发货超时' },
    seller_send_goods_timeout: { en: 'not shipped in time', zh: '卖家发货超时' },
  },
  /** AliExpress closed it as a risk. */
  risk_control: {
    risk_closed: { en: 'closed by risk control', zh: '风控关闭' },
    risk_reject_closed: { en: 'closed by risk control', zh: '风控拒绝关闭' },
    suspicious_trade: { en: 'closed as suspicious', zh: '可疑交易' },
    security_close: { en: 'closed for security', zh: '安全关闭' },
  },
  /** A dispute ended it. */
  dispute: {
    end_issue: { en: 'ended by a dispute', zh: '纠纷结束' },
    seller_accept_issue_no_goods_return: { en: 'refunded without return', zh: '卖家同意纠纷，无需退货' },
    seller_response_issue_timeout: { en: 'dispute not answered in time', zh: '卖家未及时响应纠纷' },
  },
  /** The code does not say who closed the order. */
  closed: {
    trade_close: { en: 'closed', zh: '交易关闭' },
  },
};

/** The categories of a cancelled order. An order that a dispute ended is not cancelled, because its goods were sent. */
const cancellations = {
  unpaid: { en: 'not paid', zh: '未付款' },
  cancelled_by_buyer: { en: 'cancelled by the buyer', zh: '买家取消' },
  not_shipped_in_time: { en: 'not shipped in time', zh: '发货超时' },
  risk_control: { en: 'closed by risk control', zh: '风控关闭' },
  closed: { en: 'closed, no reason given', zh: '交易关闭（无原因）' },
} satisfies Partial<Record<keyof typeof reasons, Words>>;

export const CANCELLATION_CATEGORIES: readonly string[] = Object.keys(cancellations);
/** Category → label. */
export const cancellationChoices = choiceLabels(cancellations);

/** The categories of an order that the buyer has received. */
export const COMPLETION_CATEGORIES: readonly string[] = ['completed'] satisfies (keyof typeof reasons)[];

/** The categories of an order whose goods were sent. */
export const SHIPPED_END_CATEGORIES: readonly string[] = [
  'completed',
  'dispute',
] satisfies (keyof typeof reasons)[];

const codesByCategory: [string, Record<string, Words>][] = Object.entries(reasons);

/** Code → its category. */
export const endReasonCategories: Record<string, string> = Object.fromEntries(
  codesByCategory.flatMap(([category, codes]) => Object.keys(codes).map((code) => [code, category])),
);

const words: Record<string, Words> = Object.assign({}, ...codesByCategory.map(([, codes]) => codes));

export const endReasonNames = inLanguage(words, 'en');
export const endReasonNamesZh = inLanguage(words, 'zh');

/**
 * AliExpress's codes about disputes, in words. An unknown code is shown as it is.
 * See docs/aliexpress.md#dispute-list and docs/aliexpress.md#dispute-detail.
 */

import { choiceLabels, inLanguage } from './bilingual.ts';

const statuses = {
  processing: { en: 'open', zh: '处理中' },
  finish: { en: 'closed', zh: '已完结' },
  canceled_issue: { en: 'withdrawn', zh: '已取消' },
};

export const DISPUTE_STATUSES: readonly string[] = Object.keys(statuses);
/** The dispute can still be answered. */
export const OPEN: string = 'processing' satisfies keyof typeof statuses;
/** Status → label. */
export const disputeStatusChoices = choiceLabels(statuses);

/** Who must act next. "You" is the seller. */
const stages = {
  wait_for_seller_response: { en: 'your response needed', zh: '等待卖家响应' },
  wait_for_your_response: { en: 'your response needed', zh: '等待卖家响应' },
  wait_for_your_evidence: { en: 'your evidence needed', zh: '等待卖家举证' },
  wait_for_seller_set_return_address: { en: 'your return address needed', zh: '等待卖家填写退货地址' },
  wait_for_seller_confirmation: { en: 'confirm the returned goods', zh: '等待卖家确认收货' },
  wait_for_buyer_response: { en: 'waiting for the buyer', zh: '等待买家响应' },
  wait_for_buyer_return: { en: 'waiting for the buyer to send the goods back', zh: '等待买家退货' },
  wait_for_service_provider_response: {
    en: 'waiting for the service provider',
    zh: '等待服务商响应',
  },
  wait_for_warehouse_confirmation: { en: 'waiting for the warehouse', zh: '等待仓库签收' },
  wait_for_warehouse_quality_check: { en: 'waiting for the quality check', zh: '等待仓库质检' },
  wait_for_AE_feedback: { en: 'waiting for AliExpress', zh: '等待平台介入' },
  wait_for_final_solution: { en: 'waiting for the final decision', zh: '等待最终方案' },
  wait_ae_final_feedback: { en: 'waiting for the final decision', zh: '等待平台最终裁决' },
  ae_feedback_finish: { en: 'AliExpress has decided', zh: '平台已裁决' },
  return_success: { en: 'goods returned', zh: '退货完成' },
  refund_success: { en: 'refunded', zh: '退款完成' },
  refund_reject: { en: 'refund refused', zh: '退款被拒绝' },
};

/** Which time limit runs. */
const timeouts = {
  WAIT_SOLUTION_TIMEOUT: { en: 'time to respond', zh: '响应方案时限' },
  WAIT_SELLER_FILL_ADDRESS_TIMEOUT: { en: 'time to give the return address', zh: '卖家填写退货地址时限' },
  WAIT_RECEIVE_ITEM_TIMEOUT: { en: 'time to confirm the returned goods', zh: '确认收到退货时限' },
};

/** How a dispute ended. */
const outcomes = {
  refunded: { en: 'refunded', zh: '已退款' },
  returned_and_refunded: { en: 'returned and refunded', zh: '退货退款' },
  no_refund: { en: 'closed without refund', zh: '无退款' },
  withdrawn: { en: 'withdrawn by the buyer', zh: '买家已取消' },
  unknown: { en: 'not known', zh: '未知' },
};
export type DisputeOutcome = keyof typeof outcomes;

/** Who decided it, by the word that AliExpress has for how the two sides came to a solution. */
const deciders = {
  agreement: { en: 'agreement of both sides', zh: '双方协商一致' },
  aliexpress: { en: 'decision of AliExpress', zh: '平台裁决' },
  timeout: { en: 'no response in time', zh: '卖家响应超时' },
};

/** Statuses of a solution that both sides have to accept. */
export const AGREED: readonly string[] = ['reached', 'perform'];
export const WITH_RETURN = 'return_and_refund';
/** The stage of a dispute whose refund was refused. */
export const REFUSED = 'refund_reject';
export const CLOSED_STATUSES = ['finish', 'canceled_issue'] as const satisfies (keyof typeof statuses)[];
export const WITHDRAWN: string = 'canceled_issue' satisfies keyof typeof statuses;

/** `reached_type` → who decided it. See docs/aliexpress.md#dispute-detail. */
export const deciderOf: Readonly<Record<string, keyof typeof deciders>> = {
  negotiation_consensus: 'agreement',
  platform_arbitrate: 'aliexpress',
  seller_reponse_timeout: 'timeout',
};

export const disputeOutcomeNames = inLanguage(outcomes, 'en');
export const disputeOutcomeNamesZh = inLanguage(outcomes, 'zh');
export const disputeDeciderNames = inLanguage(deciders, 'en');
export const disputeDeciderNamesZh = inLanguage(deciders, 'zh');

export const disputeStatusNames = inLanguage(statuses, 'en');
export const disputeStatusNamesZh = inLanguage(statuses, 'zh');
export const disputeStageNames = inLanguage(stages, 'en');
export const disputeStageNamesZh = inLanguage(stages, 'zh');
export const disputeTimeoutNames = inLanguage(timeouts, 'en');
export const disputeTimeoutNamesZh = inLanguage(timeouts, 'zh');

/** The stages in which the seller must act. */
export const SELLER_MUST_ACT = [
  'wait_for_seller_response',
  'wait_for_your_response',
  'wait_for_your_evidence',
  'wait_for_seller_set_return_address',
  'wait_for_seller_confirmation',
] as const satisfies (keyof typeof stages)[];

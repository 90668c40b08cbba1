/** AliExpress's order statuses in words. [facts §3.1.5] A status that is not here shows as its own code. */

const statuses: Record<string, { en: string; zh: string }> = {
  PLACE_ORDER_SUCCESS: { en: 'awaiting payment', zh: '等待买家付款' },
  PAYMENT_PROCESSING: { en: 'payment in progress', zh: '付款处理中' },
  WAIT_SELLER_EXAMINE_MONEY: { en: 'awaiting payment check', zh: '等待卖家确认金额' },
  RISK_CONTROL: { en: 'paid, held for up to 24 hours', zh: '已付款，24 小时风控审核中' },
  RISK_CONTROL_HOLD: { en: 'paid, held for review', zh: '已付款，风控审核中' },
  WAIT_GROUP: { en: 'awaiting the group purchase', zh: '等待成团' },
  WAIT_COMPLETE_ADDRESS: { en: 'awaiting the address', zh: '等待补全地址' },
  WAIT_SELLER_SEND_GOODS: { en: 'paid, to be shipped', zh: '等待发货' },
  SELLER_PART_SEND_GOODS: { en: 'shipped in part', zh: '部分发货' },
  WAIT_BUYER_ACCEPT_GOODS: { en: 'shipped', zh: '等待买家收货' },
  FUND_PROCESSING: { en: 'received, funds in progress', zh: '资金处理中' },
  IN_CANCEL: { en: 'cancellation requested', zh: '取消申请中' },
  IN_ISSUE: { en: 'in dispute', zh: '纠纷中' },
  IN_FROZEN: { en: 'frozen', zh: '冻结中' },
  FINISH: { en: 'finished or closed', zh: '已结束' },
  ARCHIVE: { en: 'archived', zh: '已归档' },
};

const inLanguage = (language: 'en' | 'zh'): Record<string, string> =>
  Object.fromEntries(Object.entries(statuses).map(([code, words]) => [code, words[language]]));

export const statusNames = inLanguage('en');
export const statusNamesZh = inLanguage('zh');

export const AWAITING_PAYMENT = ['PLACE_ORDER_SUCCESS', 'PAYMENT_PROCESSING'];
export const TO_SHIP = ['WAIT_SELLER_SEND_GOODS', 'SELLER_PART_SEND_GOODS'];
/** Paid and released to the seller. An order that was shipped before anybody looked is one all the same. */
export const PAID = [...TO_SHIP, 'WAIT_BUYER_ACCEPT_GOODS', 'FUND_PROCESSING'];

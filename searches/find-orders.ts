import { ANY_STATUS, DAYS_FIELD, MAX_DAYS, MIN_DAYS_FIELD, ordersOfPeriod } from '../lib/feeds/lookups.ts';
import { choice, integer } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_orders',
  noun: 'Order',
  label: { en: 'Find Orders', zh: '批量查询订单' },
  description: { en: 'Finds orders by status and date.', zh: '按状态和日期查询订单。' },
  inputs: {
    status: choice({
      label: { en: 'Status', zh: '订单状态' },
      choices: {
        [ANY_STATUS]: { en: 'Any except completed or closed', zh: '除已结束外的全部' },
        PLACE_ORDER_SUCCESS: { en: 'Awaiting payment', zh: '等待买家付款' },
        RISK_CONTROL: { en: 'Payment review (up to 24 h)', zh: '资金审核中（24 小时内）' },
        WAIT_SELLER_SEND_GOODS: { en: 'Awaiting shipment', zh: '等待发货' },
        SELLER_PART_SEND_GOODS: { en: 'Partially shipped', zh: '部分发货' },
        WAIT_BUYER_ACCEPT_GOODS: { en: 'Shipped', zh: '等待买家收货' },
        FUND_PROCESSING: { en: 'Received, payout processing', zh: '资金处理中' },
        IN_CANCEL: { en: 'Cancellation requested', zh: '取消申请中' },
        IN_ISSUE: { en: 'In dispute', zh: '纠纷中' },
        IN_FROZEN: { en: 'Frozen', zh: '冻结中' },
        FINISH: { en: 'Completed or closed', zh: '已结束' },
      },
      default: ANY_STATUS,
    }),
    days: integer({
      label: DAYS_FIELD,
      help: { en: 'For completed or closed orders at most 30.', zh: '已结束的订单最多 30 天。' },
      default: 7,
      min: 1,
      max: MAX_DAYS,
    }),
    least_days: integer({
      label: MIN_DAYS_FIELD,
      help: {
        en: '14 here and 15 above: the orders of one day two weeks ago.',
        zh: '此处填 14、上方填 15，即两周前某一天的订单。',
      },
      default: 0,
      min: 0,
      max: MAX_DAYS - 1,
    }),
    most_pages: integer({
      label: { en: 'Maximum Pages', zh: '最多页数' },
      help: { en: 'A page holds 50 orders and uses 1 call.', zh: '每页 50 单，消耗 1 次调用。' },
      default: 1,
      min: 1,
      max: 5,
    }),
  },
  source: ordersOfPeriod,
});

import { MAX_PLACED_DAYS } from '../lib/aliexpress/methods/order-list.ts';
import { queryableStatusChoices } from '../lib/aliexpress/order-status.ts';
import { ANY_STATUS, ordersOfPeriod, PLACED_BEFORE, PLACED_WITHIN } from '../lib/feeds/lookups.ts';
import { choice, integer } from '../lib/pack/input.ts';
import { COUNT, DAYS, offered } from '../lib/pack/offered.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_orders',
  noun: 'Order List',
  label: { en: 'Find Orders', zh: '批量查询订单' },
  makeLabel: 'Search Orders',
  description: {
    en: 'Finds orders by status and date, as one list.',
    zh: '按状态和日期查询订单，结果为一个列表。',
  },
  inputs: {
    status: choice({
      label: { en: 'Status', zh: '订单状态' },
      choices: {
        [ANY_STATUS]: { en: 'Any except completed or closed', zh: '除已结束外的全部' },
        ...queryableStatusChoices,
      },
      default: ANY_STATUS,
    }),
    placed_within_days: integer({
      label: PLACED_WITHIN,
      help: { en: 'For completed or closed orders at most 30.', zh: '已结束的订单最多 30 天。' },
      default: 7,
      min: 1,
      max: MAX_PLACED_DAYS,
      options: offered(DAYS, 1, 3, 7, 14, 30, 60, 90, 180),
    }),
    placed_before_days: integer({
      label: PLACED_BEFORE,
      help: {
        en: '7 here and 14 above: orders placed one to two weeks ago.',
        zh: '此处选 7、上方选 14，即一至两周前下单的订单。',
      },
      default: 0,
      min: 0,
      max: MAX_PLACED_DAYS - 1,
      options: offered(DAYS, 0, 1, 3, 7, 14, 30),
    }),
    max_pages: integer({
      label: { en: 'Maximum Pages', zh: '最多页数' },
      help: { en: 'A page holds 50 orders and uses 1 call.', zh: '每页 50 单，消耗 1 次调用。' },
      default: 1,
      min: 1,
      max: 5,
      options: offered(COUNT, 1, 2, 3, 4, 5),
    }),
  },
  source: ordersOfPeriod,
  several: {
    key: 'orders',
    label: { en: 'Orders', zh: '订单' },
    countLabel: { en: 'Number of Orders', zh: '订单数' },
  },
});

import { MAX_ORDERS_PER_REVIEW_CALL } from '../lib/aliexpress/methods/reviews-of-orders.ts';
import { idInput } from '../lib/aliexpress/spelling.ts';
import { recentOrders } from '../lib/feeds/lists.ts';
import { reviewsByOrder } from '../lib/feeds/lookups.ts';
import { STARS } from '../lib/feeds/stars.ts';
import { integer, texts } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_reviews',
  noun: 'Review List',
  label: { en: 'Find Reviews', zh: '查询评价' },
  makeLabel: 'Search Reviews',
  description: {
    en: 'Finds the reviews of up to 50 orders, as one list.',
    zh: '查询最多 50 个订单的评价，结果为一个列表。',
  },
  inputs: {
    order_ids: texts({
      label: { en: 'Orders', zh: '订单' },
      help: { en: 'Up to 50 orders use 1 call.', zh: '最多 50 单，消耗 1 次调用。' },
      required: true,
      dropdown: recentOrders,
      maxItems: MAX_ORDERS_PER_REVIEW_CALL,
      ...idInput,
      allowed: {
        en: 'AliExpress order numbers, 6 to 19 digits each',
        zh: '速卖通订单号，每个 6 至 19 位数字',
      },
    }),
    max_stars: integer({
      label: { en: 'Maximum Stars', zh: '最高星级' },
      help: {
        en: 'If empty, all reviews, also those whose stars are not published yet.',
        zh: '留空则全部，包括星级尚未公布的评价。',
      },
      options: STARS,
      min: 1,
      max: 5,
    }),
  },
  source: reviewsByOrder,
  several: {
    key: 'reviews',
    label: { en: 'Reviews', zh: '评价' },
    countLabel: { en: 'Number of Reviews', zh: '评价数' },
  },
});

import { MAX_ORDERS_PER_REVIEW_CALL } from '../lib/aliexpress/methods/reviews-of-orders.ts';
import { reviewsByOrder } from '../lib/feeds/lookups.ts';
import { integer, texts } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_reviews',
  noun: 'Review',
  label: 'Find Reviews',
  description: 'Finds the reviews of up to 50 orders by their numbers. Uses one of the 200 calls of the day.',
  inputs: {
    order_numbers: texts({
      label: 'Order Numbers',
      help: 'Numbers of whole orders, 50 at most. There is no list of all reviews to ask for.',
      required: true,
      most: MAX_ORDERS_PER_REVIEW_CALL,
      pattern: /\d{6,19}/,
      allowed: {
        en: 'AliExpress order numbers, 6 to 19 digits each',
        zh: '速卖通订单号，每个 6 至 19 位数字',
      },
    }),
    most_stars: integer({
      label: 'Most Stars',
      help: 'Only reviews with this many stars or fewer. Leave empty for all, also those whose stars do not show yet.',
      min: 1,
      max: 5,
    }),
  },
  source: reviewsByOrder,
});

import { reviews } from '../lib/feeds/reviews.ts';
import { and, eq, exists, field, input, literal, lte, or } from '../lib/pack/expression.ts';
import { choice, integer } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'bad_review',
  noun: 'Review',
  label: 'New Bad Review',
  description: 'Triggers when a buyer leaves a review with few stars.',
  feed: reviews,
  inputs: {
    max_stars: integer({
      label: 'Most Stars',
      help: 'Reviews with this many stars or fewer are reported.',
      default: 3,
      min: 1,
      max: 5,
    }),
    with_text: choice({
      label: 'With Text',
      choices: { any: 'With or without words', only: 'Only with words' },
      default: 'any',
    }),
  },
  where: and(
    lte(field('stars'), input('max_stars')),
    or(eq(input('with_text'), literal('any')), exists(field('review_text'))),
  ),
  id: field('line_id'),
  occurredAt: field('reviewed_at'),
  matchedAt: field('visible_at'),
  message: {
    severity: 'urgent',
    title: { en: '{stars}-star review on order {order_id}', zh: '订单 {order_id} 收到 {stars} 星评价' },
    text: {
      en: '**Stars** {stars}\n**Review** {review_text}\n**Product** {product_id}\n**Written** {reviewed_at|time} (Beijing)',
      zh: '**星级** {stars}\n**评价** {review_text}\n**商品编号** {product_id}\n**评价时间** {reviewed_at|time}（北京时间）',
    },
  },
});

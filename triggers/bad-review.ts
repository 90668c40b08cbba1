import { reviews } from '../lib/feeds/reviews.ts';
import { DEFAULT_MAX_STARS, STARS } from '../lib/feeds/stars.ts';
import { and, eq, exists, field, input, literal, lte, or } from '../lib/pack/expression.ts';
import { choice, integer } from '../lib/pack/input.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'bad_review',
  noun: 'Review',
  label: { en: 'New Bad Review', zh: '新的中差评' },
  makeLabel: 'Watch Bad Reviews',
  description: {
    en: 'Triggers when a buyer leaves a review at or below the star rating you choose.',
    zh: '买家留下不高于所选星级的评价时触发。',
  },
  feed: reviews,
  inputs: {
    max_stars: integer({
      label: { en: 'Maximum Stars', zh: '最高星级' },
      help: { en: 'Reviews with this many stars or fewer.', zh: '不高于该星级的评价。' },
      options: STARS,
      default: DEFAULT_MAX_STARS,
      min: 1,
      max: 5,
    }),
    text_filter: choice({
      label: { en: 'Review Text', zh: '评价文字' },
      choices: {
        any: { en: 'With or without text', zh: '不限' },
        text_only: { en: 'Only with text', zh: '仅有文字的评价' },
      },
      default: 'any',
    }),
  },
  where: and(
    lte(field('stars'), input('max_stars')),
    or(eq(input('text_filter'), literal('any')), exists(field('review_text'))),
  ),
  id: field('line_id'),
  occurredAt: field('reviewed_at'),
  matchedAt: timeOf('published_at'),
  idPerEntry: true,
  message: {
    severity: 'urgent',
    title: [
      {
        when: exists(field('review_text')),
        en: '{stars}-star review: {review_text|cut:36}',
        zh: '{stars} 星评价：{review_text|cut:36}',
      },
      { en: '{stars}-star review without text', zh: '{stars} 星评价（无文字）' },
    ],
    text: {
      en: '**Stars** {stars}\n**Review** {review_text}?\n**Product number** {product_id}\n**Reviewed** {reviewed_at|time}\n**Order** {order_id}',
      zh: '**星级** {stars}\n**评价** {review_text}?\n**商品 ID** {product_id}\n**评价时间** {reviewed_at|time}\n**订单号** {order_id}',
    },
  },
});

import { recipe } from '../lib/pack/recipe.ts';
import badReview from '../triggers/bad-review.ts';
import { ticket } from './steps.ts';

export default recipe({
  key: 'bad_review_to_ticket',
  title: { en: 'Bad review → ticket', zh: '中差评 → 工单' },
  purpose: {
    en: 'Every review with three stars or fewer becomes a ticket, so that your team can reply.',
    zh: '三星及以下的评价自动生成工单，便于客服跟进。',
  },
  trigger: badReview,
  inputs: { max_stars: 3 },
  steps: [ticket],
  freshness: badReview.feed.freshness,
  watch: [
    {
      en: 'Orders that were completed in the month before you turn the workflow on are read over the first days. Older ones are not checked.',
      zh: '启用前一个月内完成的订单在最初几天内分批读取，更早的订单不再查询。',
    },
    {
      en: 'A review takes effect when both sides have reviewed, or when the review period ends.',
      zh: '双方都评价后，或评价期结束后，评价才会生效。',
    },
  ],
});

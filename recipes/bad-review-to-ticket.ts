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
  freshness: {
    en: 'AliExpress has no list of new reviews, so completed orders are checked in turn, 50 per call, starting with those most likely to have a new review. Expect hours, and days in a large shop.',
    zh: '速卖通没有“新评价”列表，因此依次查询已完成的订单，优先查询最可能有新评价的，每次调用查 50 单。一般需要几小时，大店铺可能需要几天。',
  },
  watch: [
    {
      en: 'Orders that were completed in the 30 days before you turn the workflow on are read over the first five days. Older ones are not checked.',
      zh: '启用前 30 天内完成的订单在最初五天内分批读取，更早的订单不再查询。',
    },
    {
      en: 'A review takes effect when both sides have reviewed, or when the review period ends.',
      zh: '双方都评价后，或评价期结束后，评价才会生效。',
    },
  ],
});

import { recipe } from '../lib/pack/recipe.ts';
import badReview from '../triggers/bad-review.ts';
import { ticket } from './steps.ts';

export default recipe({
  key: 'bad_review_to_ticket',
  title: { en: 'Bad review → ticket', zh: '差评 → 工单' },
  purpose: {
    en: 'A review of three stars or fewer becomes a ticket, so that somebody answers it.',
    zh: '三星及以下的评价自动生成工单，有人跟进回复。',
  },
  trigger: badReview,
  inputs: { max_stars: 3 },
  steps: [ticket('bad_review')],
  freshness: {
    en: 'AliExpress has no list of new reviews: finished orders are asked for in turn, 50 with each call, those where a review is most likely first. Expect hours, and days where the shop is large.',
    zh: '速卖通没有“新评价”列表：程序按评价可能性轮流查询已完成的订单，每次调用查 50 单。一般要几小时，大店铺可能要几天。',
  },
  watch: [
    {
      en: 'Reviews of orders that were finished more than a week before you turned this on are not looked for.',
      zh: '启用前一周以上就已完成的订单，其评价不会被查询。',
    },
    {
      en: 'A review becomes visible only when both sides have reviewed, or the time for it is over.',
      zh: '双方都评价后，或评价期结束后，评价才会生效显示。',
    },
  ],
});

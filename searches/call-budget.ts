import { budgetStatus } from '../lib/feeds/account.ts';
import { choice } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'call_budget',
  noun: 'Call Budget',
  label: { en: 'Find Call Budget', zh: '查询调用额度' },
  description: {
    en: "Finds how many of today's calls are used and left.",
    zh: '查询今日已用和剩余的调用次数。',
  },
  inputs: {
    day: choice({
      label: { en: 'Day', zh: '日期' },
      help: {
        en: 'The day of the daily limit, from midnight to midnight in Beijing.',
        zh: '每日上限所用的一天，北京时间零点起算。',
      },
      choices: { today: { en: 'Today', zh: '今天' } },
      default: 'today',
    }),
  },
  source: budgetStatus,
});

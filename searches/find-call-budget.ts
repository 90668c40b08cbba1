import { budgetStatus } from '../lib/feeds/call-budget.ts';
import { integer } from '../lib/pack/input.ts';
import { COUNT, offered } from '../lib/pack/offered.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_call_budget',
  noun: 'Call Budget',
  label: { en: 'Find Call Budget', zh: '查询调用额度' },
  makeLabel: 'Get the Call Budget',
  description: {
    en: "Finds how many of today's calls are used and left.",
    zh: '查询今日已用和剩余的调用次数。',
  },
  inputs: {
    min_calls_left: integer({
      label: { en: 'Minimum Calls Left', zh: '最少剩余次数' },
      help: {
        en: 'If fewer calls are left, nothing is found, so the workflow can stop here. Uses no call.',
        zh: '剩余次数不足时查询不到结果，流程可在此停止。不消耗调用。',
      },
      default: 0,
      min: 0,
      max: 100_000,
      options: offered(COUNT, 0, 10, 20, 50, 100),
      isFilter: true,
    }),
  },
  source: budgetStatus,
});

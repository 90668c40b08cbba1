import { budgetStatus } from '../lib/feeds/account.ts';
import { choice } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'call_budget',
  noun: 'Call Budget',
  label: 'Find Call Budget',
  description: 'Finds how many calls of the day are used, and what waits for them. Uses no call.',
  inputs: {
    day: choice({
      label: 'Day',
      help: 'The day as AliExpress counts it, from midnight to midnight in Beijing.',
      choices: { today: 'Today' },
      default: 'today',
    }),
  },
  source: budgetStatus,
});

import { closedDisputeOf } from '../../../lib/aliexpress/records/closed-dispute.ts';

test.each([
  ['platform_arbitrate', 'aliexpress'],
  ['negotiation', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
])('From "%s" it is known that the decision was by: %s', (reached, decider) => {
  const solution = { reached_type: reached, solution_owner: 'buyer', status: 'reached' };
  const detail = { buyer_solution_list: [solution], seller_solution_list: [], platform_solution_list: [] };
  expect(closedDisputeOf({ issue_status: 'finish' }, detail, 0).decided_by).toBe(decider);
});

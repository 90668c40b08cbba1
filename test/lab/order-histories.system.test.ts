import { wrongInFixedHistories } from '../support/fixed-histories.ts';

test('Nothing is wrong in the events of fixed histories of orders', async () => {
  expect(await wrongInFixedHistories('orders')).toEqual([]);
});

import { feeds } from '../../lab/subjects/index.ts';
import { wrongInFixedHistories } from '../support/fixed-histories.ts';

/** They take longest: `order-histories.system.test.ts`. */
const others = feeds.filter((feed) => feed !== 'orders');

test.each(others)('Nothing is wrong in the events of fixed histories of %s', async (feed) => {
  expect(await wrongInFixedHistories(feed)).toEqual([]);
});

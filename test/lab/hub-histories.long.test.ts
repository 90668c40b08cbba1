/** A few fixed histories through the whole hub. `npm run lab -- --host hub` plays many more. */

import { drawHistory } from '../../lab/history.ts';
import { play } from '../../lab/play.ts';

describe('Random histories through the hub', () => {
  test.each([
    ['products', 2],
    ['orders', 3],
  ] as const)('Nothing is wrong in the events of history %s %i', async (feed, seed) => {
    const { findings, events } = await play(drawHistory(feed, seed), {}, { host: 'hub' });
    expect(findings).toEqual([]);
    expect(events).toBeGreaterThan(0);
  });
});

/** Fixed histories of each feed. `npm run lab` plays many more. */

import { drawHistory } from '../../lab/history.ts';
import { play } from '../../lab/play.ts';
import { feeds } from '../../lab/subjects/index.ts';

/** As many as a run of all tests has time for. */
const HISTORIES = 20;

describe('Random histories with faults', () => {
  test.each(feeds)('Nothing is wrong in the events of fixed histories of %s', async (feed) => {
    const found: string[] = [];
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const { findings } = await play(drawHistory(feed, seed));
      found.push(...findings.map(({ kind, text }) => `${feed} ${seed} ${kind}: ${text}`));
    }
    expect(found).toEqual([]);
  });
});

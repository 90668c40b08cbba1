/** Fixed histories of each feed. `npm run lab` plays many more. */

import type { FindingKind } from '../../lab/findings.ts';
import { drawHistory } from '../../lab/history.ts';
import { play } from '../../lab/play.ts';
import { feeds } from '../../lab/subjects/index.ts';

/** As many as a run of all tests has time for. */
const HISTORIES = 3;
const ASSERTED: readonly FindingKind[] = ['early', 'leaked'];

describe('Random histories with faults', () => {
  test.each(feeds)('Fixed histories of %s tell nothing early and leak nothing', async (feed) => {
    const found: string[] = [];
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const { findings } = await play(drawHistory(feed, seed));
      const asserted = findings.filter(({ kind }) => ASSERTED.includes(kind));
      found.push(...asserted.map(({ kind, text }) => `${feed} ${seed} ${kind}: ${text}`));
    }
    expect(found).toEqual([]);
  });
});

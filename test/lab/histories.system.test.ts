/** Fixed histories of each feed. `npm run lab` plays many more. */

import { drawHistory, type History } from '../../lab/history.ts';
import { play } from '../../lab/play.ts';
import type { HostName } from '../../lab/run-history.ts';
import { feeds } from '../../lab/subjects/index.ts';
import type { FeedKey } from '../../lib/feeds/engine/feed-status.ts';

/** As many as a run of all tests has time for. */
const HISTORIES = 20;

describe('Random histories with faults', () => {
  test.each(feeds)('Nothing is wrong in the events of fixed histories of %s', async (feed) => {
    const found: string[] = [];
    for (const history of fixedHistories(feed)) found.push(...(await wrongIn(history, 'engine')));
    expect(found).toEqual([]);
  });

  // Through the whole app, a history takes ten times as long.
  test.each(feeds)('Nothing is wrong in the shortest of them where the Zapier app polls %s', async (feed) => {
    const [shortest] = fixedHistories(feed).toSorted((a, b) => pollsOf(a) - pollsOf(b));
    expect(await wrongIn(shortest as History, 'zapier')).toEqual([]);
  });
});

const fixedHistories = (feed: FeedKey) =>
  Array.from({ length: HISTORIES }, (_, n) => drawHistory(feed, n + 1));

const pollsOf = ({ schedule, story }: History) => schedule.rounds.length * story.workflows.length;

async function wrongIn(history: History, host: HostName): Promise<string[]> {
  const { findings } = await play(history, {}, { host });
  return findings.map(({ kind, text }) => `${history.feed} ${history.seed} ${kind}: ${text}`);
}

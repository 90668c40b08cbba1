/** Through the whole app a history takes ten times as long, so a short one of each feed is played. */

import { drawHistory } from '../../lab/history.ts';
import { feeds } from '../../lab/subjects/index.ts';
import { labRun } from '../support/lab-run.ts';

const SEEDS = 20;

const pollsOf = (feed: (typeof feeds)[number], seed: number): number => {
  const { schedule, story } = drawHistory(feed, seed);
  return schedule.rounds.length * story.workflows.length;
};

test.each(feeds)(
  'Nothing is wrong in the events of a history in which the Zapier app polls %s',
  async (feed) => {
    const seeds = Array.from({ length: SEEDS }, (_, n) => n + 1);
    const [shortest] = seeds.toSorted((a, b) => pollsOf(feed, a) - pollsOf(feed, b));
    const { tallies, failures } = await labRun(
      ...['--host', 'zapier', '--feed', feed, '--first', String(shortest), '--histories', '1'],
    );
    expect(failures).toBe('');
    expect(tallies[`${feed} on zapier`]).toMatchObject({
      histories: 1,
      failing: [],
      events: expect.any(Number),
    });
  },
);

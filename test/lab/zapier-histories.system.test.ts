/** Through the whole app, a history takes ten times as long, so the shortest of the fixed ones is played. */

import type { History } from '../../lab/history.ts';
import { feeds } from '../../lab/subjects/index.ts';
import { fixedHistories, wrongIn } from '../support/fixed-histories.ts';

const pollsOf = ({ schedule, story }: History) => schedule.rounds.length * story.workflows.length;

test.each(feeds)(
  'Nothing is wrong in the events of a history in which the Zapier app polls %s',
  async (feed) => {
    const [shortest] = fixedHistories(feed).toSorted((a, b) => pollsOf(a) - pollsOf(b));
    expect(await wrongIn(shortest as History, 'zapier')).toEqual([]);
  },
);

/** Fixed histories of each feed. `npm run lab -- --long` plays many more. */

import { feeds } from '../../lab/subjects/index.ts';
import { labRun } from '../support/lab-run.ts';

/** As many as a run of all tests has time for. */
const HISTORIES = 20;

test.each(feeds)('Nothing is wrong in the events of fixed histories of %s', async (feed) => {
  const { tallies, failures } = await labRun('--feed', feed, '--histories', String(HISTORIES));
  expect(failures).toBe('');
  expect(tallies[feed]).toMatchObject({ histories: HISTORIES, failing: [] });
});

import { drawHistory } from '../../lab/history.ts';
import { feeds } from '../../lab/subjects/index.ts';
import { operations } from '../../operations.ts';

/** It is polled in every history. */
const ALERTS = 'account_alert';

test('Every trigger is polled in the histories of a feed', () => {
  const played = feeds.flatMap((feed) => drawHistory(feed, 1).story.workflows.map(({ trigger }) => trigger));
  const keys = operations.triggers.map(({ key }) => key);
  expect(keys.filter((key) => key !== ALERTS && !played.includes(key))).toEqual([]);
});

import { feedNames } from '../../../../lib/hosts/hub/page/sections/activity.ts';
import { operations } from '../../../../operations.ts';

test('The page names every feed that a trigger reads', () => {
  const keys = new Set(operations.triggers.map(({ feed }) => feed.key));
  expect([...keys].filter((key) => !(key in feedNames))).toEqual([]);
});

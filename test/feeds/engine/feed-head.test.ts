import * as z from 'zod';
import { createPacer } from '../../../lib/budget/pacer.ts';
import { dayIn } from '../../../lib/budget/quota-day.ts';
import { commonHead, headFormat, missingRecords } from '../../../lib/feeds/engine/feed-head.ts';
import { HOUR, SECOND } from '../../../lib/runtime.ts';
import { stored } from '../../../lib/stores/stored.ts';

test.each([1, SECOND, 6 * SECOND, HOUR])(
  'What the pacer has planned %i ms before the end of a day can be read again',
  (left) => {
    const day = dayIn('Asia/Shanghai')(Date.parse('2026-11-21T02:00:00Z'));
    const now = day.end - left;
    const facts = { now, day, calls: 1, used: 2, limit: 2000, events: [] };
    const pacing = createPacer({ weight: 5, cost: 1 }).afterVisit(undefined, facts);
    const format = headFormat(stored(() => ({ name: z.string().default('') })));
    expect(format.parse(JSON.parse(JSON.stringify({ pacing }))).pacing).toEqual(pacing);
  },
);

describe('Records that are fetched again', () => {
  const NOW = Date.parse('2026-11-21T02:00:00Z');
  const state = commonHead.parse({ neededSince: NOW - 30 * HOUR, announcedUntil: NOW - 20 * HOUR });

  test('Those that a workflow needs are fetched from where it was told last', () => {
    expect(missingRecords({ state }, NOW)).toStrictEqual({
      from: NOW - 30 * HOUR,
      to: NOW,
      announcedUntil: NOW - 20 * HOUR,
      isNeeded: true,
    });
  });

  test('Those that were lost too are all fetched, and still count as needed', () => {
    const both = { from: NOW - 30 * HOUR, to: NOW, isNeeded: true };
    expect(missingRecords({ state, missingSince: NOW - HOUR }, NOW)).toStrictEqual(both);
  });

  test('Those that were only lost are not needed', () => {
    const lost = { from: NOW - HOUR, to: NOW, isNeeded: false };
    expect(missingRecords({ state: undefined, missingSince: NOW - HOUR }, NOW)).toStrictEqual(lost);
    expect(missingRecords({ state: undefined }, NOW)).toBeUndefined();
  });
});

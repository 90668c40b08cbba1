import { isBestTime, type PollSchedule } from '../../../lib/feeds/engine/poll-schedule.ts';
import { MINUTE } from '../../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
/** @param polls minutes since the last poll, and between the last two; 0 after the first one */
const scheduleOf = (polls: Record<string, [ago: number, interval: number]>): PollSchedule =>
  new Map(
    Object.entries(polls).map(([workflow, [ago, interval]]) => [
      workflow,
      { last: NOW - ago * MINUTE, interval: interval * MINUTE },
    ]),
  );

test('The next poll of another workflow counts, not its last', () => {
  expect(isBestTime(scheduleOf({ a: [1, 5], b: [7, 7] }), 'b', NOW)).toBe(false);
});

test('A workflow that has polled once is not waited for', () => {
  expect(isBestTime(scheduleOf({ a: [1, 0], b: [7, 7] }), 'b', NOW)).toBe(true);
});

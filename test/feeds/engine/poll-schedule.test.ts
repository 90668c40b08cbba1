import fc from 'fast-check';
import { isBestTime, type PollSchedule, recordPoll } from '../../../lib/feeds/engine/poll-schedule.ts';
import { MINUTE } from '../../../lib/runtime.ts';

/** Polls of workflows once an interval each, for three intervals. @param offsets milliseconds */
function scheduleOf(
  interval: number,
  offsets: number[],
): { schedule: PollSchedule; polls: { workflow: string; at: number }[] } {
  const schedule: PollSchedule = new Map();
  const sorted = offsets
    .map((offset, n) => ({ workflow: String(n), offset }))
    .sort((a, b) => a.offset - b.offset);
  for (let cycle = 0; cycle < 3; cycle += 1) {
    for (const { workflow, offset } of sorted) recordPoll(schedule, workflow, cycle * interval + offset);
  }
  return { schedule, polls: sorted.map(({ workflow, offset }) => ({ workflow, at: 3 * interval + offset })) };
}

test('The only workflow of a shop always polls at the best time', () => {
  const { schedule, polls } = scheduleOf(MINUTE, [0]);
  expect(isBestTime(schedule, '0', polls[0]?.at ?? 0)).toBe(true);
});

test('The best time is the poll that the others follow closely', () => {
  const { schedule, polls } = scheduleOf(2 * MINUTE, [0, 90_000, 100_000]);
  const best = polls.filter(({ workflow, at }) => {
    recordPoll(schedule, workflow, at);
    return isBestTime(schedule, workflow, at);
  });
  expect(best.map(({ workflow }) => workflow)).toEqual(['1']);
});

test('Of two equally good polls neither waits for the other', () => {
  const { schedule, polls } = scheduleOf(2 * MINUTE, [0, MINUTE]);
  const [first] = polls;
  recordPoll(schedule, '0', first?.at ?? 0);
  expect(isBestTime(schedule, '0', first?.at ?? 0)).toBe(true);
});

test('A visit does not wait for a workflow that was turned off', () => {
  const { schedule } = scheduleOf(MINUTE, [0, 30_000]);
  for (let cycle = 3; cycle < 8; cycle += 1) recordPoll(schedule, '0', cycle * MINUTE);
  expect([...schedule.keys()]).toEqual(['0']);
});

test('Every cycle of polls has a best time, so no visit waits without end', () => {
  const offsets = fc.uniqueArray(fc.integer({ min: 0, max: 119_999 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(offsets, (each) => {
      const { schedule, polls } = scheduleOf(2 * MINUTE, each);
      const best = polls.filter(({ workflow, at }) => {
        recordPoll(schedule, workflow, at);
        return isBestTime(schedule, workflow, at);
      });
      expect(best.length).toBeGreaterThanOrEqual(1);
    }),
  );
});

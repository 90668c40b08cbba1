import { beginStep } from '../../lib/engine/step.ts';
import { HOUR, SECOND } from '../../lib/runtime.ts';
import { fixedClock } from '../support/fixed-clock.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

test('A step knows when it began, also if the clock is corrected meanwhile', () => {
  const host = fixedClock(NOW - HOUR);
  let offset = 0;
  const clock = { ...host, now: () => host.now() + offset };
  const step = beginStep({ clock, clockOffset: () => offset });
  host.advance(10 * SECOND);
  offset = HOUR;
  expect([step.startedAt(), step.isOver()]).toEqual([NOW, false]);
});

test('A step knows when it began, also if the clock is set meanwhile', () => {
  const host = fixedClock(NOW);
  let [set, offset, elapsed] = [0, 0, 500];
  const clock = { ...host, now: () => host.now() + set + offset, elapsed: () => elapsed };
  const step = beginStep({ clock, clockOffset: () => offset }, true);
  host.advance(10 * SECOND);
  elapsed += 10 * SECOND;
  [set, offset] = [8 * HOUR, -8 * HOUR];
  expect(step.startedAt()).toBe(NOW);
});

test.each([
  [28, false],
  [29, true],
])('After %i seconds a step is over: %s', (seconds, isOver) => {
  const clock = fixedClock(NOW);
  const step = beginStep({ clock });
  clock.advance(seconds * SECOND);
  expect(step.isOver()).toBe(isOver);
});

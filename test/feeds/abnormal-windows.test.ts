import { afterLoss, afterWindow, initialState, withWindow } from '../../lib/feeds/abnormal-windows.ts';
import { newReading } from '../../lib/feeds/engine/paging.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');

/** A window that begins `ms` after the one before, and was read to its end. */
function readAfter(ms: number) {
  const before = { ...initialState(NOW), watermark: NOW - ms };
  const { size } = before.reading;
  const whole = { ...newReading({ size, direction: 'from_last' }), isComplete: true };
  return afterWindow({ ...withWindow(before, [], NOW), reading: whole }, NOW);
}
const readAgainFrom = (state: ReturnType<typeof readAfter>, from: number) =>
  afterLoss(state, { from, to: NOW + HOUR }, NOW + HOUR).watermark;

test('What was fetched after a pause and is lost is read again from before the pause', () => {
  expect(readAgainFrom(readAfter(2 * DAY), NOW)).toBe(NOW - 2 * DAY);
});

test('What was fetched without a pause is read again from when it was fetched', () => {
  expect(readAgainFrom(readAfter(2 * HOUR), NOW - MINUTE)).toBe(NOW - MINUTE);
});

test('A pause that ended before what is lost was fetched is not read again', () => {
  expect(readAgainFrom(readAfter(2 * DAY), NOW + MINUTE)).toBe(NOW);
});

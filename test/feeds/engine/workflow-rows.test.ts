import { withWorkflow } from '../../../lib/feeds/engine/workflow-rows.ts';
import { HOUR } from '../../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const row = (hours: number) => ({ mark: NOW + hours * HOUR, renewedAt: NOW });

test('A clock that no answer has confirmed does not replace a mark that is still to come by an earlier one', () => {
  const rows = withWorkflow({ a: row(3) }, 'a', row(-1), { now: NOW, isClockConfirmed: false });
  expect(rows).toEqual({ a: row(3) });
});

test.each([
  ['A later mark replaces an earlier one', -2, -1, -1],
  ['An earlier mark does not replace a later one', -1, -2, -1],
  ['A mark replaces one that is still to come', 3, -1, -1],
])('%s (%i h, then %i h: %i h)', (_, known, next, expected) => {
  const rows = withWorkflow({ a: row(known), b: row(0) }, 'a', row(next), {
    now: NOW,
    isClockConfirmed: true,
  });
  expect(rows).toEqual({ a: row(expected), b: row(0) });
});

test('An earlier mark replaces a later one that was wrong, and no other', () => {
  const clock = { now: NOW, isClockConfirmed: true };
  expect(withWorkflow({ a: row(-1) }, 'a', row(-2), { ...clock, replaced: row(-1).mark })).toEqual({
    a: row(-2),
  });
  expect(withWorkflow({ a: row(-1) }, 'a', row(-2), { ...clock, replaced: row(-3).mark })).toEqual({
    a: row(-1),
  });
});

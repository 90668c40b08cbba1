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

test('A poll of a workflow that the platform does not name leaves the number of its copies', () => {
  const clock = { now: NOW, isClockConfirmed: true };
  const copies = (n: number) => ({ ...row(-1), copies: n });
  expect(withWorkflow({ a: copies(3) }, 'a', row(-1), clock)).toEqual({ a: copies(3) });
  expect(withWorkflow({ a: copies(3) }, 'a', copies(4), clock)).toEqual({ a: copies(4) });
  expect(withWorkflow({ a: row(-1) }, 'a', row(-1), clock).a).not.toHaveProperty('copies');
});

test('Of more than a hundred workflows the one is dropped that has not polled for longest', () => {
  const polled = (n: number) => ({ mark: NOW, renewedAt: NOW - n * HOUR });
  const rows = Object.fromEntries([200, ...Array(99).keys()].map((n) => [`${n} h`, polled(n)]));
  const next = withWorkflow(rows, 'a', row(0), { now: NOW, isClockConfirmed: true });
  expect(Object.keys(next)).toHaveLength(100);
  expect(next).toMatchObject({ a: row(0), '0 h': polled(0), '98 h': polled(98) });
  expect(next).not.toHaveProperty('200 h');
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

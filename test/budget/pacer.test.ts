import { dayIn } from '../../lib/budget/day.ts';
import { evenPacer, type PacerState } from '../../lib/budget/pacer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const day = dayIn('Asia/Shanghai')(Date.parse('2026-11-21T08:00:00Z'));
const LIMIT = 200;

interface PollingDay {
  /** Minutes between two polls. */
  every: number;
  callsPerVisit?: number;
  /** Calls that somebody else has used by a moment of the day. */
  usedByOthers?: (at: number) => number;
}

/** A whole day of polls; the moments at which they were paid. */
function visitsOf({ every, callsPerVisit = 1, usedByOthers = () => 0 }: PollingDay): number[] {
  const visits: number[] = [];
  let state: PacerState | undefined;
  for (let now = day.start; now < day.end; now += every * MINUTE) {
    if (!evenPacer.mayVisit(state, now, 1)) continue;
    visits.push(now);
    const used = visits.length * callsPerVisit + usedByOthers(now);
    state = evenPacer.afterVisit(state, { now, day, calls: callsPerVisit, used, limit: LIMIT });
  }
  return visits;
}

const gapsOf = (visits: number[]) => visits.slice(1).map((at, n) => (at - (visits[n] as number)) / MINUTE);
const between = (visits: number[], from: number, to: number) =>
  visits.filter((at) => at >= from && at < to).length;

/** The state after one call at the start of the day, when `used` calls were used. */
const afterOneCall = (used = 1, limit = LIMIT) =>
  evenPacer.afterVisit(undefined, { now: day.start, day, calls: 1, used, limit });

describe('The pacer', () => {
  test('allows the first visit, when nothing is known yet', () => {
    expect(evenPacer.mayVisit(undefined, day.start, 1)).toBe(true);
  });

  test('does not allow a second visit at once', () => {
    expect(evenPacer.mayVisit(afterOneCall(), day.start, 1)).toBe(false);
  });

  test('builds up credit at the rate that uses the rest of the calls by the end of the day', () => {
    expect(afterOneCall(100).rate * (day.end - day.start)).toBeCloseTo(LIMIT - 100);
  });

  test('allows a visit as soon as there is credit for its cost', () => {
    const state = afterOneCall(100);
    expect(evenPacer.mayVisit(state, day.start + 1 / state.rate, 1)).toBe(true);
  });

  test('does not allow a visit while there is credit for a part of it only', () => {
    const state = afterOneCall(100);
    expect(evenPacer.mayVisit(state, day.start + 0.99 / state.rate, 1)).toBe(false);
  });

  test('asks for more credit where a visit costs more', () => {
    const state = afterOneCall(100);
    expect(evenPacer.mayVisit(state, day.start + 1 / state.rate, 2)).toBe(false);
  });

  test('builds up nothing when no calls are left', () => {
    expect(evenPacer.mayVisit(afterOneCall(LIMIT), day.end - 1, 1)).toBe(false);
  });

  test('builds up nothing when more calls were used than there are', () => {
    expect(afterOneCall(LIMIT + 50).rate).toBe(0);
  });

  test('saves up credit for two visits at most', () => {
    const rested = evenPacer.afterVisit(afterOneCall(), {
      now: day.start + 20 * HOUR,
      day,
      calls: 0,
      used: 1,
      limit: LIMIT,
    });
    expect(rested.credit).toBe(2);
  });

  test('owes two calls at most after a visit of many pages', () => {
    const state = evenPacer.afterVisit(afterOneCall(), {
      now: day.start + HOUR,
      day,
      calls: 10,
      used: 11,
      limit: LIMIT,
    });
    expect(state.credit).toBe(-2);
  });

  test('does not take credit back when a clock goes backwards', () => {
    const state = afterOneCall();
    expect(evenPacer.mayVisit({ ...state, credit: 1 }, state.at - HOUR, 1)).toBe(true);
  });

  test('survives a visit at the very end of the day', () => {
    const state = evenPacer.afterVisit(undefined, { now: day.end, day, calls: 1, used: 1, limit: LIMIT });
    expect(Number.isFinite(state.rate)).toBe(true);
  });
});

describe('A day of polls', () => {
  test('every minute leaves two calls unused at most', () => {
    expect(visitsOf({ every: 1 }).length).toBeGreaterThanOrEqual(LIMIT - 2);
  });

  test('every minute uses no more than there are', () => {
    expect(visitsOf({ every: 1 }).length).toBeLessThanOrEqual(LIMIT);
  });

  test('every minute is spent evenly: as much before noon as after it', () => {
    const visits = visitsOf({ every: 1 });
    const noon = day.start + 12 * HOUR;
    const difference = between(visits, day.start, noon) - between(visits, noon, day.end);
    expect(Math.abs(difference)).toBeLessThanOrEqual(2);
  });

  test('every minute leaves no gap of more than eight minutes', () => {
    expect(Math.max(...gapsOf(visitsOf({ every: 1 })))).toBeLessThanOrEqual(8);
  });

  test('every 2 minutes leaves two calls unused at most', () => {
    expect(visitsOf({ every: 2 }).length).toBeGreaterThanOrEqual(LIMIT - 2);
  });

  test('every 15 minutes spends on every poll', () => {
    expect(visitsOf({ every: 15 })).toHaveLength(96);
  });

  test('with visits of two calls each uses no more than there are, but for the last visit', () => {
    expect(visitsOf({ every: 1, callsPerVisit: 2 }).length * 2).toBeLessThanOrEqual(LIMIT + 2);
  });

  test('in which somebody else takes half of the calls at noon slows down, and still lasts to the evening', () => {
    const noon = day.start + 12 * HOUR;
    const visits = visitsOf({ every: 1, usedByOthers: (at) => (at >= noon ? 50 : 0) });
    expect(between(visits, day.end - 2 * HOUR, day.end)).toBeGreaterThan(5);
  });
});

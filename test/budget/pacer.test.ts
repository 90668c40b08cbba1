import fc from 'fast-check';
import { curveOf, learn, noCounts } from '../../lib/budget/curve.ts';
import { createPacer, type PacerState } from '../../lib/budget/pacer.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { type CurveName, curves } from '../../sandbox/curves.ts';

const START = Date.parse('2026-11-20T16:00:00Z');
const LIMIT = 200;
const dayOf = dayIn('Asia/Shanghai');

const hoursOf = (curve: CurveName, events: number) => {
  const sum = curves[curve].reduce((a, b) => a + b, 0);
  return curves[curve].map((weight) => (weight / sum) * events);
};

/** Polls for one day, and returns the times of the visits. */
function pollADay(
  intervalMs: number,
  options: { counts?: number[]; limit?: number; phase?: number } = {},
): number[] {
  const { counts, limit = LIMIT, phase = 0 } = options;
  const pacer = createPacer();
  const day = dayOf(START);
  let state: PacerState | undefined = counts && {
    credit: 0,
    at: START,
    scale: limit / curveOf(counts).area(0, 1),
    since: day.start,
    until: day.end,
    limit,
    counts,
  };
  const spent: number[] = [];
  for (let now = START + phase; now < day.end; now += intervalMs) {
    if (spent.length >= limit || !pacer.canVisit(state, now)) continue;
    spent.push(now);
    state = pacer.afterVisit(state, { now, day, calls: 1, used: spent.length, limit, events: [] });
  }
  return spent;
}

const delayOf = (spent: number[], curve: CurveName): number => {
  const weights = curves[curve];
  let [sum, total] = [0, 0];
  for (let at = START; at < START + DAY; at += MINUTE) {
    const weight = weights[Math.floor((at - START) / HOUR)] as number;
    const seen = spent.find((moment) => moment >= at) ?? START + DAY;
    sum += weight * (seen - at);
    total += weight;
  }
  return sum / total / MINUTE;
};

describe('Curve of a shop', () => {
  test('The curve is flat before any event was seen', () => {
    expect(curveOf(noCounts).area(0.25, 0.5)).toBeCloseTo(0.25, 6);
  });

  test('Half of the curve is flat until 200 events were seen', () => {
    const spike = [...noCounts.slice(1), 100];
    expect(curveOf(spike).area(0.2, 0.3)).toBeCloseTo(0.1 * Math.sqrt(0.5), 4);
  });

  test('The curve follows the events the more closely, the more of them were seen', () => {
    const few = curveOf(hoursOf('one-region', 300)).area(0.25, 0.5);
    expect(curveOf(hoursOf('one-region', 3000)).area(0.25, 0.5)).toBeLessThan(few);
  });

  test('An event counts for its hour of the quota day', () => {
    expect(learn(noCounts, dayOf(START), [START + 20.5 * HOUR])[20]).toBe(1);
  });

  test('The areas of the parts of a day add up to the area of the day', () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(part, part, (a, b) => {
        const curve = curveOf(hoursOf('olist', 1000));
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(curve.area(0, from) + curve.area(from, to) + curve.area(to, 1)).toBeCloseTo(
          curve.area(0, 1),
          9,
        );
      }),
    );
  });
});

describe('Pacer', () => {
  test('The first visit of a feed is always paid', () => {
    expect(createPacer().canVisit(undefined, START)).toBe(true);
  });

  test.each([1, 2])('Polls every %i min use all calls of the day and do not exceed its limit', (minutes) => {
    const spent = pollADay(minutes * MINUTE).length;
    expect(spent).toBeLessThanOrEqual(LIMIT);
    expect(spent).toBeGreaterThanOrEqual(LIMIT - 2);
  });

  test('The visits of a new feed are spread evenly: no gap is twice as long as another', () => {
    const spent = pollADay(MINUTE);
    const gaps = spent.slice(1).map((at, n) => at - (spent[n] as number));
    expect(Math.max(...gaps)).toBeLessThan(2 * Math.min(...gaps));
  });

  test('Every poll makes a visit if polls are rarer than calls', () => {
    expect(pollADay(15 * MINUTE)).toHaveLength(96);
  });

  test('More visits are made in the hours in which more events happen', () => {
    const spent = pollADay(MINUTE, { counts: hoursOf('one-region', 2000) });
    const within = (from: number, to: number) =>
      spent.filter((at) => at >= START + from * HOUR && at < START + to * HOUR).length;
    expect(within(18, 22)).toBeGreaterThan(3 * within(6, 10));
  });

  test('With a learned curve the mean delay is within 3 % of the smallest possible', () => {
    // The smallest possible delay for the Olist curve at 200 calls is 3.07 min (docs/polling.md#square-root-law).
    expect(delayOf(pollADay(MINUTE, { counts: hoursOf('olist', 20_000) }), 'olist')).toBeLessThan(
      3.07 * 1.03,
    );
  });

  test('The plan is reduced by the calls that a search has used', () => {
    const pacer = createPacer();
    const day = dayOf(START);
    const state = pacer.afterVisit(undefined, {
      now: START,
      day,
      calls: 1,
      used: 1,
      limit: LIMIT,
      events: [],
    });
    const fewer = pacer.afterVisit(state, { now: START, day, calls: 1, used: 101, limit: LIMIT, events: [] });
    expect(fewer.scale / state.scale).toBeCloseTo(99 / 199, 6);
  });

  test('Feeds share the budget in proportion to the root of weight, events and cost', () => {
    const day = dayOf(START);
    const visit = { now: START, day, calls: 0, used: 0, limit: LIMIT, events: [] };
    const orders = { weight: 1, cost: 1, counts: hoursOf('flat', 100) };
    const disputes = { weight: 5, cost: 1, counts: hoursOf('flat', 6) };
    const state: PacerState = {
      credit: 0,
      at: START,
      scale: 0,
      since: day.start,
      until: day.end,
      limit: LIMIT,
      counts: orders.counts,
    };
    const planned = createPacer(orders).afterVisit(state, visit, [disputes]);
    // 200 · √100 / (√100 + √30)
    expect(planned.scale * curveOf(orders.counts).area(0, 1)).toBeCloseTo(129.2, 1);
  });

  test.each([8 * HOUR, 40 * DAY])(
    'A state written %d milliseconds ahead keeps its credit, and earns from now on',
    (ahead) => {
      const pacer = createPacer();
      const day = dayOf(START + ahead);
      const visit = { now: START + ahead, day, calls: 1, used: 1, limit: LIMIT, events: [] };
      const state = pacer.afterVisit(undefined, visit);
      expect(pacer.savedAt(state, START + HOUR)).toBe(state.credit);
      const mended = pacer.afterVisit(state, { ...visit, now: START + HOUR, day: dayOf(START + HOUR) });
      expect(mended).toMatchObject({ at: START + HOUR, until: dayOf(START + HOUR).end });
      expect(pacer.canVisit(mended, START + 2 * HOUR)).toBe(true);
    },
  );

  test('A new day is planned with all its calls after a day that was used up', () => {
    const pacer = createPacer();
    const day = dayOf(START);
    const spent = pacer.afterVisit(undefined, {
      now: START,
      day,
      calls: 1,
      used: LIMIT,
      limit: LIMIT,
      events: [],
    });
    const anHourLater = day.end + HOUR;
    expect([pacer.canVisit(spent, day.end - 1), pacer.canVisit(spent, anHourLater)]).toEqual([false, true]);
  });

  test('No plan exceeds the calls that are left, whatever the visits before', () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 3 * HOUR }),
      calls: fc.integer({ min: 1, max: 10 }),
      used: fc.option(fc.integer({ min: 0, max: LIMIT }), { nil: undefined }),
      events: fc.array(fc.integer({ min: 0, max: DAY }), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const pacer = createPacer();
        let state: PacerState | undefined;
        let now = START;
        for (const { after, calls, used, events } of steps) {
          now += after;
          const day = dayOf(now);
          state = pacer.afterVisit(state, {
            now,
            day,
            calls,
            used,
            limit: LIMIT,
            events: events.map((at) => day.start + at),
          });
          const planned =
            state.scale * curveOf(state.counts).area((now - day.start) / (day.end - day.start), 1);
          expect(planned).toBeLessThanOrEqual(LIMIT - (used ?? 0) + 1e-6);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { curveOf, learn, noCounts } from '../../lib/budget/curve.ts';
import { demandOf, type FeedDemand } from '../../lib/budget/feed-demand.ts';
import { createPacer, type PacerState } from '../../lib/budget/pacer.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { type CurveName, curves } from '../../sandbox/curves.ts';

const START = Date.parse('2026-11-20T16:00:00Z');
const LIMIT = 200;
const dayOf = dayIn('Asia/Shanghai');

/** The calls of a day that the feeds share. */
const PLANNED = 195;
const NOTHING_SPENT = {
  planned: PLANNED,
  spent: 0,
  owed: 0,
  reserved: 0,
  reservedEarly: 0,
  seen: 0,
  days: 0,
  pollMs: 0,
  visitCalls: 1,
};

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
    scale: (limit - 5) / curveOf(counts).area(0, 1),
    since: day.start,
    until: day.end,
    ...NOTHING_SPENT,
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

  test('Half of the curve is flat when 50 events were seen, and nearly all of it after a few', () => {
    const flat = (events: number) => curveOf([...noCounts.slice(1), events]).area(0.2, 0.3);
    expect(flat(50)).toBeCloseTo(0.1 * Math.sqrt(0.5), 4);
    expect(flat(5)).toBeCloseTo(0.1 * Math.sqrt(10 / 11), 4);
  });

  test('The curve follows the events the more closely, the more of them were seen', () => {
    const few = curveOf(hoursOf('one-region', 300)).area(0.25, 0.5);
    expect(curveOf(hoursOf('one-region', 3000)).area(0.25, 0.5)).toBeLessThan(few);
  });

  test('An event counts for its hour of the quota day', () => {
    expect(learn(noCounts, dayOf(START), [START + 20.5 * HOUR])[20]).toBe(1);
  });

  test('An event of another day counts for the same hour', () => {
    expect(learn(noCounts, dayOf(START), [START - HOUR, START + DAY + 23.5 * HOUR])[23]).toBe(2);
  });

  test('Events that were counted before stay counted', () => {
    const counts = learn(noCounts, dayOf(START), [START, START + HOUR]);
    const [first, second] = learn(counts, dayOf(START), [START]);
    expect([first, second]).toEqual([2, 1]);
  });

  test('As many calls are planned before a busy hour as after it', () => {
    const noon = curveOf(noCounts.map((_, hour) => (hour === 12 ? 1000 : 0)));
    const [before, after] = [noon.area(11 / 24, 12 / 24), noon.area(13 / 24, 14 / 24)];
    expect(before).toBeCloseTo(after, 9);
    expect(before).toBeGreaterThan(2 * noon.area(9 / 24, 10 / 24));
  });

  test('The last hour of a day is followed by the first of the next', () => {
    const midnight = curveOf([...noCounts.slice(1), 1000]);
    expect(midnight.area(0, 1 / 48)).toBeCloseTo(midnight.area(22.5 / 24, 23 / 24), 9);
  });

  test('The area of a flat day is 1, however many events were seen', () => {
    for (const events of [24, 240, 24_000])
      expect(curveOf(hoursOf('flat', events)).area(0, 1)).toBeCloseTo(1, 6);
  });

  test('Ten times as many events plan about three times as many calls', () => {
    const counts = noCounts.map((_, hour) => (hour < 12 ? 10_000 : 1000));
    const curve = curveOf(counts);
    expect(curve.area(3 / 24, 9 / 24) / curve.area(15 / 24, 21 / 24)).toBeCloseTo(Math.sqrt(10), 1);
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

  test.each([1, 2])(
    'Polls every %i min use the planned calls, and those that no search has used by the end',
    (minutes) => {
      const spent = pollADay(minutes * MINUTE).length;
      expect(spent).toBeLessThan(LIMIT);
      expect(spent).toBeGreaterThanOrEqual(LIMIT - 2);
    },
  );

  test('The visits of a new feed are spread evenly: no gap is twice as long as another', () => {
    const spent = pollADay(MINUTE);
    const gaps = spent.slice(1).map((at, n) => at - (spent[n] as number));
    expect(Math.max(...gaps)).toBeLessThan(2 * Math.min(...gaps));
  });

  /** A day of polls every minute; of the visits, every third makes a call more, for what is read rarely. */
  function visitsWithRareCalls({
    limit,
    rareCallsPerDay,
    maxGapMs,
  }: {
    limit: number;
    rareCallsPerDay: number;
    maxGapMs?: number;
  }): number[] {
    const pacer = createPacer({ weight: 1, cost: 1, ...(maxGapMs && { maxGapMs }) });
    const day = dayOf(START);
    let state: PacerState | undefined;
    const visits: number[] = [];
    let used = 0;
    for (let now = START; now < day.end; now += MINUTE) {
      if (!pacer.canVisit(state, now)) continue;
      const rareCalls = visits.length % 3 === 1 ? 1 : 0;
      used += 1 + rareCalls;
      visits.push(now);
      const calls = { calls: 1 + rareCalls, rareCalls, rareCallsPerDay };
      state = pacer.afterVisit(state, { now, day, ...calls, used, limit, events: [] });
    }
    expect(used).toBeLessThanOrEqual(limit);
    return visits.slice(1).map((at, n) => at - (visits[n] as number));
  }

  test('Where calls are kept for what is read rarely, visits in the evening are as far apart as in the morning', () => {
    const eveningByMorning = (rareCallsPerDay: number) => {
      const gaps = visitsWithRareCalls({ limit: 20, rareCallsPerDay });
      const sum = (from: number, to?: number) => gaps.slice(from, to).reduce((total, gap) => total + gap, 0);
      return sum(-5) / sum(0, 5);
    };
    expect(eveningByMorning(5)).toBeLessThan(1.2);
    expect(eveningByMorning(0)).toBeGreaterThan(1.3);
  });

  describe('Calls that are kept', () => {
    const PER_DAY = 8;
    const MAX = 16;
    /** @returns the calls of a feed among others on a day. @param rareAt how many are made by a visit for what is read rarely */
    function callsOfADay(rareAt: (now: number, made: number) => number): number {
      const pacer = createPacer({ weight: 1, cost: 1, usualEvents: 3, minCalls: 15.5, maxCalls: MAX });
      const day = dayOf(START);
      let state: PacerState | undefined;
      let [own, rare] = [0, 0];
      for (let now = START; now < day.end; now += 15 * MINUTE) {
        if (!pacer.canVisit(state, now)) continue;
        const rareCalls = rareAt(now, rare);
        const calls = { calls: 1 + rareCalls, rareCalls, rareCallsPerDay: PER_DAY };
        [own, rare] = [own + 1 + rareCalls, rare + rareCalls];
        const used = own + ((PLANNED - MAX) * (now - START)) / DAY;
        const learnt = { counts: [...noCounts], seen: 0, days: 0, pollMs: 0, visitCalls: 1 };
        const other = demandOf({ weight: 2, cost: 1, usualEvents: 100 }, learnt);
        state = pacer.afterVisit(state, { now, day, ...calls, used, limit: LIMIT, events: [] }, [other]);
      }
      return own;
    }

    test.each<{ when: string; rareAt: Parameters<typeof callsOfADay>[0] }>([
      { when: 'all at the beginning', rareAt: (now, made) => (now > START && made === 0 ? PER_DAY : 0) },
      {
        when: 'over the day',
        rareAt: (now, made) => Math.floor((PER_DAY * (now - START)) / DAY) - made,
      },
      { when: 'never', rareAt: () => 0 },
    ])('They are made $when: the feed makes as many calls as are planned', ({ rareAt }) => {
      expect(callsOfADay(rareAt)).toBeLessThanOrEqual(MAX + 1);
      expect(callsOfADay(rareAt)).toBeGreaterThanOrEqual(MAX - 3);
    });
  });

  test('Where calls are few, the longest gap leaves some for the evening', () => {
    const gaps = visitsWithRareCalls({ limit: 12, rareCallsPerDay: 6, maxGapMs: 55 * MINUTE });
    expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeGreaterThan(18 * HOUR);
  });

  test('Where calls are few, at least half of them are left for visits', () => {
    expect(visitsWithRareCalls({ limit: 6, rareCallsPerDay: 50 }).length).toBeGreaterThanOrEqual(2);
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
      3.07 * (LIMIT / PLANNED) * 1.03,
    );
  });

  describe('Credit', () => {
    const day = dayOf(START);
    const visit = { now: START, day, calls: 1, used: 1, limit: LIMIT, events: [] };
    const stateWith = (changes: Partial<PacerState>): PacerState => ({
      credit: 0,
      at: START,
      scale: LIMIT,
      since: day.start,
      until: day.end,
      ...NOTHING_SPENT,
      planned: LIMIT,
      counts: [...noCounts],
      ...changes,
    });
    const perCall = DAY / LIMIT;

    test('Nothing is saved up before the first visit', () => {
      expect(createPacer().savedAt(undefined, START)).toBe(0);
    });

    test('The first visit is paid by the day, however many calls it makes', () => {
      expect(createPacer().afterVisit(undefined, { ...visit, calls: 7 }).credit).toBe(0);
    });

    test('Credit grows evenly if the curve is flat', () => {
      const saved = [1, 2, 5].map((n) => createPacer().savedAt(stateWith({}), START + n * perCall));
      for (const [n, calls] of [1, 2, 5].entries()) expect(saved[n]).toBeCloseTo(calls, 6);
    });

    test('At most 12 calls are saved up, within a day and after it', () => {
      const pacer = createPacer();
      expect(pacer.savedAt(stateWith({ credit: 11 }), START + 5 * perCall)).toBe(12);
      expect(pacer.savedAt(stateWith({ credit: 11 }), day.end + 5 * perCall)).toBe(12);
    });

    test('After its day is over, a plan earns what the next day has', () => {
      const spent = stateWith({ at: day.end - 1, scale: 0 });
      expect(createPacer().savedAt(spent, day.end + 3 * perCall)).toBeCloseTo(3, 6);
      expect(createPacer().savedAt({ ...spent, planned: 2 * LIMIT }, day.end + 3 * perCall)).toBeCloseTo(
        6,
        6,
      );
    });

    test('A plan earns until the end of its day, and then what the next day has', () => {
      const pacer = createPacer();
      const state = stateWith({ at: day.end - 2 * perCall });
      expect(pacer.savedAt(state, day.end)).toBeCloseTo(2, 6);
      expect(pacer.savedAt(state, day.end + perCall)).toBeCloseTo(3, 6);
    });

    test('A whole next day earns its calls, whatever the curve', () => {
      const spent = stateWith({ at: day.end - 1, scale: 0, planned: 5, counts: hoursOf('one-region', 2000) });
      expect(createPacer().savedAt(spent, day.end + DAY)).toBeCloseTo(5, 6);
    });

    test('A plan that is a day too old earns no more than one day has', () => {
      const poor = stateWith({ credit: -11, scale: 0, planned: 20 });
      expect(createPacer().savedAt(poor, day.end + 3 * DAY)).toBeCloseTo(9, 6);
    });

    test('A visit is paid when nine tenths of its cost are saved up', () => {
      const pacer = createPacer({ weight: 1, cost: 3 });
      expect([2.69, 2.71].map((credit) => pacer.canVisit(stateWith({ credit }), START))).toEqual([
        false,
        true,
      ]);
    });

    test('At a poll at which it does less good, a visit is paid when 2.4 of its cost are saved up', () => {
      const pacer = createPacer({ weight: 1, cost: 3 });
      expect([7.19, 7.21].map((credit) => pacer.canVisit(stateWith({ credit }), START, true))).toEqual([
        false,
        true,
      ]);
    });

    test('A visit is paid once a whole day has passed since the end of the plan', () => {
      const poor = stateWith({ credit: -12, scale: 0, planned: 0 });
      const dayLater = day.end + DAY;
      const pacer = createPacer();
      expect([pacer.canVisit(poor, dayLater - 1), pacer.canVisit(poor, dayLater)]).toEqual([false, true]);
    });

    test('A burst is owed, up to 12 calls', () => {
      const pacer = createPacer();
      const creditAfter = (calls: number) =>
        pacer.afterVisit(stateWith({ credit: 2 }), { ...visit, calls }).credit;
      expect([5, 60].map(creditAfter)).toEqual([-3, -12]);
    });

    test('What is saved up is part of what is left for the day', () => {
      const { scale } = createPacer().afterVisit(stateWith({ credit: 11 }), { ...visit, used: 100 });
      expect(scale).toBeCloseTo(95 - 10, 6);
    });

    test('A debt is paid from what is left for the day', () => {
      const { scale, credit } = createPacer().afterVisit(stateWith({}), { ...visit, calls: 5, used: 100 });
      expect(credit).toBe(-5);
      expect(scale + credit).toBeCloseTo(95, 6);
    });

    test('What the other feeds have saved up is left to them', () => {
      const other = {
        ...demandOf({ weight: 1, cost: 1 }, { ...NOTHING_SPENT, counts: [...noCounts] }),
        saved: 10,
      };
      const scaleWith = (saved: number) =>
        createPacer().afterVisit(stateWith({ credit: 1 }), { ...visit, used: 100 }, [{ ...other, saved }])
          .scale;
      expect(scaleWith(10)).toBeCloseTo(scaleWith(0) - 5, 6);
    });

    test('No call is planned once more calls are saved up than are left', () => {
      expect(createPacer().afterVisit(stateWith({ credit: 11 }), { ...visit, used: 190 }).scale).toBe(0);
    });

    test('If the store does not answer, the calls that are left are those of the rest of the day', () => {
      const now = START + 18 * HOUR;
      const { scale } = createPacer().afterVisit(stateWith({ at: now, credit: 1 }), {
        ...visit,
        now,
        used: undefined,
      });
      expect(scale * 0.25).toBeCloseTo(PLANNED / 4, 6);
    });

    test('The plan of the rest of a day spends all calls that are left, but for a part of five', () => {
      const now = START + 12 * HOUR;
      const { scale } = createPacer().afterVisit(stateWith({ at: now, credit: 1 }), {
        ...visit,
        now,
        used: 80,
      });
      expect(scale * 0.5).toBeCloseTo(117.5, 6);
    });

    test('Counts fade by 3% with every day, not within it', () => {
      const counts = noCounts.map(() => 100);
      const countsAt = (now: number) =>
        createPacer().afterVisit(stateWith({ counts }), { ...visit, now, day: dayOf(now) }).counts[0];
      expect([day.end - 1, day.end].map(countsAt)).toEqual([100, 97]);
    });

    test('New events of the first visit and of later ones are counted', () => {
      const first = createPacer().afterVisit(undefined, { ...visit, events: [START + HOUR] });
      expect(first.counts[1]).toBe(1);
      expect(createPacer().afterVisit(first, { ...visit, events: [START + HOUR] }).counts[1]).toBe(2);
    });

    describe('Time of the next visit', () => {
      test('A visit that is saved up for is due at once', () => {
        expect(createPacer().nextAt(stateWith({ credit: 1 }))).toBe(START);
      });

      test('The next visit is due within a minute of the time at which it is paid', () => {
        const pacer = createPacer();
        const paidAt = START + 0.9 * perCall;
        const due = pacer.nextAt(stateWith({}));
        expect(due).toBeGreaterThanOrEqual(paidAt - 1);
        expect(due).toBeLessThanOrEqual(paidAt + MINUTE);
      });

      test('The next visit after a day that is used up is due in the next day', () => {
        const due = createPacer().nextAt(stateWith({ scale: 0 }));
        expect(due).toBeGreaterThanOrEqual(day.end + 0.9 * perCall - 1);
        expect(due).toBeLessThanOrEqual(day.end + 0.9 * perCall + MINUTE);
      });

      test('A visit that is never paid is due a day after the end of the plan', () => {
        const due = createPacer().nextAt(stateWith({ credit: -12, scale: 0, planned: 0 }));
        expect(due).toBeGreaterThan(day.end + DAY - MINUTE);
        expect(due).toBeLessThanOrEqual(day.end + DAY);
      });
    });
  });

  describe('Visit that begins just before midnight and ends after it', () => {
    const [today, tomorrow] = [dayOf(START), dayOf(START + DAY)];
    const before = { now: today.end - MINUTE, day: today, calls: 1, used: LIMIT, limit: LIMIT, events: [] };
    const pacer = createPacer();
    const state = pacer.afterVisit(pacer.afterVisit(undefined, before), {
      ...before,
      ...{ now: today.end - 3000, day: tomorrow, used: 0 },
    });

    test('Credit grows on the new day as on any other', () => {
      expect(pacer.savedAt(state, tomorrow.start)).toBeCloseTo(state.credit, 6);
      const earned = pacer.savedAt(state, tomorrow.start + HOUR) - state.credit;
      expect(Math.abs(earned - LIMIT / 24)).toBeLessThan(0.2);
    });

    test('Only its own calls are counted on the new day', () => {
      expect(state.spent).toBe(1);
    });
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
    expect((fewer.scale + fewer.credit) / state.scale).toBeCloseTo(94 / 194, 6);
  });

  describe('Demand', () => {
    const day = dayOf(START);
    const visit = { now: START, day, calls: 1, used: 1, limit: LIMIT, events: [] };

    test('Events count for a day only if they happened since the feed is read', () => {
      const events = [START - 20 * DAY, START - HOUR, START + HOUR];
      const state = createPacer().afterVisit(undefined, { ...visit, events, readSince: START - 2 * HOUR });
      expect(state.seen).toBe(2);
    });

    test('The least calls of a day are those declared, those of the longest gap, or those that are needed now', () => {
      const learnt = { ...NOTHING_SPENT, counts: [...noCounts] };
      const minCalls = (own: Partial<FeedDemand>, neededCalls?: number) =>
        demandOf({ weight: 1, cost: 1, ...own }, learnt, { neededCalls }).minCalls;
      expect([minCalls({}), minCalls({ maxGapMs: 3 * HOUR }), minCalls({ minCalls: 14 })]).toEqual([
        0, 8, 14,
      ]);
      expect([minCalls({}, 60), minCalls({ minCalls: 14 }, 60), minCalls({ minCalls: 14 }, 9)]).toEqual([
        60, 60, 14,
      ]);
    });

    test('The events of a day are those that were seen, and before that those of an ordinary shop', () => {
      const own = { weight: 1, cost: 1, usualEvents: 30 };
      const rateOf = (seen: number, days: number) =>
        demandOf(own, { ...NOTHING_SPENT, counts: [...noCounts], seen, days }).eventsPerDay;
      expect(rateOf(0, 0)).toBe(30);
      expect(rateOf(990, 9)).toBe((990 + 30) / 10);
    });

    test('A year of a feed weighs no more than a month', () => {
      const own = { weight: 1, cost: 1, usualEvents: 1 };
      let state = createPacer(own).afterVisit(undefined, visit);
      for (let days = 1; days <= 365; days += 1) {
        const now = START + days * DAY;
        const events = Array.from({ length: 20 }, () => now - HOUR);
        state = createPacer(own).afterVisit(state, { ...visit, now, day: dayOf(now), events });
      }
      expect(demandOf(own, state).eventsPerDay).toBeCloseTo(20, -0.5);
    });

    test('Calls that are spread are taken from the rest of the own day, and delay no visit', () => {
      const pacer = createPacer();
      const spreading = (rareCalls: number) =>
        pacer.afterVisit(undefined, { ...visit, calls: 11, used: 11, rareCalls });
      expect([spreading(10).credit, spreading(10).owed]).toEqual([0, 10]);
      const orders = demandOf({ weight: 1, cost: 1 }, { ...NOTHING_SPENT, counts: [...noCounts] });
      const withOther = (rareCalls: number) =>
        pacer.afterVisit(undefined, { ...visit, calls: 11, used: 11, rareCalls }, [orders]).scale;
      // Half of the 184 that are left, and of the ten that are owed, less the ten.
      expect(withOther(0)).toBeCloseTo(92, 6);
      expect(withOther(10)).toBeCloseTo(97 - 10, 6);
    });

    test('What is owed is paid by the end of the day', () => {
      const pacer = createPacer();
      const begun = pacer.afterVisit(undefined, { ...visit, calls: 11, used: 11, rareCalls: 10 });
      const owedAt = (now: number) => pacer.afterVisit(begun, { ...visit, now, day: dayOf(now) }).owed;
      expect(owedAt(START + DAY / 2)).toBeCloseTo(5, 6);
      expect(owedAt(day.end)).toBe(0);
    });

    test('A feed whose polls are too rare leaves to the others what it cannot spend', () => {
      const pacer = createPacer({ weight: 1, cost: 1, usualEvents: 100 });
      const counts = [...noCounts];
      const other = demandOf({ weight: 1, cost: 1, usualEvents: 1 }, { ...NOTHING_SPENT, counts });
      const plannedAt = (everyMs: number) => {
        let state: PacerState | undefined;
        let used = 0;
        for (let now = START; now < START + 6 * HOUR; now += everyMs) {
          if (!pacer.canVisit(state, now)) continue;
          used += 1;
          state = pacer.afterVisit(state, { ...visit, now, used, events: [] }, [other]);
        }
        return state?.planned ?? Number.NaN;
      };
      expect(plannedAt(5 * MINUTE)).toBeGreaterThan(170);
      expect(plannedAt(15 * MINUTE)).toBeCloseTo(96, 0);
    });

    test('What a visit takes counts for what can be spent, and a poll that was missed hardly does', () => {
      const pacer = createPacer();
      const hourAfter = (waits: readonly number[], calls: number) => {
        let state = pacer.afterVisit(undefined, { ...visit, events: [] });
        let now = START;
        for (const minutes of waits) {
          now += minutes * MINUTE;
          state = pacer.afterVisit({ ...state, credit: 8 }, { ...visit, now, calls, events: [] });
        }
        return demandOf({ weight: 1, cost: 1 }, state).maxPerHour;
      };
      const often = Array(60).fill(15);
      expect(hourAfter(often, 1)).toBeCloseTo(4, 6);
      expect(hourAfter(often, 3)).toBeGreaterThan(11);
      expect(hourAfter([...often, 300], 1)).toBeGreaterThan(3.7);
    });

    test('A feed that is not always due learns nothing of its polls', () => {
      const pacer = createPacer();
      const first = { ...pacer.afterVisit(undefined, { ...visit, events: [] }), credit: 8 };
      const next = { ...visit, now: START + HOUR, events: [], isAlwaysDue: false };
      expect(pacer.afterVisit(first, next).pollMs).toBe(0);
    });

    test('A visit is made after the longest gap, whether or not it was saved up for', () => {
      const pacer = createPacer({ weight: 1, cost: 1, maxGapMs: 55 * MINUTE });
      const poor = { ...pacer.afterVisit(undefined, visit), credit: -12 };
      expect([54, 55].map((minutes) => pacer.canVisit(poor, START + minutes * MINUTE))).toEqual([
        false,
        true,
      ]);
    });

    test('The longest gap is longer where the day has too few calls for it', () => {
      const pacer = createPacer({ weight: 1, cost: 1, maxGapMs: 55 * MINUTE });
      const few = { ...pacer.afterVisit(undefined, { ...visit, limit: 10 }), credit: -12 };
      expect(few.planned).toBeCloseTo(9.75, 6);
      expect([2.4, 2.5].map((hours) => pacer.canVisit(few, START + hours * HOUR))).toEqual([false, true]);
    });
  });

  test('Of the calls that are kept, those are left that were not made and not left to visits', () => {
    const [pacer, day] = [createPacer(), dayOf(START)];
    expect(pacer.keptAt(undefined, START)).toBe(Number.POSITIVE_INFINITY);
    const looked = { now: START, day, used: 1, limit: LIMIT, events: [], rareCallsPerDay: 6 };
    const first = pacer.afterVisit(undefined, { ...looked, calls: 1 });
    expect(pacer.keptAt(first, START)).toBeCloseTo(6, 6);
    const second = pacer.afterVisit(first, { ...looked, now: START + HOUR, calls: 3, rareCalls: 2 });
    expect(pacer.keptAt(second, START + HOUR)).toBeCloseTo(4, 6);
    expect(pacer.keptAt(second, START + 12 * HOUR)).toBeCloseTo(4, 6);
    // Nothing has taken a call until noon, so those of the morning are left to visits.
    const idle = pacer.afterVisit(first, { ...looked, now: START + 12 * HOUR, calls: 1 });
    expect(pacer.keptAt(idle, START + 18 * HOUR)).toBeCloseTo(4.5, 6);
    expect(pacer.keptAt(second, day.end)).toBeCloseTo(6, 6);
    // A clock that was ahead takes nothing away.
    expect(pacer.keptAt({ ...second, at: START + 20 * HOUR }, START + HOUR)).toBeCloseTo(4, 6);
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
          const left = LIMIT - (used ?? 0) - state.credit;
          expect(planned).toBeLessThanOrEqual(Math.max(0, left) + 1e-6);
        }
      }),
    );
  });
});

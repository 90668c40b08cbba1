import fc from 'fast-check';
import { readEvent } from '../../lib/aliexpress/tracking-progress.ts';
import {
  BAND_ENDS,
  type Gap,
  gapsIn,
  MAX_CELLS,
  MAX_LIMIT_MS,
  MIN_LIMIT_MS,
  noGaps,
  ONE_IN,
  type Route,
  type RouteGaps,
  routeGapsFormat,
  routeLimits,
  withGaps,
} from '../../lib/feeds/route-gaps.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const route: Route = { carrier: 'YANWEN_AM', country: 'ES', signal: 'LH_DEPART' };

const gap = (hours: number, changes: Partial<Route> = {}): Gap => ({
  ...route,
  ...changes,
  ms: hours * HOUR,
});
const times = (count: number, hours: number, changes: Partial<Route> = {}): Gap[] =>
  Array.from({ length: count }, () => gap(hours, changes));
const limitOf = (ended: Gap[], silent: Gap[] = [], of: Route = route) =>
  routeLimits(withGaps(noGaps(NOW), ended, NOW), silent)(of);
const hoursOf = (ended: Gap[], silent: Gap[] = []): number => limitOf(ended, silent).ms / HOUR;

const sumOf = ({ ended }: RouteGaps, key: string): number =>
  (ended[key] ?? []).reduce((sum, gaps) => sum + gaps, 0);

interface Lasted {
  hours: number;
  isEnded: boolean;
}

/** Kaplan–Meier, gap by gap: the share of gaps that are longer than so many hours. */
function plainSurvival(gaps: readonly Lasted[], hours: number): number {
  const ends = [...new Set(gaps.filter(({ isEnded }) => isEnded).map((each) => each.hours))];
  return ends
    .filter((end) => end <= hours)
    .reduce((share, end) => {
      const atRisk = gaps.filter((each) => each.hours >= end).length;
      const ended = gaps.filter((each) => each.isEnded && each.hours === end).length;
      return share * (1 - ended / atRisk);
    }, 1);
}

function plainLimit(gaps: readonly Lasted[]): number {
  const never = plainSurvival(gaps, 240);
  const isRare = (hours: number) => (plainSurvival(gaps, hours) - never) / (1 - never) < 1 / 200 - 1e-9;
  return BAND_ENDS.find((hours) => hours >= 48 && isRare(hours)) ?? 240;
}

const bandEnd = (hours: number): number => BAND_ENDS.find((end) => hours < end) ?? 1000;

/** To the end of its band, because a cell knows no more. */
const roundedUp = ({ hours, isEnded }: Lasted): Lasted => ({ hours: bandEnd(hours), isEnded });

/** Lengths that many parcels share, and some that few have, so that the limit may lie anywhere. */
const lengths = (maxHours: number, maxCount: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: maxHours }), fc.integer({ min: 1, max: maxCount })), {
      maxLength: 5,
    })
    .map((groups) => groups.flatMap(([hours, count]) => Array.from({ length: count }, () => hours)));
const anyHours = fc.integer({ min: 0, max: 400 });
const endedHours = fc
  .tuple(lengths(70, 80), lengths(400, 3), fc.integer({ min: 0, max: 47 }))
  .map(([many, few, usual]) => [...many, ...few, ...Array.from({ length: ONE_IN }, () => usual)]);
const silentHours = fc.tuple(lengths(70, 40), lengths(400, 3)).map((parts) => parts.flat());
const toGaps = (hours: readonly number[]) => hours.map((each) => gap(each));

describe('Gaps of a route', () => {
  test('The limit is that of a plain Kaplan–Meier estimate among the gaps that end within ten days', () => {
    fc.assert(
      fc.property(endedHours, silentHours, (ended, silent) => {
        const plain = [
          ...ended.map((hours) => roundedUp({ hours, isEnded: true })),
          ...silent.map((hours) => roundedUp({ hours, isEnded: false })),
        ];
        expect(hoursOf(toGaps(ended), toGaps(silent))).toBe(plainLimit(plain));
      }),
    );
  });

  test('If no parcel is silent, fewer than 1 in 200 of the gaps within ten days reach the limit', () => {
    fc.assert(
      fc.property(endedHours, (ended) => {
        const within = ended.filter((hours) => hours < 240);
        const rare = (limit: number) => within.filter((hours) => hours >= limit).length < within.length / 200;
        const limit = hoursOf(toGaps(ended));
        expect(limit).toBe(BAND_ENDS.find((end) => end >= 48 && rare(end)));
      }),
    );
  });

  test('Exactly 1 in 200 is not fewer', () => {
    expect(hoursOf([...times(54, 0), ...times(57, 24), ...times(287, 0), ...times(2, 48)])).toBe(60);
  });

  /** The share that is lost counts apart. A silent parcel adds to it, and may make the limit of the others shorter. */
  test('Unless gaps last longer than ten days, a parcel that is silent for less than the limit never lowers it', () => {
    fc.assert(
      fc.property(endedHours, silentHours, anyHours, (ended, silent, another) => {
        const withinTenDays = ended.filter((hours) => hours < 240);
        const longest = Math.max(...withinTenDays.map(bandEnd));
        const isShorter = (hours: number) => bandEnd(hours) < longest;
        const others = silent.filter(isShorter);
        const before = hoursOf(toGaps(withinTenDays), toGaps(others));
        fc.pre(another < before && isShorter(another));
        expect(hoursOf(toGaps(withinTenDays), toGaps([...others, another]))).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test('Where every gap has ended or is lost, further lost parcels do not change the limit', () => {
    fc.assert(
      fc.property(endedHours, fc.integer({ min: 0, max: 100 }), (ended, lost) => {
        expect(hoursOf(toGaps(ended), times(lost, 400))).toBe(hoursOf(toGaps(ended)));
      }),
    );
  });

  /** A parcel silent for a length between the two passes its share on to longer gaps, and the limit may fall a little. */
  test('A longer gap within ten days never lowers the limit, unless a parcel is silent for a time between', () => {
    fc.assert(
      fc.property(
        endedHours,
        silentHours,
        fc.integer({ min: 0, max: 239 }),
        fc.integer({ min: 0, max: 239 }),
        (ended, silent, a, b) => {
          const [shorter, longer] = [Math.min(a, b), Math.max(a, b)];
          const outside = silent.filter(
            (hours) => bandEnd(hours) < bandEnd(shorter) || bandEnd(hours) >= bandEnd(longer),
          );
          expect(hoursOf(toGaps([...ended, longer]), toGaps(outside))).toBeGreaterThanOrEqual(
            hoursOf(toGaps([...ended, shorter]), toGaps(outside)),
          );
        },
      ),
    );
  });

  test('Parcels that have not been silent for long keep rare long gaps from looking even rarer', () => {
    const ended = [...times(1000, 30), ...times(4, 100)];
    expect(hoursOf(ended)).toBe(48);
    expect(hoursOf(ended, times(300, 40))).toBe(108);
  });

  test('A length that exactly 1 in 200 gaps reach is no limit yet', () => {
    expect(hoursOf([...times(199, 30), gap(100)])).toBe(108);
    expect(hoursOf([...times(200, 30), gap(100)])).toBe(48);
  });

  test('No limit is shorter than 48 hours', () => {
    expect(limitOf(times(1000, 1)).ms).toBe(MIN_LIMIT_MS);
  });

  test('No limit is longer than ten days', () => {
    expect(limitOf([...times(300, 239), ...times(300, 500)]).ms).toBe(MAX_LIMIT_MS);
  });

  test('If every gap lasts longer than ten days, the limit is ten days', () => {
    expect(limitOf(times(300, 500)).ms).toBe(MAX_LIMIT_MS);
  });

  test('A shop that has just begun waits for ten days', () => {
    expect(limitOf([])).toEqual({ ms: MAX_LIMIT_MS, level: 'default' });
    expect(limitOf(times(199, 1))).toEqual({ ms: MAX_LIMIT_MS, level: 'default' });
  });

  test('The limit is that of the route once 200 gaps are known there', () => {
    expect(limitOf(times(200, 1)).level).toBe('route');
  });

  test('Before that, the limit of all countries of the carrier is the one of a single route with the same gaps', () => {
    fc.assert(
      fc.property(endedHours, silentHours, (ended, silent) => {
        const spread = (hours: readonly number[]) =>
          hours.map((each, n) => gap(each, { country: `C${n % 4}` }));
        const elsewhere = { ...route, country: 'elsewhere' };
        const { ms, level } = limitOf(spread(ended), spread(silent), elsewhere);
        expect(level).toBe('carrier');
        expect(ms).toBe(limitOf(toGaps(ended), toGaps(silent)).ms);
      }),
    );
  });

  test('Before the carrier has 200 gaps, the limit is that of all carriers', () => {
    const other = { carrier: 'CPAM', country: 'FR' };
    expect(limitOf([...times(150, 100), ...times(150, 100, other)])).toEqual({
      ms: 108 * HOUR,
      level: 'all',
    });
  });

  test('Gaps after another event say nothing', () => {
    expect(limitOf(times(500, 1, { signal: 'LH_ARRIVE' })).level).toBe('default');
  });

  test('Gaps of parcels that are followed no longer count as lasting until their last reading', () => {
    const ended = [...times(1000, 30), ...times(4, 100)];
    const gaps = withGaps(noGaps(NOW), ended, NOW, times(300, 40));
    expect(routeLimits(gaps, [])(route).ms).toBe(108 * HOUR);
  });
});

describe('Where the country or the carrier is not known', () => {
  const keys = (gap: Partial<Route>) => Object.entries(withGaps(noGaps(NOW), times(3, 30, gap), NOW).ended);

  test('A gap counts for its carrier and for all parcels', () => {
    expect(keys({ country: '' })).toEqual([
      ['LH_DEPART|YANWEN_AM', [0, 3]],
      ['LH_DEPART|', [0, 3]],
    ]);
  });

  test('A gap counts for all parcels once', () => {
    expect(keys({ country: '', carrier: '' })).toEqual([['LH_DEPART|', [0, 3]]]);
    expect(keys({ carrier: '' })).toEqual([['LH_DEPART|', [0, 3]]]);
  });

  test('The limit is that of the carrier, which all of its parcels have made', () => {
    const gaps = withGaps(noGaps(NOW), [...times(150, 30), ...times(150, 30, { country: '' })], NOW);
    expect(routeLimits(gaps, [])({ ...route, country: '' })).toEqual({ ms: 48 * HOUR, level: 'carrier' });
    expect(routeLimits(gaps, [])({ ...route, country: '', carrier: '' }).level).toBe('all');
  });
});

describe('Stored gaps', () => {
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'].map((name) => name.repeat(60));
  const everywhere = names.flatMap((carrier) =>
    names.flatMap((country) => names.flatMap((signal) => times(3, 100, { carrier, country, signal }))),
  );

  test('Gaps of any number of routes need less than 12 KB', () => {
    const gaps = withGaps(noGaps(NOW), everywhere, NOW, everywhere);
    expect(new Set([...Object.keys(gaps.ended), ...Object.keys(gaps.open)]).size).toBe(MAX_CELLS);
    const year = Array.from({ length: 12 }, (_, month) => NOW + month * 30 * DAY);
    const learned = year.reduce((known, at) => withGaps(known, everywhere, at), noGaps(NOW));
    expect(JSON.stringify(learned).length).toBeLessThan(12_000);
  });

  test('If there are too many cells, all parcels and carriers keep theirs, and routes lose them', () => {
    const gaps = withGaps(noGaps(NOW), [...everywhere, ...everywhere], NOW);
    const limits = routeLimits(gaps, []);
    expect(limits({ carrier: 'none', country: 'none', signal: names[9] as string }).level).toBe('all');
    const levels = Object.keys(gaps.ended).map((key) => key.split('|').filter(Boolean).length);
    expect(levels.filter((parts) => parts === 1)).toHaveLength(10);
    expect(levels.filter((parts) => parts === 2)).toHaveLength(100);
  });

  /** What was known after one answer for each gap. */
  const learn = (known: RouteGaps, gaps: readonly Gap[]) =>
    gaps.reduce((so, each) => withGaps(so, [each], NOW), known);
  const routesOf = (count: number, name: string, of: Partial<Route> = {}) =>
    Array.from({ length: count }, (_, n) => gap(30, { country: `${name}${n}`, ...of }));
  /** Routes that have many gaps, and routes that have one. */
  const before = fc
    .tuple(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 2, max: 300 }),
    )
    .map(([many, few, gaps]) =>
      withGaps(noGaps(NOW), [...Array(gaps).fill(routesOf(many, 'M')).flat(), ...routesOf(few, 'F')], NOW),
    );

  test('A route that has many gaps from now on is kept, whatever came before', () => {
    fc.assert(
      fc.property(before, (known) => {
        const gaps = learn(known, times(250, 30, { country: 'BR' }));
        expect(sumOf(gaps, 'LH_DEPART|YANWEN_AM|BR')).toBe(250);
      }),
      { numRuns: 20 },
    );
  });

  test('Several new routes grow side by side, between routes that have one gap', () => {
    fc.assert(
      fc.property(before, (known) => {
        const rounds = Array.from({ length: 30 }, (_, n) => [
          ...routesOf(20, 'N'),
          ...routesOf(20, `single${n}-`),
        ]);
        const gaps = learn(known, rounds.flat());
        for (let n = 0; n < 20; n += 1) expect(sumOf(gaps, `LH_DEPART|YANWEN_AM|N${n}`)).toBe(30);
      }),
      { numRuns: 10 },
    );
  });

  test('A route that has many gaps is kept, however many routes have a few afterwards', () => {
    const known = withGaps(noGaps(NOW), times(250, 30), NOW);
    const gaps = learn(known, [...routesOf(1000, 'A'), ...routesOf(100, 'B'), ...routesOf(100, 'B')]);
    expect(sumOf(gaps, 'LH_DEPART|YANWEN_AM|ES')).toBe(250);
  });

  test('A route whose gaps are open is kept as one whose gaps have ended is', () => {
    const key = 'LH_DEPART|YANWEN_AM|NEW';
    const known = learn(noGaps(NOW), [...routesOf(140, 'A'), ...routesOf(140, 'A')]);
    const open = times(30, 30, { country: 'NEW' });
    const gaps = open.reduce((so, each) => withGaps(so, [], NOW, [each]), known);
    expect(sumOf({ ...gaps, ended: gaps.open }, key)).toBe(30);
    // Others that have got a gap since do not displace it: it is one of the largest now.
    const later = learn(gaps, routesOf(100, 'B'));
    expect(sumOf({ ...later, ended: later.open }, key)).toBe(30);
  });

  test('A carrier that has many gaps from now on is kept, although many carriers have one', () => {
    const ofCarriers = Array.from({ length: 130 }, (_, n) => gap(30, { carrier: `C${n}`, country: '' }));
    const gaps = learn(noGaps(NOW), [...ofCarriers, ...times(250, 30, { carrier: 'NEW' })]);
    expect(sumOf(gaps, 'LH_DEPART|NEW')).toBe(250);
  });

  test('A gap counts half after 120 days, and is dropped in the end', () => {
    const gaps = withGaps(noGaps(NOW), times(400, 30), NOW);
    const later = withGaps(gaps, [], NOW + 120 * DAY);
    expect(later.ended['LH_DEPART|']).toEqual([0, 200]);
    const faded = Array.from({ length: 60 }, (_, month) => NOW + month * 30 * DAY).reduce(
      (known, at) => withGaps(known, [], at),
      gaps,
    );
    expect(faded.ended).toEqual({});
  });

  test('The limit follows the season', () => {
    const month = (n: number) => NOW + n * 30 * DAY;
    const slow = [0, 1, 2].reduce((known, n) => withGaps(known, times(300, 150), month(n)), noGaps(NOW));
    expect(routeLimits(slow, [])(route).ms).toBe(168 * HOUR);
    const fast = Array.from({ length: 48 }, (_, n) => n + 3).reduce(
      (known, n) => withGaps(known, times(300, 30), month(n)),
      slow,
    );
    expect(routeLimits(fast, [])(route).ms).toBe(48 * HOUR);
  });

  test('Counts do not grow if the clock was ahead', () => {
    const ahead = withGaps(noGaps(NOW + 300 * DAY), times(100, 30), NOW + 300 * DAY);
    expect(withGaps(ahead, [], NOW)).toEqual({ ...ahead, fadedAt: NOW });
  });

  test('What another release has stored is kept', () => {
    const stored = { ...withGaps(noGaps(NOW), times(3, 30), NOW), more: { later: 1 } };
    expect(withGaps(routeGapsFormat.parse(stored), times(1, 30), NOW)).toMatchObject({ more: { later: 1 } });
  });

  test('Nothing that was known is changed in place', () => {
    const known = withGaps(noGaps(NOW), times(3, 30), NOW);
    const before = structuredClone(known);
    withGaps(known, times(3, 30), NOW);
    routeLimits(known, times(3, 30));
    expect(known).toEqual(before);
  });
});

describe('Gaps in an answer', () => {
  const event = (hours: number, code: string) => readEvent({ time: NOW + hours * HOUR, code, sentences: [] });
  const undated = readEvent({ time: 'N/A', code: 'LH_ARRIVE', sentences: [] });
  const of = { carrier: 'YANWEN_AM', country: 'ES', since: null };
  const events = [event(0, 'LH_DEPART'), event(70, 'LH_ARRIVE'), event(80, 'CC_IM_START')];
  const read = (from: number | null, all = events) =>
    gapsIn(all, { ...of, since: from }).map(({ signal, ms }) => [signal, ms / HOUR]);

  test('Each event begins a gap that the next one ends', () => {
    const gaps = [
      ['LH_DEPART', 70],
      ['LH_ARRIVE', 10],
    ];
    expect(read(null)).toEqual(gaps);
    expect(read(null, events.toReversed())).toEqual(gaps);
  });

  test('A gap is counted once, when the event that ends it is read first', () => {
    expect(read(NOW + 70 * HOUR)).toEqual([['LH_ARRIVE', 10]]);
    expect(read(NOW + 80 * HOUR)).toEqual([]);
  });

  test('Events at the same time have no gap between them', () => {
    expect(read(null, [event(0, 'LH_DEPART'), event(0, 'LH_ARRIVE'), event(5, 'CC_IM_START')])).toEqual([
      ['LH_ARRIVE', 5],
    ]);
  });

  test('If an event has no readable time, it may lie in any gap, so none is counted', () => {
    expect(read(null, [...events, undated])).toEqual([]);
  });

  test('An answer with thousands of events counts for no more than 50 gaps, the latest', () => {
    const many = Array.from({ length: 5000 }, (_, n) => event(n / 60, 'LH_DEPART'));
    const gaps = read(null, [...many, event(200, 'LH_ARRIVE')]);
    expect(gaps).toHaveLength(50);
    expect(gaps.at(-1)?.[1]).toBeGreaterThan(100);
  });

  test('After the delivery, a failure or an event that says nothing, a parcel need not move', () => {
    const codes = ['GTMS_SIGNED', 'GTMS_DEL_FAILURE', 'RT_INBOUND', 'GTMS_WAIT_SELF_PICK', 'X'];
    for (const code of codes) expect(read(null, [event(0, code), event(9, 'GTMS_SC_ARRIVE')])).toEqual([]);
  });
});

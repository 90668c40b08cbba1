/**
 * Histories of a shop's cards, for fast-check: what callers, networks and clocks may do in the days around a midnight,
 * played over any store. The model knows what the store really took, whatever the callers were told; it reads neither
 * the ledger's code nor its calendar. After every command `judge` gets to see what happened.
 */

import fc, { type AsyncCommand } from 'fast-check';
import { type Claim, createLedger, type Lane } from '../../lib/budget/ledger.ts';
import { type Day, type DayOf, dayIn } from '../../lib/budget/quota-day.ts';
import { HOUR, MINUTE, type Random } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import type { FixedClock } from './fixed-clock.ts';
import { seededRandom } from './seeded-random.ts';

export const MAX_SKEW_MS = 10 * MINUTE;

export interface Calendar {
  zone: string;
  days: Day[];
}

/** @param midnights by the date that begins; the last one only ends the day before it */
function calendar(zone: string, midnights: Record<string, string>): Calendar {
  const starts = Object.entries(midnights).map(([name, start]) => ({ name, start: Date.parse(start) }));
  const ends = starts.slice(1).map(({ start }) => start);
  return { zone, days: ends.map((end, n) => ({ name: '', start: 0, ...starts[n], end })) };
}

/** The zone in which AliExpress counts, and days of 23 and 25 hours in zones that have them. */
const calendars: Calendar[] = [
  calendar('Asia/Shanghai', {
    '2026-11-20': '2026-11-19T16:00Z',
    '2026-11-21': '2026-11-20T16:00Z',
    '2026-11-22': '2026-11-21T16:00Z',
    '2026-11-23': '2026-11-22T16:00Z',
  }),
  calendar('America/Los_Angeles', {
    '2026-03-07': '2026-03-07T08:00Z',
    '2026-03-08': '2026-03-08T08:00Z',
    '2026-03-09': '2026-03-09T07:00Z',
    '2026-03-10': '2026-03-10T07:00Z',
  }),
  calendar('America/Los_Angeles', {
    '2026-10-31': '2026-10-31T07:00Z',
    '2026-11-01': '2026-11-01T07:00Z',
    '2026-11-02': '2026-11-02T08:00Z',
    '2026-11-03': '2026-11-03T08:00Z',
  }),
  calendar('Europe/Berlin', {
    '2026-03-28': '2026-03-27T23:00Z',
    '2026-03-29': '2026-03-28T23:00Z',
    '2026-03-30': '2026-03-29T22:00Z',
    '2026-03-31': '2026-03-30T22:00Z',
  }),
  calendar('Europe/Berlin', {
    '2026-10-24': '2026-10-23T22:00Z',
    '2026-10-25': '2026-10-24T22:00Z',
    '2026-10-26': '2026-10-25T23:00Z',
    '2026-10-27': '2026-10-26T23:00Z',
  }),
  // Chile jumps over midnight: the 6th begins at 01:00.
  calendar('America/Santiago', {
    '2026-09-05': '2026-09-05T04:00Z',
    '2026-09-06': '2026-09-06T04:00Z',
    '2026-09-07': '2026-09-07T03:00Z',
    '2026-09-08': '2026-09-08T03:00Z',
  }),
];

/**
 * What may become of one request to the store. One that arrives late was given up by its caller and reaches the store
 * while others go on. One that is declined is answered as a best-effort store may: nothing there, nothing written.
 */
export type Fate =
  | 'answered'
  | 'answer lost'
  | 'crash after the write'
  | 'arrives late'
  | 'not sent'
  | 'declined';

/** One request of a caller, and how often others get their turn before it. */
interface Request {
  fate: Fate;
  turns: number;
}

const answered: Request = { fate: 'answered', turns: 0 };

/** What one caller does: a process of its own, with a clock of its own. */
export type Step = { caller: number; requests: Request[] } & (
  | {
      does: 'claim';
      lane: Lane;
      /** Repeats an earlier claim, this many before the last one, whoever made it. */
      repeats: number | null;
    }
  | { does: 'mark the card full' }
  | { does: 'count' }
);

/** What a step came to. */
export interface Attempt {
  step: Step;
  /** The card of the day that the caller's clock shows, as keys of slots begin. */
  card: string;
  day: Day;
  /** The caller's, epoch milliseconds. */
  now: number;
  /** The claim that was repeated. */
  repeated?: string;
  /** Left out where the caller crashed. */
  claim?: Claim;
  counted?: number;
  /** Slots that the store took from this caller, whatever it was told. */
  wrote: string[];
  /** What the store let this caller know: that it has written, or what it read. */
  heard: { key: string; answer: string | true }[];
  /** The fate of every request that was made. */
  fates: { verb: 'get' | 'set' | 'add'; key: string; fate: Fate }[];
}

export interface Model {
  clock: FixedClock;
  /** Ids by slot, as the store has them. */
  taken: Map<string, string>;
  /** Slots that were free again although their day was not over on every clock. */
  freed: string[];
  /** Cards of which the store knows that the limit is reached. */
  full: Set<string>;
  /** Every grant, also of a claim that was granted before. */
  grants: { card: string; slot: number; id: string }[];
  /** Claims whose id somebody was told. */
  ids: string[];
  /** Requests on their way that nobody waits for. */
  late: (() => Promise<unknown>)[];
  /** All that was done so far. */
  attempts: Attempt[];
}

export interface Real {
  store: Store;
  seller: string;
  limit: number;
  calendar: Calendar;
  /** How far the clock of each caller is off, milliseconds. */
  skews: number[];
  random: Random;
  dayOf: DayOf;
  judge(round: Round): void;
}

/** What happened at the same time. */
export interface Round {
  before: { taken: ReadonlyMap<string, string>; full: ReadonlySet<string> };
  model: Model;
  real: Real;
  attempts: Attempt[];
}

type Command = AsyncCommand<Model, Real>;

async function attempt(step: Step, model: Model, real: Real): Promise<Attempt> {
  const now = model.clock.now() + (real.skews[step.caller] ?? 0);
  const day = real.calendar.days.find(({ start, end }) => start <= now && now < end);
  if (!day) throw new Error('the history has left its calendar');
  const made: Attempt = {
    step,
    day,
    now,
    card: `card:${real.seller}:${day.name}`,
    wrote: [],
    heard: [],
    fates: [],
  };
  const crashed = Promise.withResolvers<void>();
  const ledger = createLedger({
    store: storeSeenBy(made, model, real.store, crashed.resolve),
    clock: { now: () => now, sleep: async () => {} },
    random: real.random,
    dayOf: real.dayOf,
    limit: real.limit,
  });
  const work = async () => {
    if (step.does === 'claim') {
      const repeated =
        step.repeats === null ? undefined : model.ids.at(-1 - (step.repeats % model.ids.length));
      if (repeated !== undefined) made.repeated = repeated;
      made.claim = await ledger.claim(real.seller, step.lane, repeated);
    } else if (step.does === 'count') {
      made.counted = await ledger.used(real.seller);
    } else {
      await ledger.markExhausted(real.seller);
    }
  };
  // Only a claim promises not to reject.
  const settled = step.does === 'claim' ? work() : work().catch(() => {});
  await Promise.race([settled, crashed.promise]);
  return made;
}

/** The store as one caller sees it, with the fate of every request; the model learns what it really took. */
function storeSeenBy(made: Attempt, model: Model, store: Store, crash: () => void): Store {
  const withFate = async <T>(
    verb: 'get' | 'set' | 'add',
    key: string,
    perform: () => Promise<T>,
    declined: T,
  ): Promise<T> => {
    const { fate, turns } = made.step.requests[made.fates.length] ?? answered;
    made.fates.push({ verb, key, fate });
    for (let n = turns; n > 0; n -= 1) await Promise.resolve();
    if (fate === 'declined') return declined;
    if (fate === 'arrives late') model.late.push(perform);
    if (fate === 'not sent' || fate === 'arrives late') throw new Error(fate);
    const answer = await perform();
    if (fate === 'answer lost') throw new Error(fate);
    if (fate === 'crash after the write') {
      crash();
      await new Promise(() => {});
    }
    return answer;
  };
  const { taken, full } = model;
  return {
    ...store,
    get: async (key) => {
      const value = await withFate('get', key, () => store.get(key), null);
      if (value !== null) made.heard.push({ key, answer: value });
      return value;
    },
    set: (key, value, ttl) =>
      withFate(
        'set',
        key,
        async () => {
          const written = await store.set(key, value, ttl);
          if (written && key.endsWith(':full')) full.add(made.card);
          return written;
        },
        false,
      ),
    add: async (key, value, ttl) => {
      const perform = async () => {
        const written = await store.add(key, value, ttl);
        if (written && taken.has(key)) model.freed.push(key);
        if (written) {
          taken.set(key, value);
          made.wrote.push(key);
        }
        return written;
      };
      const written = await withFate('add', key, perform, false);
      if (written) made.heard.push({ key, answer: true });
      return written;
    },
  };
}

/** "caller 2, claim (ask): answered, answer lost" */
function inWords(step: Step): string {
  const claim =
    step.does === 'claim'
      ? ` (${step.lane}${step.repeats === null ? '' : `, repeats #${step.repeats}`})`
      : '';
  const fates = step.requests.map(({ fate, turns }) =>
    turns === 0 ? fate : `${fate} (${turns} turns later)`,
  );
  return `caller ${step.caller}, ${step.does}${claim}: ${fates.join(', ') || 'all answered'}`;
}

/** What was on its way reaches the store. */
const arrive = ({ late }: Model) => Promise.all(late.splice(0).map((request) => request()));

/** Several callers at the same time. */
const atOnce = (steps: Step[]): Command => ({
  check: () => true,
  run: async (model, real) => {
    const before = { taken: new Map(model.taken), full: new Set(model.full) };
    const arrived = arrive(model);
    const attempts = await Promise.all(steps.map((step) => attempt(step, model, real)));
    await arrived;
    model.attempts.push(...attempts);
    for (const { card, claim } of attempts) {
      if (claim?.granted) model.grants.push({ card, slot: claim.slot, id: claim.id });
      if (claim?.id) model.ids.push(claim.id);
    }
    real.judge({ before, model, real, attempts });
  },
  toString: () => `at once (${steps.map(inWords).join('; ')})`,
});

/** @param target where the clock is moved to; a command that would leave the calendar is left out */
const time = (name: string, target: (now: number, days: Day[]) => number): Command => ({
  check: () => true,
  run: async (model, { calendar: { days } }) => {
    // Nothing is on its way for hours.
    await arrive(model);
    const { clock } = model;
    const end = days.at(-1)?.end ?? 0;
    const to = target(clock.now(), days);
    if (to > clock.now() && to < end - MAX_SKEW_MS) clock.advance(to - clock.now());
  },
  toString: () => name,
});
const passes = (ms: number) => time(`${ms} ms pass`, (now) => now + ms);
const midnightComes = (offset: number) =>
  time(
    `the clock goes on to ${offset} ms after midnight`,
    (now, days) => (days.find(({ end }) => end > now)?.end ?? 0) + offset,
  );

/** The store loses the note of how many slots are taken. */
const noteIsLost: Command = {
  check: () => true,
  run: async ({ clock }, { store, seller, calendar: { days } }) => {
    const today = days.find(({ end }) => end > clock.now());
    await store.delete(`card:${seller}:${today?.name}:used`);
  },
  toString: () => 'the note of the count is lost',
};

const fate = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Fate>('answer lost', 'crash after the write', 'arrives late') },
  { weight: 1, arbitrary: fc.constantFrom<Fate>('not sent', 'declined') },
);
const usually = (count: number): Request[] => Array(count).fill(answered);
/** What befalls the requests of one caller; those beyond the list are answered. */
const requests: fc.Arbitrary<Request[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Request[]>([]) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat({ max: 3 }), fate)
      .map(([n, once]) => [...usually(n), { fate: once, turns: 0 }]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat({ max: 3 }), fate)
      .map(([n, always]) => [...usually(n), ...Array(8).fill({ fate: always, turns: 0 })]),
  },
  {
    weight: 3,
    arbitrary: fc.array(
      fc.record({
        fate: fc.oneof(
          { weight: 3, arbitrary: fc.constant<Fate>('answered') },
          { weight: 1, arbitrary: fate },
        ),
        turns: fc.nat({ max: 3 }),
      }),
      { maxLength: 8, size: 'max' },
    ),
  },
);
const by = { caller: fc.nat({ max: 3 }), requests };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      ...by,
      does: fc.constant('claim' as const),
      lane: fc.constantFrom<Lane>('interactive', 'polling'),
      repeats: fc.option(fc.nat({ max: 4 }), { freq: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ...by, does: fc.constant('count' as const) }) },
);
const limitReached: fc.Arbitrary<Step> = fc.record({
  ...by,
  does: fc.constant('mark the card full' as const),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: fc.array(step, { minLength: 1, maxLength: 4, size: 'max' }).map(atOnce) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(limitReached, fc.array(step, { maxLength: 2 }))
      .map(([heard, others]) => atOnce([heard, ...others])),
  },
  { weight: 1, arbitrary: fc.nat({ max: 10 * MINUTE }).map(passes) },
  { weight: 1, arbitrary: fc.nat({ max: 14 * HOUR }).map(passes) },
  { weight: 3, arbitrary: fc.integer({ min: -12 * MINUTE, max: 12 * MINUTE }).map(midnightComes) },
  { weight: 1, arbitrary: fc.constant(noteIsLost) },
);

export interface History {
  calendar: Calendar;
  /** After the first midnight of the calendar, milliseconds. */
  startsAfter: number;
  limit: number;
  skews: number[];
  commands: Iterable<Command>;
}

const skew = fc.oneof(
  fc.integer({ min: -MAX_SKEW_MS, max: MAX_SKEW_MS }),
  fc.constantFrom(-MAX_SKEW_MS, 0, MAX_SKEW_MS),
);

export const histories: fc.Arbitrary<History> = fc.record({
  calendar: fc.constantFrom(...calendars),
  startsAfter: fc.integer({ min: MAX_SKEW_MS, max: 30 * HOUR }),
  limit: fc.integer({ min: 1, max: 8 }),
  skews: fc.array(skew, { minLength: 4, maxLength: 4 }),
  commands: fc.commands([command], { maxCommands: 12, size: 'max' }),
});

let shops = 0;

/**
 * Plays a history as a shop of its own.
 * @param clock on which `store` was opened; it is set to the history's beginning
 */
export async function play(history: History, store: Store, clock: FixedClock, judge: Real['judge']) {
  const { calendar, limit, skews, startsAfter, commands } = history;
  clock.advance((calendar.days[0]?.start ?? 0) + startsAfter - clock.now());
  shops += 1;
  const model: Model = {
    clock,
    taken: new Map(),
    freed: [],
    full: new Set(),
    grants: [],
    ids: [],
    late: [],
    attempts: [],
  };
  const real: Real = {
    store,
    seller: `shop-${shops}`,
    limit,
    calendar,
    skews,
    random: seededRandom(shops),
    dayOf: dayIn(calendar.zone),
    judge,
  };
  await fc.asyncModelRun(() => ({ model, real }), commands);
  await arrive(model);
  await lookAtEveryCardOnceMore(model, real);
  judge({ before: model, model, real, attempts: [] });
}

/** At the last moment in which somebody whose clock is behind may still claim of it. */
async function lookAtEveryCardOnceMore({ clock, taken, freed }: Model, { store, seller, calendar }: Real) {
  for (const { name, end } of calendar.days) {
    const lastMoment = end + MAX_SKEW_MS - 1;
    if (lastMoment < clock.now()) continue;
    clock.advance(lastMoment - clock.now());
    for (const [key, id] of taken) {
      if (key.startsWith(`card:${seller}:${name}:`) && (await store.get(key)) !== id) freed.push(key);
    }
  }
}

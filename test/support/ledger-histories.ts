/**
 * Histories of a shop's slot tables, for fast-check: what callers, networks and clocks may do in the days around a
 * midnight, played over any store. The model knows what the store really wrote, whatever the callers heard. It uses
 * neither the ledger's code nor its calendar. After every command `check` is called with what happened.
 */

import fc, { type AsyncCommand } from 'fast-check';
import { introduceShop } from '../../lib/budget/introduce-shop.ts';
import { type Claim, createLedger, type Lane } from '../../lib/budget/ledger.ts';
import { type Day, type DayOf, dayIn } from '../../lib/budget/quota-day.ts';
import { HOUR, MINUTE, type Random } from '../../lib/runtime.ts';
import type { CardAnswer, CardClaim } from '../../lib/stores/card.ts';
import type { Store } from '../../lib/stores/store.ts';
import type { FixedClock } from './fixed-clock.ts';
import { seededRandom } from './seeded-random.ts';

const MAX_SKEW_MS = 10 * MINUTE;

export interface Calendar {
  zone: string;
  days: Day[];
}

/** @param midnights by the date that begins; the last one only ends the day before */
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
  // Chile skips midnight: the 6th begins at 01:00.
  calendar('America/Santiago', {
    '2026-09-05': '2026-09-05T04:00Z',
    '2026-09-06': '2026-09-06T04:00Z',
    '2026-09-07': '2026-09-07T03:00Z',
    '2026-09-08': '2026-09-08T03:00Z',
  }),
];

/**
 * What may happen to one request to the store. The caller has given up a request that arrives late; it reaches the
 * store while other callers work. A declined request is answered as a best-effort store may: no value, not written.
 */
export type Outcome =
  | 'answered'
  | 'answer lost'
  | 'crash after the write'
  | 'arrives late'
  | 'not sent'
  | 'declined';

/** One request of a caller, and how many steps of other callers come before it. */
interface Request {
  outcome: Outcome;
  turns: number;
}

const answered: Request = { outcome: 'answered', turns: 0 };

/** What one caller does. A caller is a process with its own clock. */
export type Step = { caller: number; requests: Request[] } & (
  | {
      does: 'claim';
      lane: Lane;
      /** Repeats an earlier claim of any caller, this many before the last one. */
      repeats: number | null;
    }
  | { does: 'close the day' }
  | { does: 'count' }
);

type Verb = 'get' | 'set' | 'add' | 'claim';

/** A step and its result. */
export interface Attempt {
  step: Step;
  /** The slot table of the day that the caller's clock shows, as a prefix of keys. */
  table: string;
  day: Day;
  /** The time of the caller's clock, epoch milliseconds. */
  now: number;
  /** The id of the claim that was repeated. */
  repeated?: string;
  /** Left out if the caller crashed. */
  claim?: Claim;
  counted?: number;
  /** Slots that the store has written for this caller, whatever the caller heard. */
  wrote: string[];
  /** What the caller heard from the store: that a slot was written, or the value of a key. */
  heard: { key: string; answer: string | true }[];
  /** Every request that was made. */
  requests: { verb: Verb; key: string; outcome: Outcome }[];
}

export interface Model {
  clock: FixedClock;
  /** Claim ids by slot, as stored. */
  taken: Map<string, string>;
  /** Slots that became free although their day was not over on every clock. */
  freed: string[];
  /** Until when tables are closed, as stored, epoch milliseconds. */
  closed: Map<string, number>;
  /** Every grant, also of a claim that was granted before. */
  grants: { table: string; slot: number; id: string }[];
  /** Ids of claims that a caller has heard. */
  ids: string[];
  /** Requests on their way that their callers have given up. */
  late: (() => Promise<unknown>)[];
  /** All attempts so far. */
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
  check(round: Round): void;
}

/** What several callers did at the same time. */
export interface Round {
  before: { taken: ReadonlyMap<string, string>; closed: ReadonlyMap<string, number> };
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
    table: `slots:${real.seller}:${day.name}`,
    wrote: [],
    heard: [],
    requests: [],
  };
  const crashed = Promise.withResolvers<void>();
  const ledger = createLedger({
    store: storeSeenBy(made, model, real, crashed.resolve),
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
      made.claim = await ledger.claim(real.seller, step.lane, { id: repeated });
    } else if (step.does === 'count') {
      made.counted = await ledger.used(real.seller);
    } else {
      await ledger.close(real.seller, now);
    }
  };
  // Only `claim` never rejects.
  const settled = step.does === 'claim' ? work() : work().catch(() => {});
  await Promise.race([settled, crashed.promise]);
  return made;
}

/** The store as one caller sees it, with an outcome for each request. The model records what was really written. */
function storeSeenBy(made: Attempt, model: Model, { store, seller }: Real, crash: () => void): Store {
  const withOutcome = async <T>(
    verb: Verb,
    key: string,
    perform: () => Promise<T>,
    declined?: T,
  ): Promise<T> => {
    const { outcome, turns } = made.step.requests[made.requests.length] ?? answered;
    made.requests.push({ verb, key, outcome });
    for (let n = turns; n > 0; n -= 1) await Promise.resolve();
    if (outcome === 'declined' && declined !== undefined) return declined;
    if (outcome === 'arrives late') model.late.push(perform);
    if (['declined', 'not sent', 'arrives late'].includes(outcome)) throw new Error(outcome);
    const answer = await perform();
    if (outcome === 'answer lost') throw new Error(outcome);
    if (outcome === 'crash after the write') {
      crash();
      await new Promise(() => {});
    }
    return answer;
  };
  const { taken, closed } = model;
  const wroteSlot = (key: string, id: string) => {
    if (taken.has(key)) model.freed.push(key);
    taken.set(key, id);
    made.wrote.push(key);
  };
  const wroteClosing = (key: string, until: string) => {
    if (key.endsWith(':closed')) closed.set(made.table, Number(until));
  };
  const slotOf = (request: CardClaim, answer: CardAnswer) =>
    answer.outcome === 'granted' ? `slots:${seller}:${request.day}:${answer.slot}` : undefined;
  const claim = async (request: CardClaim): Promise<CardAnswer> => {
    const perform = async (): Promise<CardAnswer> => {
      const answer = (await store.claim?.(request)) as CardAnswer;
      const key = slotOf(request, answer);
      if (key !== undefined && taken.get(key) !== request.id) wroteSlot(key, request.id);
      return answer;
    };
    const answer = await withOutcome('claim', made.table, perform);
    const key = slotOf(request, answer);
    if (key !== undefined) made.heard.push({ key, answer: true });
    return answer;
  };
  return {
    delete: store.delete,
    // Half of the callers claim in one round trip, where the store can do so.
    ...(store.claim && made.step.caller % 2 === 0 && { claim }),
    get: async (key) => {
      const value = await withOutcome('get', key, () => store.get(key), null);
      if (value !== null) made.heard.push({ key, answer: value });
      return value;
    },
    set: (key, value, ttl) =>
      withOutcome(
        'set',
        key,
        async () => {
          const written = await store.set(key, value, ttl);
          if (written) wroteClosing(key, value);
          return written;
        },
        false,
      ),
    add: async (key, value, ttl) => {
      const perform = async () => {
        const written = await store.add(key, value, ttl);
        if (written && /:\d+$/.test(key) && !key.includes(':used')) wroteSlot(key, value);
        if (written) wroteClosing(key, value);
        return written;
      };
      const written = await withOutcome('add', key, perform, false);
      if (written) made.heard.push({ key, answer: true });
      return written;
    },
  };
}

/** "caller 2, claim (interactive): answered, answer lost" */
function inWords(step: Step): string {
  const claim =
    step.does === 'claim'
      ? ` (${step.lane}${step.repeats === null ? '' : `, repeats #${step.repeats}`})`
      : '';
  const outcomes = step.requests.map(({ outcome, turns }) =>
    turns === 0 ? outcome : `${outcome} (${turns} turns later)`,
  );
  return `caller ${step.caller}, ${step.does}${claim}: ${outcomes.join(', ') || 'all answered'}`;
}

/** Requests on their way reach the store. */
const arrive = ({ late }: Model) => Promise.all(late.splice(0).map((request) => request()));

/** Several callers at the same time. */
const atOnce = (steps: Step[]): Command => ({
  check: () => true,
  run: async (model, real) => {
    const before = { taken: new Map(model.taken), closed: new Map(model.closed) };
    const arrived = arrive(model);
    const attempts = await Promise.all(steps.map((step) => attempt(step, model, real)));
    await arrived;
    model.attempts.push(...attempts);
    for (const { table, claim } of attempts) {
      if (claim?.granted) model.grants.push({ table, slot: claim.slot, id: claim.id });
      if (claim?.id) model.ids.push(claim.id);
    }
    real.check({ before, model, real, attempts });
  },
  toString: () => `at once (${steps.map(inWords).join('; ')})`,
});

/** @param target where the clock is moved; a command that would leave the calendar does nothing */
const time = (name: string, target: (now: number, days: Day[]) => number): Command => ({
  check: () => true,
  run: async (model, { calendar: { days } }) => {
    // No request is on its way for hours.
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
    `the clock moves to ${offset} ms after midnight`,
    (now, days) => (days.find(({ end }) => end > now)?.end ?? 0) + offset,
  );

/** The store loses the count of taken slots. */
const countIsLost: Command = {
  check: () => true,
  run: async ({ clock }, { store, seller, calendar: { days } }) => {
    const today = days.find(({ end }) => end > clock.now());
    await store.delete(`slots:${seller}:${today?.name}:used`);
  },
  toString: () => 'the stored count is lost',
};

const failure = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Outcome>('answer lost', 'crash after the write', 'arrives late') },
  { weight: 1, arbitrary: fc.constantFrom<Outcome>('not sent', 'declined') },
);
const usually = (count: number): Request[] => Array(count).fill(answered);
/** Outcomes of the requests of one caller; requests beyond the list are answered. */
const requests: fc.Arbitrary<Request[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Request[]>([]) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat({ max: 9 }), failure)
      .map(([n, outcome]) => [...usually(n), { outcome, turns: 0 }]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat({ max: 9 }), failure)
      .map(([n, outcome]) => [...usually(n), ...Array(8).fill({ outcome, turns: 0 })]),
  },
  {
    weight: 3,
    arbitrary: fc.array(
      fc.record({
        outcome: fc.oneof(
          { weight: 3, arbitrary: fc.constant<Outcome>('answered') },
          { weight: 1, arbitrary: failure },
        ),
        turns: fc.nat({ max: 3 }),
      }),
      { maxLength: 16, size: 'max' },
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
  does: fc.constant('close the day' as const),
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
  { weight: 1, arbitrary: fc.constant(countIsLost) },
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
 * Plays a history as a new shop.
 * @param clock on which `store` was opened; it is moved to the history's beginning
 */
export async function play(history: History, store: Store, clock: FixedClock, check: Real['check']) {
  const { calendar, limit, skews, startsAfter, commands } = history;
  clock.advance((calendar.days[0]?.start ?? 0) + startsAfter - clock.now());
  shops += 1;
  const model: Model = {
    clock,
    taken: new Map(),
    freed: [],
    closed: new Map(),
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
    check,
  };
  await introduceShop(store, real.seller);
  await fc.asyncModelRun(() => ({ model, real }), commands);
  await arrive(model);
  await readEverySlotAgain(model, real);
  check({ before: model, model, real, attempts: [] });
}

/** At the last moment at which a caller whose clock is behind may still claim a slot of the day. */
async function readEverySlotAgain({ clock, taken, freed }: Model, { store, seller, calendar }: Real) {
  for (const { name, end } of calendar.days) {
    const lastMoment = end + MAX_SKEW_MS - 1;
    if (lastMoment < clock.now()) continue;
    clock.advance(lastMoment - clock.now());
    for (const [key, id] of taken) {
      if (key.startsWith(`slots:${seller}:${name}:`) && (await store.get(key)) !== id) freed.push(key);
    }
  }
}

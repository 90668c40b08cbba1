/**
 * The faults of the lab, and where they strike. A fault is drawn from the address of the place where it may strike: the
 * seed, the poll, and the number of the await within that poll. So a fault can be left out and the others stay.
 */

import { type RandomSource, randomSource } from '../sandbox/random.ts';

/** Where a fault strikes. */
export type Point = 'call' | 'store' | 'read' | 'write' | 'sleep' | 'poll' | 'history';

export const faults = {
  slow: { at: 'call', text: 'an answer of AliExpress comes 0.2 to 5 s late' },
  timeout: { at: 'call', text: 'an answer of AliExpress comes after the time limit' },
  cut_before: { at: 'call', text: 'the connection is cut before the request has left' },
  cut_after: { at: 'call', text: 'the connection is cut before the answer has arrived' },
  http_5xx: { at: 'call', text: 'HTTP 503' },
  http_429: { at: 'call', text: 'HTTP 429' },
  busy: { at: 'call', text: '"system busy" inside HTTP 200' },
  half_page: { at: 'call', text: 'a list with too few rows, and with the right total where it has one' },
  reordered: { at: 'call', text: 'the rows of a list in another order' },
  moving_list: { at: 'call', text: 'rows leave the list while it is read' },
  ban: { at: 'call', text: 'AliExpress bans the account for 15 minutes' },
  store_slow: { at: 'store', text: 'an answer of the store comes 0.2 to 5 s late' },
  store_silent: { at: 'store', text: 'the store does not answer' },
  store_lost: { at: 'store', text: 'a command does not reach the store' },
  store_answer_lost: { at: 'store', text: 'the answer of the store is lost' },
  store_late: { at: 'store', text: 'a command takes effect after its caller has given up' },
  store_stale: { at: 'read', text: 'the store answers with the value before the last write' },
  store_declined: { at: 'write', text: 'the store declines a write' },
  eviction: { at: 'store', text: 'the store evicts a value' },
  store_emptied: { at: 'store', text: 'the store restarts empty' },
  frozen: { at: 'store', text: 'a process is frozen for half a minute to an hour' },
  killed: { at: 'store', text: 'a process is killed' },
  killed_in_call: { at: 'call', text: 'a process is killed during a call' },
  frozen_asleep: { at: 'sleep', text: 'a process oversleeps' },
  restart: { at: 'poll', text: 'a process restarts and has forgotten everything' },
  poll_lost: { at: 'poll', text: 'the events of a poll do not reach the platform' },
  late_row: { at: 'history', text: 'AliExpress shows a row 20 to 60 minutes after its time' },
  clock_ahead: { at: 'history', text: 'a clock is ahead' },
  clock_behind: { at: 'history', text: 'a clock is behind' },
  clock_jump: { at: 'history', text: 'a clock jumps' },
  clock_drift: { at: 'history', text: 'a clock runs too fast or too slow' },
  midnight: { at: 'history', text: 'polls around the midnight of the quota day' },
  daylight_saving: { at: 'history', text: 'polls around a change of Pacific time' },
  finish_refused: { at: 'history', text: 'AliExpress refuses to list ended orders among others' },
  finish_left_out: { at: 'history', text: 'AliExpress leaves ended orders out of a list with others' },
  two_releases: {
    at: 'history',
    text: 'two releases side by side, each with a field that the other has not',
  },
  pause: { at: 'history', text: 'no polls for minutes to weeks' },
  off_and_on: { at: 'history', text: 'a workflow is off for minutes to weeks' },
} as const satisfies Record<string, { at: Point; text: string }>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];

/** Fault → the share of its places at which it strikes, 0 to 1. */
export type FaultRates = Partial<Record<FaultName, number>>;

/** A fault that struck. */
export interface Strike {
  fault: FaultName;
  /** "paid/12/store/3": the workflow, its poll, and the number of the await in it. */
  address: string;
  /** Epoch milliseconds. */
  at: number;
  /** The key of the value that the store has evicted. */
  evicted?: string;
}

export interface Struck {
  fault: FaultName;
  strike: Strike;
  random: RandomSource;
}

export interface FaultSource {
  /** The fault that strikes at an address, with random numbers for its details; undefined where none does. */
  draw(points: readonly Point[], address: string, at: number): Struck | undefined;
  /** Every fault that struck. */
  strikes: Strike[];
}

export interface FaultOptions {
  seed: number;
  rates: FaultRates;
  /** No fault strikes from then on, epoch milliseconds. */
  until: number;
  /** The only addresses at which a fault may strike; left out for all. */
  only?: ReadonlySet<string>;
}

export function faultSource({ seed, rates, until, only }: FaultOptions): FaultSource {
  const byPoint = Map.groupBy(
    faultNames.filter((name) => (rates[name] ?? 0) > 0),
    (name) => faults[name].at,
  );
  const strikes: Strike[] = [];
  return {
    strikes,
    draw: (points, address, at) => {
      const names = points.flatMap((point) => byPoint.get(point) ?? []);
      if (names.length === 0 || at >= until || only?.has(address) === false) return undefined;
      const random = randomSource(seed, address);
      const fault = names.find((name) => random.next() < (rates[name] as number));
      if (!fault) return undefined;
      const strike = { fault, address, at };
      strikes.push(strike);
      return { fault, strike, random };
    },
  };
}

export const noFaults = (): FaultSource => ({ draw: () => undefined, strikes: [] });

/** Faults that strike at awaits or polls, of which a history has a few. */
export const drawnFaults = faultNames.filter((name) => faults[name].at !== 'history');

/** These do much harm, so they are rare. */
const RARE: readonly FaultName[] = ['store_emptied', 'ban', 'killed', 'killed_in_call', 'frozen', 'eviction'];
/** The highest share, as a power of ten: a poll has many commands, a few calls and one end. */
const HIGHEST: Record<Point, number> = {
  call: -0.3,
  store: -1,
  read: -0.8,
  write: -0.8,
  sleep: -0.3,
  poll: -0.5,
  history: 0,
};

/** The rates of a history: one to six faults, from rare to frequent. */
export function drawRates(random: RandomSource): FaultRates {
  const rates: FaultRates = {};
  const ofCalls = drawnFaults.filter((name) => faults[name].at === 'call');
  for (let n = random.integer(1, 6); n > 0; n -= 1) {
    const fault = random.pick(n % 2 === 0 ? ofCalls : drawnFaults);
    const highest = RARE.includes(fault) ? HIGHEST[faults[fault].at] - 0.8 : HIGHEST[faults[fault].at];
    rates[fault] = 10 ** random.between(-2.4, highest);
  }
  return rates;
}

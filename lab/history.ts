/**
 * A history: what happens in a shop, when its workflows poll and in which process, and which faults may strike. It is
 * drawn from a seed, so a seed repeats it.
 */

import type { FeedKey } from '../lib/feeds/engine/feed-status.ts';
import { DAY, HOUR, MINUTE } from '../lib/runtime.ts';
import { type RandomSource, randomSource } from '../sandbox/random.ts';
import { drawRates, type FaultName, type FaultRates } from './faults.ts';
import type { ClockError } from './process.ts';
import { drawSchedule, onBrink, type Schedule } from './schedule.ts';
import type { Story, Subject } from './story.ts';
import { subjects } from './subjects/index.ts';

export interface History {
  seed: number;
  feed: FeedKey;
  subject: Subject;
  story: Story;
  schedule: Schedule;
  dailyLimit: number;
  /** The store carries out several commands in one round trip, as Redis does and Zapier's cache does not. */
  isTransactional: boolean;
  rates: FaultRates;
  /** Faults that are drawn for the whole history. */
  whole: ReadonlySet<FaultName>;
  /** The clock errors of each process. */
  clockErrors: readonly (readonly ClockError[])[];
  /** AliExpress returns its records one at a time. */
  isOneByOne: boolean;
  /** Whether losses count. With few calls, a feed that reads one record at a time cannot find everything. */
  countsLosses: boolean;
}

/** Between two polls. What is read one record at a time takes days. */
const INTERVALS_MS = [1, 2, 5, 15].map((minutes) => minutes * MINUTE);
const SLOW_INTERVALS_MS = [0.25, 1, 3].map((hours) => hours * HOUR);
/** AliExpress returns these one record at a time. */
const ONE_BY_ONE: readonly FeedKey[] = ['reviews', 'parcels', 'stock'];
const MANY_CALLS = 2000;

/** The calls a day with which every loss counts. */
export function callsOf(feed: FeedKey): Pick<History, 'dailyLimit' | 'isOneByOne' | 'countsLosses'> {
  const isOneByOne = ONE_BY_ONE.includes(feed);
  return { dailyLimit: isOneByOne ? MANY_CALLS : 200, isOneByOne, countsLosses: true };
}

export function drawHistory(feed: FeedKey, seed: number): History {
  const subject = subjects[feed];
  if (!subject) throw new Error(`no histories of ${feed}`);
  const stream = (name: string) => randomSource(seed, `${feed}/${name}`);
  const whole = new Set<FaultName>();
  const random = stream('faults');
  const isOneByOne = ONE_BY_ONE.includes(feed);
  const drawn = drawSchedule(stream('schedule'), isOneByOne ? SLOW_INTERVALS_MS : INTERVALS_MS, whole);
  const schedule = whole.has('midnight') ? onBrink(drawn, stream('brink')) : drawn;
  const dailyLimit = random.pick(isOneByOne ? [MANY_CALLS, MANY_CALLS, 200, 40] : [200, 200, 200, 40]);
  if (random.next() < 0.25) whole.add('late_row');
  const listing = stream('listing').next();
  if (listing < 0.4) whole.add(listing < 0.2 ? 'finish_refused' : 'finish_left_out');
  if (schedule.processes > 1 && random.next() < 0.25) whole.add('two_releases');
  const clockErrors = drawClocks(random, schedule, whole);
  return {
    seed,
    feed,
    subject,
    schedule,
    story: subject.draw(stream('story'), schedule),
    dailyLimit,
    isTransactional: random.next() < 0.4,
    rates: drawRates(random),
    whole,
    clockErrors,
    isOneByOne,
    countsLosses: dailyLimit === (isOneByOne ? MANY_CALLS : 200),
  };
}

function drawClocks(random: RandomSource, schedule: Schedule, whole: Set<FaultName>): ClockError[][] {
  const errors: ClockError[][] = Array.from({ length: schedule.processes }, () => []);
  if (random.next() >= 0.4) return errors;
  const fault = random.pick(['clock_ahead', 'clock_behind', 'clock_jump', 'clock_drift'] as const);
  whole.add(fault);
  const { from, faultsEnd } = schedule;
  const sign = random.pick([1, -1]);
  const size = 10 ** random.between(Math.log10(3 * MINUTE), Math.log10(8 * HOUR));
  const begin = random.between(from, faultsEnd);
  const error: ClockError = {
    from: fault === 'clock_jump' ? begin : from,
    to: fault === 'clock_jump' ? random.between(begin, faultsEnd) : faultsEnd,
    offsetMs:
      fault === 'clock_behind'
        ? -size
        : fault === 'clock_drift'
          ? 0
          : fault === 'clock_ahead'
            ? size
            : sign * size,
    driftMsPerHour: fault === 'clock_drift' ? sign * random.between(1000, 3 * MINUTE) : 0,
  };
  errors[random.integer(0, errors.length - 1)]?.push(error);
  return errors;
}

/** The longest time after the last fault in which everything must have been told. */
export const RECOVERY_MS = DAY;

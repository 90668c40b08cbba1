/**
 * The curve of a shop: at which hours of the quota day its events happen, learned from the events' own times, and what
 * follows from that for polling. Only the shape matters, not the number. See docs/polling.md#learning-the-curve.
 */

import { oncePer } from '../once-per.ts';
import type { Day } from './quota-day.ts';

/** 24 counts, by hour of the day. Earlier days count for less. */
export type HourCounts = readonly number[];

export const noCounts: HourCounts = Array(24).fill(0);

/** The part of a count that is left after one more day. */
export const DAILY_DECAY = 0.97;
/** When so many events were seen, half of the curve is uniform. With more events the uniform part shrinks. */
const HALF_UNIFORM_AT = 50;
const BINS_PER_HOUR = 12;
const BINS = 24 * BINS_PER_HOUR;

/** Adds events at `times`, epoch milliseconds. An event outside `day` counts for the same hour of another day. */
export function learn(counts: HourCounts, day: Day, times: readonly number[]): HourCounts {
  const learnt = [...counts];
  for (const at of times) {
    const hour = hourOf(day, at);
    learnt[hour] = (learnt[hour] ?? 0) + 1;
  }
  return learnt;
}

/** The counts as the next day begins. */
export const nextDay = (counts: HourCounts): HourCounts => counts.map((count) => count * DAILY_DECAY);

type Span = Pick<Day, 'start' | 'end'>;

const daysSince = ({ start, end }: Span, at: number): number => (at - start) / (end - start);

/** Which part of the day is over at `at`: 0 before the day, and 1 after it. @param at epoch milliseconds */
export const shareOf = (day: Span, at: number): number => Math.min(1, Math.max(0, daysSince(day, at)));

function hourOf(day: Span, at: number): number {
  const days = daysSince(day, at);
  return Math.floor((days - Math.floor(days)) * 24);
}

/** In place of an area of nothing, so that the calls of the last moment of a day can be divided by it. */
export const MIN_AREA = 1e-6;

export interface Curve {
  /** ∫ √λ from one part of the day to another, 0 to 1 each, where λ has the mean 1. */
  area(from: number, to: number): number;
}

/** Uniform at first. The more events were counted, the more it follows the counts. */
export const curveOf = oncePer((counts: HourCounts): Curve => {
  const seen = counts.reduce((sum, count) => sum + count, 0);
  const uniform = HALF_UNIFORM_AT / (HALF_UNIFORM_AT + seen);
  const hours = counts.map((count) => (seen === 0 ? 1 : (1 - uniform) * (count / seen) * 24 + uniform));
  const at = (hour: number) => hours[(hour + 24) % 24] as number;

  // The density is linear between the middles of the hours, and the day repeats.
  const cumulative = new Float64Array(BINS + 1);
  for (let bin = 0; bin < BINS; bin += 1) {
    const hour = (bin + 0.5) / BINS_PER_HOUR - 0.5;
    const left = Math.floor(hour);
    const density = at(left) * (1 - (hour - left)) + at(left + 1) * (hour - left);
    cumulative[bin + 1] = (cumulative[bin] as number) + Math.sqrt(density) / BINS;
  }
  const until = (share: number) => {
    const position = Math.min(1, Math.max(0, share)) * BINS;
    const bin = Math.min(BINS - 1, Math.floor(position));
    const [before, after] = [cumulative[bin] as number, cumulative[bin + 1] as number];
    return before + (after - before) * (position - bin);
  };
  return { area: (from, to) => until(to) - until(from) };
});

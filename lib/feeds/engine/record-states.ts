/**
 * The states of a record: what the feed has seen of those of its fields that have no time of their own, such as the
 * status of an order. They say since when a condition is true, and which entry into a state this is.
 */

import * as z from 'zod';
import { count, stored, time } from '../../stores/stored.ts';

export const recordStateFormat = stored(() => ({
  /** The fields that the feed tracks. */
  values: z.record(z.string(), z.unknown()).default({}),
  /** Since when the record is in this state, epoch milliseconds. */
  since: time.default(0),
  /** Until when the feed knew the record in the state before, epoch milliseconds; left out where it knew none. */
  after: time.optional(),
  /** From the second time on that the record entered this state: which time it is. */
  entry: count.optional(),
}));
export type RecordState = z.infer<typeof recordStateFormat>;

type Select = (states: readonly RecordState[]) => readonly RecordState[];

const MAX_STATES = 12;
export const lastStates: Select = (states) => states.slice(-MAX_STATES);

/** How a feed tracks the states of its records. */
export interface StateRules<V, S> {
  /** The fields that make up the state; undefined for a record that has none. */
  stateOf(values: V): Record<string, unknown> | undefined;
  /** When the record last changed, epoch milliseconds; undefined where it does not say. */
  changedAt(values: V): number | undefined;
  /**
   * Since when a record that the feed had not met before counts as being in its state, epoch milliseconds.
   * @param state of the feed
   */
  sinceOfUnmet(values: V, state: S): number;
  /** The states that are needed, of all that are known; left out: the last twelve. */
  needed?: Select;
}

/** What the feed knew of a record before. */
export interface KnownStates {
  states: readonly RecordState[];
  /** When the values were last fetched, epoch milliseconds. */
  fetchedAt: number;
  /** When the record had last changed then, epoch milliseconds. */
  changedAt: number | undefined;
}

/** A state that a visit has seen. */
export interface SeenState {
  values: Readonly<Record<string, unknown>>;
  /** Of the record, epoch milliseconds. */
  changedAt: number | undefined;
  now: number;
  /** Which entry into this state it is at least, where more is remembered than the known states say. */
  entry?: number;
}

const isSameState = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The entry into the state, from 1. */
export const entryOf = ({ entry }: RecordState): number => entry ?? 1;

/**
 * The states of a record that was known, after a visit has seen it.
 * @param needed what is kept of them
 */
export function nextStates(known: KnownStates, seen: SeenState, needed = lastStates): readonly RecordState[] {
  const { states, fetchedAt, changedAt } = known;
  const current = states.at(-1);
  if (current && isSameState(current.values, seen.values)) return states;
  const earlier = states.filter(({ values }) => isSameState(values, seen.values)).map(entryOf);
  const entry = Math.max(seen.entry ?? 1, 1 + Math.max(0, ...earlier));
  // A time that did not move is the time of another change.
  const hasMoved = seen.changedAt !== changedAt;
  const next: RecordState = {
    values: { ...seen.values },
    since: hasMoved ? Math.min(seen.changedAt ?? seen.now, seen.now) : seen.now,
    after: fetchedAt,
    ...(entry > 1 && { entry }),
  };
  return needed([...states, next]);
}

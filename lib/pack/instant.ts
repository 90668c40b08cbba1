/**
 * Instants, as data: when the fact that a trigger reports became true, by the record's own times. A fact without a time
 * of its own counts from the visit that saw it first (`lib/engine/eligibility.ts`).
 */

import { HOUR } from '../runtime.ts';
import { changesWithTime, holds, resolve, type Scope } from './evaluate.ts';
import type { Condition, FieldRef, InputRef, Names } from './expression.ts';

type Ref = FieldRef<string>;
type Hours = InputRef<string>;

export type Instant<N extends string = string> = { readonly uses?: N } & (
  | { at: 'field'; of: Ref }
  /** Hours after the field's time, or before it. */
  | { at: 'hours_after' | 'hours_before'; of: Ref; hours: Hours }
  /** The latest of those that are known. */
  | { at: 'latest'; all: readonly Instant[] }
  /** The earliest of the cases that hold. */
  | { at: 'earliest'; cases: readonly { when: Condition; at: Instant }[] }
  /** The fact has no time of its own. */
  | { at: 'seen' }
);

const fieldRef = (key: string): Ref => ({ kind: 'field', key });
const inputRef = (key: string): Hours => ({ kind: 'input', key });

/** The field's time. */
export const timeOf = <const K extends string>(key: K): Instant<`field.${K}`> => ({
  at: 'field',
  of: fieldRef(key),
});

export const hoursAfter = <const K extends string, const I extends string>(
  key: K,
  hours: I,
): Instant<`field.${K}` | `input.${I}`> => ({ at: 'hours_after', of: fieldRef(key), hours: inputRef(hours) });

export const hoursBefore = <const K extends string, const I extends string>(
  key: K,
  hours: I,
): Instant<`field.${K}` | `input.${I}`> => ({
  at: 'hours_before',
  of: fieldRef(key),
  hours: inputRef(hours),
});

export const latest = <N extends string>(...all: Instant<N>[]): Instant<N> => ({ at: 'latest', all });

export const earliest = <N extends string>(
  ...cases: { when: Condition<N>; at: Instant<N> }[]
): Instant<N> => ({ at: 'earliest', cases });

/** For a fact without a time of its own. */
export const whenSeen: Instant<never> = { at: 'seen' };

/** The names that an instant may use. */
export type InstantOf<F, I> = Instant<`field.${Names<F>}` | `input.${Names<I>}`>;

/** Whether it is another instant at another time, for the same fields and inputs. */
export function movesWithTime(instant: Instant): boolean {
  switch (instant.at) {
    case 'latest':
      return instant.all.some(movesWithTime);
    case 'earliest':
      return instant.cases.some(({ when, at }) => changesWithTime(when) || movesWithTime(at));
    default:
      return false;
  }
}

/** Epoch milliseconds; undefined where a time is missing or cannot be read. */
export function instantOf(instant: Instant, scope: Scope): number | undefined {
  switch (instant.at) {
    case 'seen':
      return undefined;
    case 'latest': {
      const times = instant.all.flatMap((each) => instantOf(each, scope) ?? []);
      return times.length > 0 ? Math.max(...times) : undefined;
    }
    case 'earliest': {
      const times = instant.cases
        .filter(({ when }) => holds(when, scope))
        .flatMap(({ at }) => instantOf(at, scope) ?? []);
      return times.length > 0 ? Math.min(...times) : undefined;
    }
  }
  const time = Date.parse(String(scope.fields[instant.of.key]));
  if (Number.isNaN(time)) return undefined;
  if (instant.at === 'field') return time;
  const ms = Number(resolve(instant.hours, scope)) * HOUR;
  return instant.at === 'hours_after' ? time + ms : time - ms;
}

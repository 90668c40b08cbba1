/**
 * Events that were written before. Between two visits a feed returns the same record objects, so each event is written
 * once for all polls of a process. An entry is freed together with its record.
 */

import { entryOf, type RecordState } from '../feeds/engine/record-states.ts';
import {
  type EventContext,
  eventId,
  fires,
  type PackEvent,
  subjectsOf,
  titleCaseOf,
  toEvent,
} from '../pack/event.ts';
import type { InputValues } from '../pack/input.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';

/** The events of a record, and what decides whether they are emitted. */
export interface Candidate {
  record: Readonly<Record<string, unknown>>;
  /** Until when the record is known to be as it says, epoch milliseconds; left out: until now. */
  knownUntil?: number | undefined;
  /** Written when they are read for the first time, because most records of a poll are not emitted. */
  readonly events: readonly PackEvent[];
  /** The state of the record in which it came to be true; left out where the feed tracks none. */
  state?: RecordState | undefined;
}

/** Record → trigger and inputs → events. */
export type EventCache = WeakMap<object, Map<string, readonly PackEvent[]>>;

/** Returns a function that writes the events of a record, or returns those written before. */
export function eventWriter(
  cache: EventCache,
  trigger: TriggerDeclaration,
  inputs: InputValues,
  context: EventContext,
) {
  const prefix = `${trigger.key}:${JSON.stringify([inputs, context.shop])}`;
  return (
    record: Readonly<Record<string, unknown>>,
    states: readonly RecordState[] = [],
    knownUntil?: number,
  ): Candidate => {
    const state = firstState(trigger, record, states, { inputs, now: context.now });
    return {
      record,
      knownUntil,
      state,
      get events() {
        const entry = state ? entryOf(state) : 1;
        // A title may change with the time, when a deadline passes.
        const variant = `${prefix}:${titleCaseOf(trigger, record, inputs, context.now)}:${entry}`;
        const variants = cache.get(record) ?? new Map<string, readonly PackEvent[]>();
        cache.set(record, variants);
        const write = (subject: typeof record) => toEvent(trigger, subject, inputs, { ...context, entry });
        const events = variants.get(variant) ?? subjectsOf(trigger, record, inputs).map(write);
        variants.set(variant, events);
        return events;
      },
    };
  };
}

/**
 * The state in which an event came to be true. Where a later entry is another event, it is the first of the states that
 * meet the condition without a break until now; otherwise the first of all.
 * @param states oldest first
 */
function firstState(
  trigger: TriggerDeclaration,
  record: Readonly<Record<string, unknown>>,
  states: readonly RecordState[],
  { inputs, now }: { inputs: InputValues; now: number },
): RecordState | undefined {
  if (states.length < 2) return states[0];
  const id = eventId(trigger, record, 1);
  const isOfEvent = ({ values }: RecordState) => {
    const fields = { ...record, ...values };
    return fires(trigger, fields, inputs, now) && eventId(trigger, fields, 1) === id;
  };
  if (!trigger.idPerEntry) return states.find(isOfEvent);
  const lastBreak = states.findLastIndex((state) => !isOfEvent(state));
  return states[lastBreak + 1];
}

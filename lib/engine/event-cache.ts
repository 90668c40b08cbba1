/**
 * Events that were written before. Between two visits a feed returns the same record objects, so each event is written
 * once for all polls of a process. An entry is freed together with its record.
 */

import { entryOf, type RecordState } from '../feeds/engine/record-states.ts';
import { type EventContext, type PackEvent, titleCaseOf, toEvent } from '../pack/event.ts';
import type { InputValues } from '../pack/input.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';

/** An event, and what decides whether it is emitted. */
export interface Candidate {
  record: Readonly<Record<string, unknown>>;
  event: PackEvent;
  /** Of the record, oldest first; empty where the feed tracks none. */
  states: readonly RecordState[];
}

/** Record → trigger and inputs → event. */
export type EventCache = WeakMap<object, Map<string, PackEvent>>;

/** Returns a function that writes the event of a record, or returns the one written before. */
export function eventWriter(
  cache: EventCache,
  trigger: TriggerDeclaration,
  inputs: InputValues,
  context: EventContext,
) {
  const prefix = `${trigger.key}:${JSON.stringify([inputs, context.shop])}`;
  return (record: Record<string, unknown>, states: readonly RecordState[] = []): Candidate => {
    const current = states.at(-1);
    const entry = current ? entryOf(current) : 1;
    // A title may change with the time, when a deadline passes.
    const variant = `${prefix}:${titleCaseOf(trigger, record, inputs, context.now)}:${entry}`;
    const variants = cache.get(record) ?? new Map<string, PackEvent>();
    cache.set(record, variants);
    const event = variants.get(variant) ?? toEvent(trigger, record, inputs, { ...context, entry });
    variants.set(variant, event);
    return { record, event, states };
  };
}

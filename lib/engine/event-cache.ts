/**
 * Events that were written before. Between two visits a feed returns the same record objects, so each event is written
 * once for all polls of a process. An entry is freed together with its record.
 */

import { type EventContext, matchedAt, type PackEvent, titleCaseOf, toEvent } from '../pack/event.ts';
import type { InputValues } from '../pack/input.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';

/** An event, and what decides whether it is emitted. */
export interface Candidate {
  record: Readonly<Record<string, unknown>>;
  event: PackEvent;
  /** When the record came to match, epoch milliseconds; 0 where the record has no time. */
  matchedAt: number;
}

/** Record → trigger and inputs → candidate. */
export type EventCache = WeakMap<object, Map<string, Candidate>>;

/** Returns a function that writes the event of a record, or returns the one written before. */
export function eventWriter(
  cache: EventCache,
  trigger: TriggerDeclaration,
  inputs: InputValues,
  context: EventContext,
) {
  const prefix = `${trigger.key}:${JSON.stringify([inputs, context.shop])}`;
  return (record: Record<string, unknown>): Candidate => {
    // A title may change with the time, when a deadline passes.
    const variant = `${prefix}:${titleCaseOf(trigger, record, inputs, context.now)}`;
    const variants = cache.get(record) ?? new Map<string, Candidate>();
    cache.set(record, variants);
    const candidate = variants.get(variant) ?? {
      record,
      event: toEvent(trigger, record, inputs, context),
      matchedAt: matchedAt(trigger, record) ?? 0,
    };
    variants.set(variant, candidate);
    return candidate;
  };
}

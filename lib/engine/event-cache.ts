/**
 * The events of a trigger, found once for all polls of a process. Between two visits a feed returns the same list of
 * records, and only the passing of time changes which of them match. What was found is freed together with the list.
 */

import type { FeedReading } from '../feeds/engine/feed.ts';
import { oncePer } from '../once-per.ts';
import { dependsOnTime } from '../pack/event.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';
import { type Draft, emittedEvents, isAfterMark, type PollFacts } from './eligibility.ts';

/** List of records → trigger and inputs → drafts of all that match, whatever the mark. */
export type EventCache = WeakMap<object, Map<string, readonly Draft[]>>;

const isTimed = oncePer(dependsOnTime);

/** What `emittedEvents` returns. */
export function cachedEvents(
  cache: EventCache,
  trigger: TriggerDeclaration,
  reading: FeedReading,
  facts: PollFacts,
): readonly Draft[] {
  if (isTimed(trigger)) return emittedEvents(trigger, reading, facts);
  const known = cache.get(reading.records) ?? new Map<string, readonly Draft[]>();
  cache.set(reading.records, known);
  const key = `${trigger.key}:${JSON.stringify(facts.inputs)}`;
  const drafts = known.get(key) ?? emittedEvents(trigger, reading, { ...facts, mark: undefined });
  known.set(key, drafts);
  return drafts.filter((draft) => isAfterMark(draft, facts));
}

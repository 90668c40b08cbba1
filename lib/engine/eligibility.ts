/** Which of a feed's records a poll emits as events, and in which order. Pure: the only place that decides this. */

import { fires, type PackEvent } from '../pack/event.ts';
import type { InputValues } from '../pack/input.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';
import type { Candidate } from './event-cache.ts';

export interface PollFacts {
  inputs: InputValues;
  /** True when a user sets the workflow up and sees every record that matches, however old it is. */
  isSettingUp: boolean;
  /** The feed knows everything that happened since then, epoch milliseconds. */
  completeSince: number;
  /** Epoch milliseconds. */
  now: number;
}

/** The events that a poll emits, newest first. */
export const emittedEvents = (
  trigger: TriggerDeclaration,
  candidates: readonly Candidate[],
  facts: PollFacts,
): PackEvent[] =>
  candidates
    .filter((candidate) => isEligible(trigger, candidate, facts))
    .map(({ event }) => event)
    .sort(newestFirst);

function isEligible(trigger: TriggerDeclaration, candidate: Candidate, facts: PollFacts): boolean {
  const { inputs, isSettingUp, completeSince, now } = facts;
  const isRecent = candidate.matchedAt >= completeSince;
  if (!isSettingUp && !trigger.repeatsUntilResolved && !isRecent) return false;
  return fires(trigger, candidate.record, inputs, now);
}

/** ISO times in UTC sort as text. An event without a time comes last; equal times keep the feed's order. */
function newestFirst(a: PackEvent, b: PackEvent): number {
  const [timeA, timeB] = [a.occurred_at ?? '', b.occurred_at ?? ''];
  if (timeA === timeB) return 0;
  return timeA < timeB ? 1 : -1;
}

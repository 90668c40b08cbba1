/**
 * Which of a feed's records a poll emits as events, and in which order. Pure: the only place that decides this. See
 * docs/adr/0018-start-mark.md.
 */

import { isPast } from '../aliexpress/time.ts';
import { dueAtOf, fires, type PackEvent } from '../pack/event.ts';
import type { InputValues } from '../pack/input.ts';
import { instantOf } from '../pack/instant.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';
import type { Candidate } from './event-cache.ts';

export interface PollFacts {
  inputs: InputValues;
  /** When the workflow was turned on, epoch milliseconds; left out for a user who sees every record that matches. */
  mark?: number | undefined;
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
    .flatMap(({ events }) => events)
    .sort(newestFirst);

/** An alert may be late by this share of the time that is left. */
const MAX_LATE_SHARE = 1 / 24;

/**
 * Until when the feed must know its records, so that the poll can tell which deadlines have come near meanwhile, epoch
 * milliseconds; undefined if none may have.
 */
export function neededUntil(
  trigger: TriggerDeclaration,
  candidates: readonly Candidate[],
  facts: PollFacts,
): number | undefined {
  if (!trigger.dueAt) return undefined;
  const { inputs, now } = facts;
  const needed = candidates.flatMap((candidate) => {
    const { record, knownUntil = now } = candidate;
    const dueAt = Date.parse(dueAtOf(trigger, record) ?? '');
    const until = Math.floor(now - Math.max(0, dueAt - now) * MAX_LATE_SHARE);
    const isTrueAt = (at: number) => fires(trigger, record, inputs, at);
    const isNear = knownUntil < until && !isTrueAt(knownUntil) && isTrueAt(now);
    return isNear && isAfterMark(trigger, candidate, facts) ? [until] : [];
  });
  return needed.length > 0 ? Math.max(...needed) : undefined;
}

function isEligible(trigger: TriggerDeclaration, candidate: Candidate, facts: PollFacts): boolean {
  const { inputs, now } = facts;
  // What the passing of time makes true is not true of a record that may have changed before.
  const isTrue = fires(trigger, candidate.record, inputs, Math.min(now, candidate.knownUntil ?? now));
  return isTrue && isAfterMark(trigger, candidate, facts);
}

const isAfterMark = (trigger: TriggerDeclaration, candidate: Candidate, facts: PollFacts): boolean =>
  facts.mark === undefined || (matchedAt(trigger, candidate, facts) ?? facts.mark) > facts.mark;

/** When the event became true, epoch milliseconds; undefined where nothing says so. */
function matchedAt(
  trigger: TriggerDeclaration,
  { record, state }: Candidate,
  { inputs, now }: PollFacts,
): number | undefined {
  const ownTime = instantOf(trigger.matchedAt, { fields: record, inputs, now });
  if (state === undefined) return ownTime;
  const { since, after = Number.NEGATIVE_INFINITY } = state;
  // The feed knew the record before that, without the fact. An own time from before then is the time of something else.
  return ownTime === undefined || isPast(ownTime, after) ? since : ownTime;
}

/** ISO times in UTC sort as text. An event without a time comes last; equal times keep the feed's order. */
function newestFirst(a: PackEvent, b: PackEvent): number {
  const [timeA, timeB] = [a.occurred_at ?? '', b.occurred_at ?? ''];
  return Number(timeA < timeB) - Number(timeA > timeB);
}

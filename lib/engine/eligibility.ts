/**
 * Which of a feed's records a poll emits as events, and in which order. Pure: the only place that decides this. See
 * docs/adr/0018-start-mark.md.
 */

import { isPast } from '../aliexpress/time.ts';
import type { FeedReading } from '../feeds/engine/feed.ts';
import { entryOf, type RecordState } from '../feeds/engine/record-states.ts';
import {
  dueAtOf,
  type EventContext,
  eventId,
  fires,
  occurredAt,
  type PackEvent,
  subjectsOf,
  toEvent,
} from '../pack/event.ts';
import type { InputValues } from '../pack/input.ts';
import { instantOf } from '../pack/instant.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';

export interface PollFacts {
  inputs: InputValues;
  /** When the workflow was turned on, epoch milliseconds; left out for a user who sees every record that matches. */
  mark?: number | undefined;
  /** Epoch milliseconds. */
  now: number;
}

/** An event before it is written. Most polls emit none that was not returned before, and need its id and times alone. */
export interface Draft extends Pick<PackEvent, 'id' | 'occurred_at'> {
  /** When it became true, epoch milliseconds; undefined where nothing says so. */
  matchedAt: number | undefined;
  /** The whole event. */
  write(context: Pick<EventContext, 'now' | 'shop' | 'isExample'>): PackEvent;
}

type Fields = Readonly<Record<string, unknown>>;
type Records = Pick<FeedReading, 'records' | 'statesOf' | 'knownUntil'>;

/** The events that a poll emits, newest first. */
export function emittedEvents(
  trigger: TriggerDeclaration,
  { records, statesOf, knownUntil }: Records,
  facts: PollFacts,
): Draft[] {
  const emitted: Draft[] = [];
  for (const record of records) {
    if (!isTrue(trigger, record, knownUntil, facts)) continue;
    const state = firstState(trigger, record, statesOf?.(record), facts);
    const at = { matchedAt: matchedAt(trigger, record, state, facts) };
    if (isAfterMark(at, facts)) emitted.push(...draftsOf(trigger, record, state, facts, at));
  }
  return emitted.sort(newestFirst);
}

/** What the passing of time makes true is not true of a record that may have changed before. */
function isTrue(
  trigger: TriggerDeclaration,
  record: Fields,
  knownUntil: Records['knownUntil'],
  { inputs, now }: PollFacts,
): boolean {
  if (trigger.where === undefined) return true;
  return fires(trigger, record, inputs, Math.min(now, knownUntil?.(record) ?? now));
}

/** An alert may be late by this share of the time that is left. */
const MAX_LATE_SHARE = 1 / 24;

/**
 * Until when the feed must know its records, so that the poll can tell which deadlines have come near meanwhile, epoch
 * milliseconds; undefined if none may have.
 */
export function neededUntil(
  trigger: TriggerDeclaration,
  { records, statesOf, knownUntil: untilOf }: Records,
  facts: PollFacts,
): number | undefined {
  if (!trigger.dueAt) return undefined;
  const { inputs, now } = facts;
  const needed = records.flatMap((record) => {
    const knownUntil = untilOf?.(record) ?? now;
    const dueAt = Date.parse(dueAtOf(trigger, record) ?? '');
    const until = Math.floor(now - Math.max(0, dueAt - now) * MAX_LATE_SHARE);
    const isTrueAt = (at: number) => fires(trigger, record, inputs, at);
    const isNear = knownUntil < until && !isTrueAt(knownUntil) && isTrueAt(now);
    if (!isNear) return [];
    const state = firstState(trigger, record, statesOf?.(record), facts);
    return isAfterMark({ matchedAt: matchedAt(trigger, record, state, facts) }, facts) ? [until] : [];
  });
  return needed.length > 0 ? Math.max(...needed) : undefined;
}

/**
 * The state in which an event came to be true; undefined where the feed tracks none. Where a later entry is another event,
 * it is the first of the states that meet the condition without a break until now; otherwise the first of all.
 * @param states oldest first
 */
function firstState(
  trigger: TriggerDeclaration,
  record: Fields,
  states: readonly RecordState[] = [],
  { inputs, now }: PollFacts,
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

/** Whether the workflow was on when the event became true. */
export const isAfterMark = ({ matchedAt }: Pick<Draft, 'matchedAt'>, { mark }: PollFacts): boolean =>
  mark === undefined || (matchedAt ?? mark) > mark;

const draftsOf = (
  trigger: TriggerDeclaration,
  record: Fields,
  state: RecordState | undefined,
  { inputs, now }: PollFacts,
  at: Pick<Draft, 'matchedAt'>,
): Draft[] => {
  const entry = state ? entryOf(state) : 1;
  return subjectsOf(trigger, record, inputs).map((subject) => ({
    ...at,
    id: eventId(trigger, subject, entry),
    occurred_at: occurredAt(trigger, subject, inputs, now),
    write: (context) => toEvent(trigger, subject, inputs, { ...context, entry }),
  }));
};

/** When the event became true, epoch milliseconds; undefined where nothing says so. */
function matchedAt(
  trigger: TriggerDeclaration,
  record: Fields,
  state: RecordState | undefined,
  { inputs, now }: PollFacts,
): number | undefined {
  const ownTime = instantOf(trigger.matchedAt, { fields: record, inputs, now });
  if (state === undefined) return ownTime;
  const { since, after = Number.NEGATIVE_INFINITY } = state;
  // The feed knew the record before that, without the fact. An own time from before then is the time of something else.
  return ownTime === undefined || isPast(ownTime, after) ? since : ownTime;
}

/** ISO times in UTC sort as text. An event without a time comes last; equal times keep the feed's order. */
function newestFirst(a: Draft, b: Draft): number {
  const [timeA, timeB] = [a.occurred_at ?? '', b.occurred_at ?? ''];
  return Number(timeA < timeB) - Number(timeA > timeB);
}

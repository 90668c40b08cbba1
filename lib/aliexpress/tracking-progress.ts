/** The progress of a parcel, from the events of its tracking. */

import { DAY } from '../runtime.ts';
import { valueAt, wordFor } from './convert.ts';
import type { Stage } from './parcel-stages.ts';
import { DELIVERED, signalOf, stages, UNKNOWN } from './tracking-codes.ts';
import { RELEASED_IN_WORDS } from './tracking-words.ts';
import * as wire from './wire.ts';

/** Without the sentence of the carrier, which may name a buyer. */
export interface TrackingEvent {
  /** Epoch milliseconds; null where there is no time that can be read. */
  at: number | null;
  /** Empty where the carrier uses none. */
  code: string;
  /** What `stages` and the sentences are looked up by. */
  signal: string;
}

const textOf = (raw: unknown): string => (wire.text.safeParse(raw).data ?? '').trim();

export function readEvent(raw: {
  time: unknown;
  code: unknown;
  sentences: readonly unknown[];
}): TrackingEvent {
  const code = textOf(raw.code);
  return {
    at: wire.eventTime.safeParse(raw.time).data ?? null,
    code,
    signal: signalOf(code, raw.sentences.map(textOf)),
  };
}

/**
 * Whether the times in these rows have a known form. Rows without a time say nothing about it.
 * @param mayLack whether a row without a time may lack the field. Otherwise all rows lack it only where it has another name
 */
export function areTimesReadable(rows: readonly unknown[], field: string, mayLack: boolean): boolean {
  const isNone = (raw: unknown) => (mayLack || raw !== undefined) && wire.isNothing(raw);
  const times = rows.map((row) => valueAt(row, field)).filter((raw) => !isNone(raw));
  return times.length === 0 || times.some((raw) => wire.eventTime.safeParse(raw).success);
}

export const stageOf = ({ signal }: Pick<TrackingEvent, 'signal'>): Stage => wordFor(signal, stages) as Stage;

/** A day that stands for its end, in a wrong zone, is ahead by less. What is dated later is a forecast, or no time. */
const MAX_AHEAD_MS = 2 * DAY;

/** The events, in which a time far ahead counts as none. @param now epoch milliseconds */
export const withoutForecasts = (events: readonly TrackingEvent[], now: number): TrackingEvent[] =>
  events.map((event) =>
    event.at !== null && event.at > now + MAX_AHEAD_MS ? { ...event, at: null } : event,
  );

type DatedEvent = TrackingEvent & { at: number };
const isDated = (event: TrackingEvent): event is DatedEvent => event.at !== null;

/** The events with a time, the oldest first. An answer that does not show its direction begins with the newest. */
export function byTime(events: readonly TrackingEvent[]): DatedEvent[] {
  const dated = events.filter(isDated);
  const isOldestFirst = (dated[0]?.at ?? 0) < (dated.at(-1)?.at ?? 0);
  return (isOldestFirst ? dated : dated.toReversed()).sort((a, b) => a.at - b.at);
}

/** Of which event is the newest nothing is known. */
const UNSURE: TrackingEvent = { at: null, code: '', signal: UNKNOWN };

/**
 * The newest event, at any place of the answer; undefined if there is none. Where an event without a readable time may be
 * newer than all others, an older one must not be taken for the newest.
 */
export function newestEvent(events: readonly TrackingEvent[]): TrackingEvent | undefined {
  const newest = byTime(events).at(-1);
  const asAnswered = events.filter(isDated);
  if (asAnswered.length === events.length) return newest;
  const [first, last] = [asAnswered[0], asAnswered.at(-1)];
  if (!first || !last || first.at === last.at) return UNSURE;
  const outermost = first.at > last.at ? events[0] : events.at(-1);
  return outermost?.at === null ? outermost : newest;
}

/** Customs has released the parcel, so the days until the next event are not a delay of customs. */
const RELEASED = /^(CC_(EX|IM|TRANS)[_＿]SUCCESS|CC_HO_OUT_SUCCESS|CUS_SUCCESS|CIQ_SUCCESS)$/;

const isHeld = (event: TrackingEvent): boolean =>
  stageOf(event) === 'customs' && !RELEASED.test(event.signal) && event.signal !== RELEASED_IN_WORDS;

export interface ParcelProgress {
  stage: Stage;
  /** The newest event: its code and its signal, and its time in epoch milliseconds, null where that cannot be read. */
  code: string;
  signal: string;
  eventAt: number | null;
  /** Since when customs holds the parcel, epoch milliseconds; null where it does not. */
  customsSince: number | null;
}

/**
 * @param events in any order
 * @returns undefined if there is none
 */
export function summarizeEvents(events: readonly TrackingEvent[]): ParcelProgress | undefined {
  const newest = newestEvent(events);
  if (!newest) return undefined;
  const dated = byTime(events);
  // Carriers may add events after the delivery.
  const isDelivery = (event: TrackingEvent) => stageOf(event) === DELIVERED;
  const last = dated.find(isDelivery) ?? events.find(isDelivery) ?? newest;
  const lastFree = dated.findLastIndex((event) => !isHeld(event));
  const customsSince = isHeld(newest) ? dated[lastFree + 1]?.at : undefined;
  return {
    stage: stageOf(last),
    code: last.code,
    signal: last.signal,
    eventAt: last.at,
    customsSince: customsSince ?? null,
  };
}

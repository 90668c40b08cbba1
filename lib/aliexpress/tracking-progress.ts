/** The progress of a parcel, from the events of its tracking. */

import { valueAt, wordFor } from './convert.ts';
import { trackingRecord } from './records/tracking.ts';
import { DELIVERED, type Stage, stages } from './tracking-codes.ts';
import * as wire from './wire.ts';

/** Customs has released the parcel, so the days until the next event are not a delay of customs. */
const RELEASED = /^(CC_(EX|IM|TRANS)[_＿]SUCCESS|CC_HO_OUT_SUCCESS|CUS_SUCCESS|CIQ_SUCCESS)$/;

export interface ParcelProgress {
  stage: Stage;
  /** The newest event: its code, and its time in epoch milliseconds. */
  code: string;
  eventAt: number;
  /** Since when customs holds the parcel, epoch milliseconds; null where it does not. */
  customsSince: number | null;
}

const { events: list } = trackingRecord.fields;

/**
 * @param answer of the method `tracking`; its events may come in any order
 * @returns undefined if no event has a time
 */
export function summarizeEvents(answer: unknown): ParcelProgress | undefined {
  const events = (wire.list.safeParse(valueAt(answer, list.from)).data ?? [])
    .flatMap((event) => {
      const at = wire.pacificTime.safeParse(valueAt(event, list.items.at.from)).data;
      const code = wire.text.safeParse(valueAt(event, list.items.code.from)).data ?? '';
      return at === undefined ? [] : [{ at, code, stage: wordFor(code, stages) as Stage }];
    })
    .sort((a, b) => a.at - b.at);
  const newest = events.at(-1);
  if (!newest) return undefined;
  // Carriers may add events after the delivery.
  const last = events.find(({ stage }) => stage === DELIVERED) ?? newest;
  const isHeld = ({ code, stage }: { code: string; stage: Stage }) =>
    stage === 'customs' && !RELEASED.test(code);
  const lastFree = events.findLastIndex((event) => !isHeld(event));
  return {
    stage: last.stage,
    code: last.code,
    eventAt: last.at,
    customsSince: events[lastFree + 1]?.at ?? null,
  };
}

/** What the events of a tracking answer say of a parcel as a whole. */

import { wordFor } from './convert.ts';
import { type Stage, stages } from './tracking-codes.ts';
import * as wire from './wire.ts';

/** Customs is done with the parcel; what comes next may take days and is no delay of customs. */
const RELEASED = /^(CC_(EX|IM|TRANS)[_＿]SUCCESS|CC_HO_OUT_SUCCESS|CUS_SUCCESS|CIQ_SUCCESS)$/;

export interface ParcelProgress {
  stage: Stage;
  /** The newest event: its code, its words, and when it was, epoch milliseconds. */
  code: string;
  text: string;
  eventAt: number;
  /** Since when customs holds the parcel, epoch milliseconds; null where it does not. */
  customsSince: number | null;
}

/** @param details events in any order; one without a time is left out. Undefined where none is left. */
export function summarizeEvents(details: readonly unknown[]): ParcelProgress | undefined {
  const events = details
    .flatMap((raw) => {
      const event = wire.record.safeParse(raw).data ?? {};
      const at = wire.pacificTime.safeParse(event.event_date).data;
      const code = wire.text.safeParse(event.action_code).data ?? '';
      const text = wire.text.safeParse(event.event_desc).data ?? '';
      return at === undefined ? [] : [{ at, code, text, stage: wordFor(code, stages) as Stage }];
    })
    .sort((a, b) => a.at - b.at);
  const newest = events.at(-1);
  if (!newest) return undefined;
  // Delivered is the end, whatever a carrier scans after it.
  const delivered = events.find(({ stage }) => stage === 'delivered') ?? newest;
  const isHeld = ({ code, stage }: { code: string; stage: Stage }) =>
    stage === 'customs' && !RELEASED.test(code);
  const lastFree = events.findLastIndex((event) => !isHeld(event));
  return {
    stage: delivered.stage,
    code: delivered.code,
    text: delivered.text,
    eventAt: delivered.at,
    customsSince: events[lastFree + 1]?.at ?? null,
  };
}

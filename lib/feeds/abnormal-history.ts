/**
 * How often a parcel has entered an abnormal status. The number is part of the event's id. The list shows a parcel only
 * while it is abnormal, so that a later time of the same status is all that tells of another entry.
 */

import * as z from 'zod';
import { SECOND } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { type LastingRows, openLastingRows } from './engine/lasting-rows.ts';
import type { RecordState } from './engine/record-states.ts';
import { entryOf } from './engine/record-states.ts';

const rowFormat = stored(() => ({
  /** When the parcel was last seen to enter the status, epoch seconds. */
  since: z.number().default(0),
  /** When its status had changed then, as the list writes it, epoch seconds in Pacific time; 0 if that is not known. */
  changed: z.number().default(0),
  entries: z.number().default(1),
}));
type AbnormalRow = z.infer<typeof rowFormat>;

export interface AbnormalHistory extends Omit<LastingRows<AbnormalRow>, 'find' | 'put'> {
  /**
   * Which entry of the parcel into its status it is, from 1.
   * @param changedAt when the status changed, epoch milliseconds; NaN if that is not known
   */
  count(key: string, changedAt: number): number;
  /** @param entries as they are known now */
  record(key: string, changedAt: number, entries: number): void;
}

const secondsOf = (at: number): number => Math.max(0, Math.floor((at || 0) / SECOND));

export function openAbnormalHistory(services: Parameters<typeof openLastingRows>[0]): AbnormalHistory {
  const { find, put, ...rows } = openLastingRows(services, { name: 'abnormal1', format: rowFormat });
  return {
    ...rows,
    count: (key, changedAt) => {
      const row = find(key);
      return row ? row.entries + Number(row.changed > 0 && secondsOf(changedAt) > row.changed) : 1;
    },
    record: (key, changedAt, entries) => {
      const row = find(key);
      const changed = Math.max(row?.changed ?? 0, secondsOf(changedAt));
      if (row?.changed === changed && row.entries === entries) return;
      put(key, { ...row, since: secondsOf(services.clock.now()), changed, entries });
    },
  };
}

const NOTHING = {
  logistics_status: null,
  abnormal_code: null,
  abnormal_reason: null,
  status_changed_at: null,
};

/** Between two entries into the same status the parcel was in another one, also where no visit has seen it. */
export const withBreaks = (states: readonly RecordState[]): readonly RecordState[] =>
  states.flatMap((state, n) => {
    const before = states[n - 1];
    const isSame =
      before?.values.logistics_status === state.values.logistics_status &&
      before?.values.abnormal_code === state.values.abnormal_code;
    return before && isSame && entryOf(state) > entryOf(before)
      ? [{ values: NOTHING, since: before.since, entry: 0 }, state]
      : [state];
  });

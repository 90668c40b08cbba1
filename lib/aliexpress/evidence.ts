/**
 * What whole answers show of the questions that AliExpress's reference leaves open. Nothing is required of them: an answer in
 * another format is evidence too. See docs/aliexpress.md#open-questions.
 */

import type * as z from 'zod';
import { valueAt } from './convert.ts';
import { ENVELOPE, type Method } from './method.ts';
import { OFFLINE, SELLERS_REASON } from './product-terms.ts';
import { abnormalParcel, STATUS_TIME } from './records/abnormal-parcel.ts';
import { listedParcel } from './records/listed-parcel.ts';
import { order } from './records/order.ts';
import { changeOf, offlineReasonOf, product } from './records/product.ts';
import { formOf } from './shape.ts';
import { writtenTime, type Zone, zoneShownBy } from './unstated-zone.ts';
import * as wire from './wire.ts';

/** The payload as AliExpress writes it. */
const payload = wire.record.transform((answer) =>
  Object.fromEntries(Object.entries(answer).filter(([key]) => !ENVELOPE.includes(key))),
);

/** The same method; its answer is returned whole and unread. */
export const unread = <R extends z.ZodType>(method: Method<R>): Method<R, typeof payload> => ({
  ...method,
  answer: payload,
});

const rowsAt = (answer: unknown, path: string): unknown[] =>
  wire.list.safeParse(valueAt(answer, path)).data ?? [];
const idAt = (row: unknown, path: string): string => wire.id.safeParse(valueAt(row, path)).data ?? '';
const timeAt = (row: unknown, path: string): number | undefined =>
  wire.pacificTime.safeParse(valueAt(row, path)).data;
const numberAt = (answer: unknown, path: string): number | undefined =>
  wire.integer.safeParse(valueAt(answer, path)).data;

export interface ShownOrder {
  id: string;
  status: string;
  /** Epoch milliseconds; undefined where AliExpress leaves it out. */
  placedAt: number | undefined;
  changedAt: number | undefined;
  shippedAt: number | undefined;
}

/** The rows of the list of orders. */
export const ordersIn = (answer: unknown): ShownOrder[] =>
  rowsAt(answer, 'result.target_list').map((row) => {
    const { order_id, status, placed_at, updated_at, shipped_at } = order.fields;
    return {
      id: idAt(row, order_id.from),
      status: wire.text.safeParse(valueAt(row, status.from)).data ?? '',
      placedAt: timeAt(row, placed_at.from),
      changedAt: timeAt(row, updated_at.from),
      shippedAt: timeAt(row, shipped_at.from),
    };
  });

export type Total = 'of_list' | 'of_page' | 'left_out' | 'as_text';

/** What the list of orders says about its number of rows; null if its only page does not show that. */
export function totalIn(answer: unknown): Total | null {
  const total = valueAt(answer, 'result.total_count');
  if (total === undefined || total === null) return 'left_out';
  if (typeof total === 'string') return 'as_text';
  if ((numberAt(answer, 'result.total_page') ?? 1) <= 1) return null;
  return Number(total) > ordersIn(answer).length ? 'of_list' : 'of_page';
}

export interface ShownParcel {
  orderId: string;
  trackingNumber: string;
  carrier: string;
}

/** A page of the list of parcels. */
export const parcelsIn = (answer: unknown): { rows: ShownParcel[]; pages: number } => ({
  rows: rowsAt(answer, 'result_list').map((row) => {
    const { order_id, tracking_number, carrier_code } = listedParcel.fields;
    return {
      orderId: idAt(row, order_id.from),
      trackingNumber: idAt(row, tracking_number.from),
      carrier: idAt(row, carrier_code.from),
    };
  }),
  pages: numberAt(answer, 'total_page') ?? 1,
});

export interface ShownEvents {
  count: number;
  /** How many of them have an action code. */
  coded: number;
  /** The forms of their times. */
  forms: string[];
}

/** The events of one parcel. */
export function eventsIn(answer: unknown): ShownEvents {
  const events = rowsAt(answer, 'details');
  const coded = events.filter((event) => idAt(event, 'action_code') !== '').length;
  const forms = new Set(events.map((event) => formOf(valueAt(event, 'event_date') ?? null)));
  return { count: events.length, coded, forms: [...forms] };
}

/** The events of one parcel, by the tracking that needs no carrier. */
export const shortEventsIn = (answer: unknown): number => rowsAt(answer, 'result.data.details').length;

/** The zone of the times of change in a list; null if it does not show that. @param now epoch milliseconds */
const zoneIn = (rows: readonly unknown[], path: string, now: number): Zone | null =>
  zoneShownBy({
    all: rows.map((row) => writtenTime(valueAt(row, path))),
    added: [],
    before: undefined,
    now,
  });

/** A page of the list of abnormal parcels. @param answeredAt epoch milliseconds */
export function abnormalIn(answer: unknown, answeredAt: number) {
  const { abnormal_code, abnormal_reason } = abnormalParcel.fields;
  const rows = rowsAt(answer, 'result');
  const isSettled = (row: unknown) =>
    [abnormal_code, abnormal_reason].every(({ from }) => idAt(row, from) === '');
  return {
    rows: rows.length,
    settled: rows.filter(isSettled).length,
    zone: zoneIn(rows, STATUS_TIME, answeredAt),
  };
}

/** A take-down may be written some minutes after the change. */
const SAME_MS = 600_000;

/**
 * A page of the list of products. `changed`: how many of those that AliExpress has taken down, and not the seller, have a time
 * of change since then.
 * @param answeredAt epoch milliseconds
 */
export function takeDownsIn(answer: unknown, answeredAt: number) {
  const rows = rowsAt(answer, 'result.aeop_a_e_product_display_d_t_o_list');
  const takenDown = rows.flatMap((row) => {
    const { changedAt } = changeOf(row);
    const offlineAt = timeAt(row, product.fields.offline_at.from);
    const isSellers = [undefined, SELLERS_REASON].includes(offlineReasonOf(row));
    return isSellers || changedAt === undefined || offlineAt === undefined ? [] : { changedAt, offlineAt };
  });
  const changed = takenDown.filter(({ changedAt, offlineAt }) => changedAt > offlineAt - SAME_MS);
  return {
    rows: rows.length,
    takenDown: takenDown.length,
    changed: changed.length,
    zone: zoneIn(rows, product.fields.updated_at.from, answeredAt),
  };
}

/** The status of products that were taken down. */
export const TAKEN_DOWN = OFFLINE;

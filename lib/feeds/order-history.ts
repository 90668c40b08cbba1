/**
 * What the orders feed remembers for longer than a record may be stored: of an order that is on hold its status, and of
 * one that was in a status which it may enter again, how often it has entered each status.
 */

import * as z from 'zod';
import { ON_HOLD, PAID, RE_ENTERED } from '../aliexpress/order-status.ts';
import { DAY, SECOND } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { isRowAlive, type LastingRows, openLastingRows } from './engine/lasting-rows.ts';
import { entryOf, type KnownStates, type RecordState } from './engine/record-states.ts';

/** For so long the last change itself is remembered, and an order that was only on hold. */
const CHANGE_RETENTION_MS = 8 * DAY;

const rowFormat = stored({
  status: z.string().default(''),
  /** Since when, epoch seconds. */
  since: z.number().default(0),
  /** When a visit first saw the order in that status, epoch seconds. */
  seen: z.number().optional(),
  /** The status before, and until when it was known, epoch seconds; left out where it is not known. */
  before: z.string().optional(),
  after: z.number().optional(),
  /** Entries by status, from the first time on that the order was in a status which it may enter again. */
  entries: z.record(z.string(), z.number()).optional(),
});
export type OrderRow = z.infer<typeof rowFormat>;

export interface OrderHistory extends Omit<LastingRows<OrderRow>, 'put'> {
  /** @param states of the order, as the feed knows them now */
  record(orderId: string, states: readonly RecordState[]): void;
}

/**
 * The states that a row stands for.
 * @param paidAt of the order, epoch milliseconds: since then it is released, if it ever was before its last two states
 */
export function statesOf(
  { status, since, seen = since, before, after, entries }: OrderRow,
  paidAt: number,
): KnownStates {
  const entry = entries?.[status] ?? 1;
  const current: RecordState = {
    values: { status },
    since: since * SECOND,
    ...(after !== undefined && { after: after * SECOND }),
    ...(entry > 1 && { entry }),
  };
  const isEarlier = (each: string) => PAID.includes(each) && each !== status && each !== before;
  const released = Object.keys(entries ?? {}).filter(isEarlier);
  const states: RecordState[] = [
    ...released.map((each) => ({ values: { status: each }, since: paidAt, entry: entries?.[each] ?? 1 })),
    ...(before === undefined ? [] : [{ values: { status: before }, since: 0 }]),
    current,
  ];
  return { states, fetchedAt: seen * SECOND, changedAt: undefined };
}

/** Which entry into the status the next one would be. */
export const nextEntry = ({ entries }: OrderRow, status: string): number => (entries?.[status] ?? 0) + 1;

const statusOf = ({ values }: RecordState): string => String(values.status);

/** The row after a visit has seen the order; undefined if nothing need be remembered of it. */
export function nextRow(row: OrderRow | undefined, states: readonly RecordState[]): OrderRow | undefined {
  const current = states.at(-1);
  if (!current) return row;
  const status = statusOf(current);
  if (row?.status === status) return row;
  const mayEnterAgain = row?.entries !== undefined || RE_ENTERED.includes(status);
  if (!row && !mayEnterAgain && !ON_HOLD.includes(status)) return undefined;
  const known = states.map((state) => [statusOf(state), entryOf(state)] as const);
  const before = states.at(-2) ? statusOf(states.at(-2) as RecordState) : row?.status;
  return {
    ...row,
    status,
    since: Math.floor(current.since / SECOND),
    before,
    after: current.after === undefined ? undefined : Math.floor(current.after / SECOND),
    ...(mayEnterAgain && { entries: { ...row?.entries, ...Object.fromEntries(known) } }),
  };
}

/** The row with what need still be remembered of it, @param now epoch milliseconds */
export function agedRow(row: OrderRow, now: number): OrderRow | undefined {
  const age = now - row.since * SECOND;
  const isOver = !ON_HOLD.includes(row.status) && row.entries === undefined;
  if (!isRowAlive(row, now) || (isOver && age > CHANGE_RETENTION_MS)) return undefined;
  if (age <= CHANGE_RETENTION_MS || (row.before === undefined && row.after === undefined)) return row;
  const { before: _, after: __, ...rest } = row;
  // To the day, because that takes less room.
  return { ...rest, since: Math.floor((row.since * SECOND) / DAY) * (DAY / SECOND) };
}

export function openOrderHistory(services: Parameters<typeof openLastingRows>[0]): OrderHistory {
  const rows = openLastingRows(services, { name: 'orders1', format: rowFormat, aged: agedRow });
  const seen = Math.floor(services.clock.now() / SECOND);
  return {
    ...rows,
    record: (orderId, states) => {
      const before = rows.find(orderId);
      const after = nextRow(before, states);
      if (after && after !== before) rows.put(orderId, { ...after, seen });
    },
  };
}

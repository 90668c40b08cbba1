/**
 * What the orders feed remembers for longer than a record may be stored: of an order that is on hold its status, and of
 * one that was in a status which it may enter again, how often it has entered each status. It also remembers that the
 * baseline was read: then an order of which it knows nothing was not interrupted.
 */

import * as z from 'zod';
import { ON_HOLD, PAID, RE_ENTERED, TO_SHIP } from '../aliexpress/order-status.ts';
import { isPast } from '../aliexpress/time.ts';
import { DAY, SECOND } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { isRowAlive, type LastingRows, openLastingRows } from './engine/lasting-rows.ts';
import { entryOf, type KnownStates, type RecordState } from './engine/record-states.ts';

/** For so long the last change itself is remembered, and an order that was only on hold. */
const CHANGE_RETENTION_MS = 8 * DAY;

const rowFormat = stored(() => ({
  status: z.string().default(''),
  /** Since when, epoch seconds. */
  since: z.number().default(0),
  /** When a visit first saw the order in that status, epoch seconds. */
  seen: z.number().optional(),
  /** The status before, and until when it was known, epoch seconds; left out where it is not known. */
  before: z.string().optional(),
  after: z.number().optional(),
  /** When the order was first released to the seller, epoch seconds; left out where that was when it was paid. */
  released: z.number().optional(),
  /** Entries by status, from the first time on that the order was in a status which it may enter again. */
  entries: z.record(z.string(), z.number()).optional(),
}));
export type OrderRow = z.infer<typeof rowFormat>;

export interface OrderHistory extends Omit<LastingRows<OrderRow>, 'put'> {
  /**
   * @param states of the order, as the feed knows them now
   * @param paidAt epoch milliseconds; undefined if AliExpress does not say
   */
  record(orderId: string, states: readonly RecordState[], paidAt: number | undefined): void;
  /** Since when all orders of the baseline are remembered, epoch milliseconds; undefined if they are not. */
  baselineSince(): number | undefined;
  recordBaseline(): void;
}

/** The row of the baseline stands under this name. An order number has only digits. */
const BASELINE = 'baseline';
/** The row of the baseline is written again before it expires. */
const RENEW_BASELINE_MS = 30 * DAY;

const statusOf = ({ values }: RecordState): string => String(values.status);

/** The state before a release, whichever review it was. */
const REVIEWED: RecordState = { values: { status: ON_HOLD[0] }, since: 0, entry: 0 };

/** Of an order, epoch milliseconds. */
interface OrderTimes {
  placedAt: number;
  /** Undefined if AliExpress does not say. */
  paidAt: number | undefined;
}

/** The states that a row stands for. The order is released since it was paid, unless the row says otherwise. */
export function statesOf(
  { status, since, seen = since, before, after, released: releasedAt, entries }: OrderRow,
  { placedAt, paidAt }: OrderTimes,
): KnownStates {
  const stateIn = (each: string): Pick<RecordState, 'values' | 'entry'> => {
    const entry = entries?.[each] ?? 1;
    return { values: { status: each }, ...(entry !== 1 && { entry }) };
  };
  const current: RecordState = {
    ...stateIn(status),
    since: since * SECOND,
    ...(after !== undefined && { after: after * SECOND }),
  };
  // Until then the payment was reviewed, so its time is not that of the release.
  const review = releasedAt !== undefined && paidAt !== undefined && { after: paidAt };
  const release = { since: releasedAt === undefined ? (paidAt ?? placedAt) : releasedAt * SECOND, ...review };
  const isEarlier = (each: string) => PAID.includes(each) && each !== status && each !== before;
  const known: RecordState[] = [
    ...Object.keys(entries ?? {}).filter(isEarlier),
    ...(before === undefined ? [] : [before]),
  ].map((each) => ({ ...stateIn(each), ...(PAID.includes(each) ? release : { since: 0 }) }));
  // An order is released before it enters a status which it may enter again.
  const isUnknown = entries !== undefined && !known.some((state) => PAID.includes(statusOf(state)));
  const earlier = isUnknown ? [{ values: { status: TO_SHIP[0] }, ...release, entry: 0 }, ...known] : known;
  const isReviewed = review && earlier.some((state) => PAID.includes(statusOf(state)));
  const states = [...(isReviewed ? [REVIEWED] : []), ...earlier, current];
  return { states, fetchedAt: seen * SECOND, changedAt: undefined };
}

/** Which entry into the status the next one would be. */
export const nextEntry = ({ entries }: OrderRow, status: string): number => (entries?.[status] ?? 0) + 1;

/** When the order was first released to the seller, epoch milliseconds; undefined if that is when it was paid, or never. */
function releaseIn(states: readonly RecordState[], paidAt: number | undefined): number | undefined {
  const first = states.find((state) => PAID.includes(statusOf(state)));
  const isPayment = paidAt !== undefined && !(first?.after !== undefined && isPast(paidAt, first.after));
  return isPayment ? undefined : first?.since;
}

/**
 * The row after a visit has seen the order; undefined if nothing need be remembered of it.
 * @param paidAt epoch milliseconds; undefined if AliExpress does not say
 */
export function nextRow(
  row: OrderRow | undefined,
  states: readonly RecordState[],
  paidAt: number | undefined,
): OrderRow | undefined {
  const current = states.at(-1);
  if (!current) return row;
  const status = statusOf(current);
  if (row?.status === status) return row;
  const mayEnterAgain = row?.entries !== undefined || RE_ENTERED.includes(status);
  if (!row && !mayEnterAgain && !ON_HOLD.includes(status)) return undefined;
  const known = states.map((state) => {
    const each = statusOf(state);
    return [each, Math.max(entryOf(state), row?.entries?.[each] ?? 0)] as const;
  });
  const before = states.at(-2) ? statusOf(states.at(-2) as RecordState) : row?.status;
  const release = releaseIn(states, paidAt);
  return {
    ...row,
    status,
    since: Math.floor(current.since / SECOND),
    before,
    after: current.after === undefined ? undefined : Math.floor(current.after / SECOND),
    ...(release !== undefined && { released: row?.released ?? Math.floor(release / SECOND) }),
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
    record: (orderId, states, paidAt) => {
      const before = rows.find(orderId);
      const after = nextRow(before, states, paidAt);
      if (after && after !== before) rows.put(orderId, { ...after, seen });
    },
    baselineSince: () => {
      const row = rows.find(BASELINE);
      return row && row.since * SECOND;
    },
    recordBaseline: () => {
      const { since = 0 } = rows.find(BASELINE) ?? {};
      // Without entries it would be forgotten with the orders that were only on hold.
      if ((seen - since) * SECOND > RENEW_BASELINE_MS)
        rows.put(BASELINE, { status: '', since: seen, entries: {} });
    },
  };
}

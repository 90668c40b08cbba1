/** What an order's state is, and what is known of it when the feed meets the order for the first time. */

import { PAID, RE_ENTERED, SHIPPED, TO_SHIP } from '../aliexpress/order-status.ts';
import { MINUTE } from '../runtime.ts';
import { type KnownStates, lastStates, type RecordState, type StateRules } from './engine/record-states.ts';
import { isInBaseline, knowsBaseline } from './order-baseline.ts';
import { wasRead } from './order-gap.ts';
import type { OrderValues } from './order-known.ts';
import type { OrdersState } from './order-streams.ts';

const instant = (iso: string | null): number | undefined => (iso === null ? undefined : Date.parse(iso));

/** Until the baseline is known, a change of an order that may belong to it may be any change. */
export const orderStates: StateRules<OrderValues, OrdersState> = {
  stateOf: ({ status }) => ({ status }),
  changedAt: ({ updated_at }) => instant(updated_at),
  sinceOfUnmet: ({ status, updated_at, placed_at }, state) => {
    const isNew = knowsBaseline(state) || !isInBaseline(status);
    return (isNew ? instant(updated_at) : undefined) ?? Date.parse(placed_at);
  },
  needed: (states) => lastStates(withRelease(states)),
};

/**
 * An order that may enter its status again was released to the seller before, also where no visit has seen that: it was
 * released by the time at which it entered the status.
 */
function withRelease(states: readonly RecordState[]): readonly RecordState[] {
  const current = states.at(-1);
  const isIn = (statuses: readonly string[], { values }: RecordState) =>
    statuses.includes(String(values.status));
  if (!current || !isIn(RE_ENTERED, current) || states.some((each) => isIn(PAID, each))) return states;
  const released = { ...current, values: { status: TO_SHIP[0] }, entry: 0 };
  return [...states.slice(0, -1), released, current];
}

/**
 * The states of an order that is met for the first time in a status which it may enter again: it was released to the
 * seller before it got there, and shipped where it says so. Where AliExpress leaves out when it was paid, that counts
 * from the last change, as every fact without a time of its own. What a visit has seen was an entry into its status, and
 * was forgotten since.
 */
export function statesBefore(values: OrderValues, state: OrdersState): KnownStates | undefined {
  const { status, paid_at, shipped_at } = values;
  if (!RE_ENTERED.includes(status)) return undefined;
  const changedAt = orderStates.sinceOfUnmet(values, state);
  const stateSince = (each: string | undefined, since: number): RecordState => ({
    values: { status: each },
    since,
    ...(!wasRead(state, since) && { entry: 0 }),
  });
  const shippedAt = instant(shipped_at);
  const earlier = [
    stateSince(TO_SHIP[0], instant(paid_at) ?? changedAt),
    ...(shippedAt === undefined ? [] : [stateSince(SHIPPED[0], shippedAt)]),
  ];
  const after = earlier.at(-1)?.since ?? changedAt;
  const current = { values: { status }, since: changedAt, after };
  return { states: [...earlier, current], fetchedAt: after, changedAt: undefined };
}

const MAX_DEADLINE_JITTER_MS = 2 * MINUTE;

/** AliExpress says how much time is left, and answers take different times. A deadline must not vary with them. */
export function withKnownDeadlines(values: OrderValues, known: OrderValues | undefined): OrderValues {
  const keep = (before: string | null | undefined, after: string | null) =>
    before && after && Math.abs(Date.parse(after) - Date.parse(before)) <= MAX_DEADLINE_JITTER_MS
      ? before
      : after;
  return {
    ...values,
    status_due_at: keep(known?.status_due_at, values.status_due_at),
    ship_by: keep(known?.ship_by, values.ship_by),
  };
}

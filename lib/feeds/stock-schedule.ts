/**
 * Which products the stock feed watches, and which one comes next.
 *
 * - Workflows name the products in their inputs. A product is watched until no workflow has wanted it for 26 hours.
 * - Each product takes a call of its own. The product that was checked least recently comes first, and none is checked
 *   more often than every 20 minutes.
 */

import * as z from 'zod';
import { HOUR, MINUTE } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import type { Waiting } from './engine/feed-status.ts';
import { hasInterest, INTEREST_TTL_MS, needsRecording } from './engine/interest.ts';
import { shardsFormat } from './engine/lasting-rows.ts';

const MAX_WATCHED = 100;
export const CHECK_EVERY_MS = 20 * MINUTE;
/** For a product that AliExpress does not know, or returns in another format. */
const REFUSED_EVERY_MS = 6 * HOUR;

const watchedFormat = stored(() => ({
  /** When a workflow last wanted the product, epoch milliseconds. */
  interestAt: z.number().default(0),
  /** 0: never. */
  checkedAt: z.number().default(0),
  dueAt: z.number().default(0),
}));
export type WatchedProduct = z.infer<typeof watchedFormat>;

export const stateFormat = stored(() => ({
  /** By product id. */
  watched: z.record(z.string(), watchedFormat).default({}),
  /** The shards of the stock history that were written. */
  historyShards: shardsFormat,
}));
export type StockState = z.infer<typeof stateFormat>;

export const initialState = (): StockState => ({ watched: {}, historyShards: null });

const withoutExpired = (watched: StockState['watched'], now: number): StockState['watched'] =>
  Object.fromEntries(Object.entries(watched).filter(([, { interestAt }]) => hasInterest(interestAt, now)));

export function hasNewDemand(state: StockState, productIds: readonly string[], now: number): boolean {
  const watched = withoutExpired(state.watched, now);
  const hasRoom = Object.keys(watched).length < MAX_WATCHED;
  return productIds.some((id) => {
    const known = watched[id];
    return known ? needsRecording(known.interestAt, now) : hasRoom;
  });
}

export function recordDemand(state: StockState, productIds: readonly string[], now: number): StockState {
  const watched = withoutExpired(state.watched, now);
  for (const id of productIds) {
    const known = watched[id];
    const canRecord = known
      ? needsRecording(known.interestAt, now)
      : Object.keys(watched).length < MAX_WATCHED;
    if (canRecord) watched[id] = { checkedAt: 0, dueAt: now, ...known, interestAt: now };
  }
  return { ...state, watched };
}

/** @param state with the products recorded */
export const tooMany = ({ watched }: StockState, productIds: readonly string[]): number =>
  productIds.filter((id) => watched[id] === undefined).length;

const change = (state: StockState, productId: string, changes: Partial<WatchedProduct>): StockState => ({
  ...state,
  watched: {
    ...state.watched,
    [productId]: { interestAt: 0, checkedAt: 0, dueAt: 0, ...state.watched[productId], ...changes },
  },
});

export const afterCheck = (state: StockState, productId: string, now: number) =>
  change(state, productId, { checkedAt: now, dueAt: now + CHECK_EVERY_MS });

/** The product itself was refused. */
export const afterRefusal = (state: StockState, productId: string, now: number) =>
  change(state, productId, { checkedAt: now, dueAt: now + REFUSED_EVERY_MS });

/** A call was paid and brought nothing. The product stays due, and the others get their turn first. */
export const afterFailure = (state: StockState, productId: string, now: number) =>
  change(state, productId, { checkedAt: now });

export const afterLoss = (state: StockState, now: number): StockState => ({
  ...state,
  watched: Object.fromEntries(
    Object.entries(state.watched).map(([id, product]) => [id, { ...product, dueAt: now }]),
  ),
});

export const dueAt = ({ watched }: StockState, now: number): number =>
  Math.min(now + INTEREST_TTL_MS, ...Object.values(watched).map((product) => product.dueAt));

/** The products that are due, the one checked least recently first. */
export const dueProducts = ({ watched }: StockState, now: number): string[] =>
  Object.entries(watched)
    .filter(([, product]) => product.dueAt <= now)
    .sort(([, a], [, b]) => a.checkedAt - b.checkedAt)
    .map(([id]) => id);

export function waiting({ watched }: StockState, now: number): Waiting | null {
  const times = Object.values(watched)
    .map((product) => product.dueAt)
    .filter((at) => at <= now);
  return times.length > 0 ? { count: times.length, since: Math.min(...times) } : null;
}

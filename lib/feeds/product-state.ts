/** What the products feed remembers of its lists. */

import * as z from 'zod';
import { DELISTED } from '../aliexpress/product-terms.ts';
import { zones } from '../aliexpress/unstated-zone.ts';
import { HOUR } from '../runtime.ts';
import { stored, time } from '../stores/stored.ts';
import { MAX_CATCH_UP_MS } from './engine/catch-up.ts';
import type { Span } from './engine/chunks.ts';
import type { Loss } from './engine/design.ts';
import { hasInterest, INTEREST_TTL_MS } from './engine/interest.ts';
import { shardsFormat } from './engine/lasting-rows.ts';
import { isStarted, rowsLeft } from './engine/paging.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import {
  type ListName,
  listFormat,
  newList,
  newListReading,
  ofEachList,
  type ProductList,
} from './product-lists.ts';
import { newOnSale, onSaleFormat } from './product-sales.ts';

/** How far back a product is new to a feed that begins. */
export const FIRST_LOOKBACK_MS = 2 * HOUR;

/** Epoch milliseconds; 0: nothing. */
const unnamedFormat = stored(() => ({ from: time.default(0), to: time.default(0) }));
export const NOTHING: Span = { from: 0, to: 0 };

export const stateFormat = stored(() => ({
  /** A product that went offline since then is new to the feed, epoch milliseconds. */
  since: z.number().default(0),
  visitedAt: z.number().default(0),
  /** When everything was last forgotten, to be read again since `since`, epoch milliseconds. */
  forgottenAt: time.default(0),
  /** What was skipped then, of products that left the shelf and of new ones, and is still to be named. */
  unnamed: stored(() => ({
    delisted: unnamedFormat.prefault({}),
    onSale: unnamedFormat.prefault({}),
  })).prefault({}),
  /** The shards of the removals that were written. */
  removalShards: shardsFormat,
  lists: stored(() => ofEachList(() => listFormat.prefault({}))).prefault({}),
  /** The zone of the products' times; null while it is not known. */
  zone: z.enum(zones).nullable().catch(null).default(null),
  /** A window, or a probe, has shown a product that AliExpress itself took down, so windows can be relied on. */
  isProven: z.boolean().default(false),
  /** When a window last showed such a product, epoch milliseconds; 0: none has. */
  provenAt: time.default(0),
  onSale: onSaleFormat.prefault({}),
  /** When a workflow last wanted products that left the shelf, and new ones, epoch milliseconds. */
  delistedInterestAt: z.number().default(0),
  onSaleInterestAt: z.number().default(0),
  /** Since when no list is read by time of change, because that misses products, epoch milliseconds; 0: it does not. */
  wholeSince: z.number().default(0),
  /** A probe has said so, and no reading has shown it. */
  isWholeByProbe: z.boolean().default(false),
  /** When the last probe was made that the feed has heard, epoch milliseconds; 0: none. */
  heardProbedAt: time.default(0),
}));
export type ProductsState = z.infer<typeof stateFormat>;

export const initialState = (now: number): ProductsState => ({
  since: now - FIRST_LOOKBACK_MS,
  visitedAt: 0,
  forgottenAt: 0,
  unnamed: { delisted: NOTHING, onSale: NOTHING },
  removalShards: null,
  lists: ofEachList(() => newList(now)),
  zone: null,
  isProven: false,
  provenAt: 0,
  wholeSince: 0,
  isWholeByProbe: false,
  heardProbedAt: 0,
  onSale: newOnSale(now),
  delistedInterestAt: 0,
  onSaleInterestAt: 0,
});

/** What a reader of the feed wants to know. */
export interface ProductInterest {
  delisted: boolean;
  onSale: boolean;
}

const INTERESTS = { delisted: 'delistedInterestAt', onSale: 'onSaleInterestAt' } as const;
export const interests: readonly (keyof ProductInterest)[] = ['delisted', 'onSale'];
/** An interest is recorded so often that it does not expire while a workflow polls. */
const RECORD_EVERY_MS = INTEREST_TTL_MS / 2;

const unrecorded = (state: ProductsState, interest: ProductInterest, now: number) =>
  interests.filter((name) => interest[name] && now - state[INTERESTS[name]] >= RECORD_EVERY_MS);

export const hasNewDemand = (state: ProductsState, interest: ProductInterest, now: number): boolean =>
  unrecorded(state, interest, now).length > 0;

export const recordDemand = (
  state: ProductsState,
  interest: ProductInterest,
  now: number,
): ProductsState => ({
  ...state,
  ...Object.fromEntries(unrecorded(state, interest, now).map((name) => [INTERESTS[name], now])),
});

export const isWanted = (state: ProductsState, name: keyof ProductInterest, now: number): boolean =>
  hasInterest(state[INTERESTS[name]], now);

export const withList = (
  state: ProductsState,
  name: ListName,
  changes: Partial<ProductList>,
): ProductsState => ({
  ...state,
  lists: { ...state.lists, [name]: { ...state.lists[name], ...changes } },
});

/** What was seen is forgotten by the visit. What went offline since then is new again, up to a week back. */
export const afterLoss = (state: ProductsState, since: number, now: number): ProductsState => ({
  ...state,
  since: Math.max(now - MAX_CATCH_UP_MS, Math.min(state.since, since)),
});

/** In this time what was read again for one workflow is there for the others, which have missed it in the same pause. */
const READ_AGAIN_MS = RETENTION_MS / 3;

/** Whether what a workflow has missed is being read again already, for another one. */
export const isReadAgain = (
  { since, forgottenAt }: ProductsState,
  { recordsSince = 0, isOnlyMissed = false }: Loss,
  now: number,
): boolean => isOnlyMissed && recordsSince >= since && now - forgottenAt < READ_AGAIN_MS;

/** Until when a list was read, epoch milliseconds; 0: not since it has to be read again. */
const readUntil = ({ isLong, changes, readAt }: ProductList): number => (isLong ? changes.watermark : readAt);

/** Since when products may have changed that are still to be read, epoch milliseconds. @param interest of the reader */
export function unreadSince({ lists, since, onSale }: ProductsState, interest: ProductInterest): number {
  const delisted = interest.delisted ? DELISTED.map((name) => readUntil(lists[name]) || since) : [];
  const sold = interest.onSale ? [onSale.isKnown ? onSale.changes.watermark : 0] : [];
  return Math.min(...delisted, ...sold);
}

/**
 * The time whose products are too long ago to be new, once the lists are read again; undefined if there is none.
 * @param state before the loss
 * @param missingSince when records were fetched that were lost, epoch milliseconds
 */
export function skippedSpan(
  { since, lists }: ProductsState,
  missingSince: number,
  now: number,
): Span | undefined {
  const from = Math.min(missingSince, ...DELISTED.map((name) => readUntil(lists[name]) || since));
  const to = now - MAX_CATCH_UP_MS;
  return from < to ? { from, to } : undefined;
}

/**
 * The time in which a product that was created before may have gone on sale: once it is forgotten what was on sale, nothing
 * tells it from one that was there already.
 * @param state before the loss
 * @param missingSince when records were fetched that were lost, epoch milliseconds
 */
export function unknownOnSale({ onSale }: ProductsState, missingSince: number, now: number): Span {
  const readUntil = onSale.isKnown ? onSale.changes.watermark : missingSince;
  return { from: Math.min(readUntil, missingSince), to: now };
}

/** What was skipped once everything is forgotten. @param state before the loss */
export const unnamedAfterLoss = (
  state: ProductsState,
  missingSince: number,
  now: number,
): ProductsState['unnamed'] => {
  const known = unnamedAt(state, now);
  const delisted = skippedSpan(state, missingSince, now) ?? NOTHING;
  return {
    delisted: together(known.delisted, delisted),
    onSale: together(known.onSale, unknownOnSale(state, missingSince, now)),
  };
};

const together = (known: Span, span: Span): Span => {
  if (known.to === 0 || span.to === 0) return span.to === 0 ? known : span;
  return { from: Math.min(known.from, span.from), to: Math.max(known.to, span.to) };
};

/** What is still to be named. A workflow that does not come soon was turned off. */
export const unnamedAt = ({ unnamed, forgottenAt }: ProductsState, now: number): ProductsState['unnamed'] =>
  now - forgottenAt < READ_AGAIN_MS ? unnamed : { delisted: NOTHING, onSale: NOTHING };

/** All lists are read again, and changes since the feed began to be told of them. */
export function fromFirstPages(state: ProductsState, now: number): ProductsState {
  const since = Math.min(state.since, now);
  const again = ({ isLong, changes, ...list }: ProductList): ProductList => ({
    ...list,
    isLong,
    reading: newListReading(),
    dueAt: now,
    readAt: 0,
    changes: { ...changes, watermark: since, open: null, dueAt: now, unproven: 0 },
  });
  const lists = ofEachList((name) => again(state.lists[name]));
  return { ...state, since, forgottenAt: now, lists, onSale: newOnSale(now) };
}

/**
 * The state in which every list is read whole, because reading by time of change has missed a product.
 * @param isFresh whether the reading of a list has begun lately
 */
export function readingWhole(
  state: ProductsState,
  isFresh: (name: ListName) => boolean,
  now: number,
): ProductsState {
  const lists = ofEachList((name) => {
    const list = state.lists[name];
    if (!list.isLong) return list;
    const reading = isFresh(name) ? list.reading : newListReading();
    return { ...list, isLong: false, reading, dueAt: now, readAt: 0 };
  });
  return { ...state, wholeSince: now, lists };
}

/** Products on pages that are still to be read. */
export const productsLeft = ({ lists }: ProductsState): number =>
  DELISTED.reduce((sum, name) => {
    const { isLong, reading, changes } = lists[name];
    if (!isLong) return sum + rowsLeft(reading);
    return sum + (changes.open && isStarted(changes.open.reading) ? rowsLeft(changes.open.reading) : 0);
  }, 0);

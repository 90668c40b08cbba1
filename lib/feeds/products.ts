/**
 * The products feed: products that left the shelf. The product list has no "since", so all of them are read, and what
 * was seen before is remembered.
 *
 * - A visit reads three pages at most, and the next one goes on there: a shop with 5,000 products offline has 51 pages,
 *   and is read once in ten hours.
 * - What is off the shelf when a list is read for the first time is no news, unless AliExpress says that it went
 *   offline since the feed began.
 * - While a list is read, products leave it and others move up and are missed. So what was seen is forgotten only when
 *   two readings in a row did not meet it. A product that left the shelf once more is told by its offline date, or
 *   because it was forgotten meanwhile.
 * - What was seen is kept beside the snapshot, which every poll reads. A visit that finds it to be of another visit
 *   than the snapshot reads its lists from the start.
 */

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { convert } from '../aliexpress/convert.ts';
import { PRODUCT_PAGE_SIZE, productList } from '../aliexpress/methods/product-list.ts';
import { DELISTED, OFFLINE, removalReason } from '../aliexpress/product-terms.ts';
import { offShelfProduct } from '../aliexpress/records/off-shelf-product.ts';
import * as wire from '../aliexpress/wire.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { fail } from '../problems.ts';
import { HOUR, MINUTE } from '../runtime.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { createSnapshots, RETENTION_MS, type Snapshot } from './engine/snapshot.ts';
import { createFeed, type FeedDesign, type Visit } from './engine/visits.ts';

export const products: FeedDeclaration<typeof offShelfProduct.fields> = {
  key: 'products',
  record: offShelfProduct,
  reads: [productList],
  freshness: {
    en: 'Offline products are checked every 30 minutes at most, 99 with each of the 200 calls a day. Products that were deleted or sent back are checked every 6 hours.',
    zh: '下架商品最快每 30 分钟查询一次，每次调用查 99 个（每天共 200 次调用）；被删除或审核不通过的商品每 6 小时查询一次。',
  },
};

const FIRST_LOOKBACK_MS = 2 * HOUR;
const VISIT_EVERY_MS = 30 * MINUTE;
const MAX_PAGES_PER_VISIT = 3;
/** Of one list; what comes after ten thousand products is not looked at. */
const MAX_PAGES = 101;
/** How late a product may be in the list after it went offline. */
const LATE_MS = HOUR;
const REMOVED_EVERY_MS = 6 * HOUR;
type ListName = (typeof DELISTED)[number];

const stateSchema = z.object({
  /** What went offline since then is news to the feed. */
  since: z.number(),
  visitedAt: z.number(),
  /** How many visits there were; 0 where nothing is to be remembered. */
  turn: z.number(),
  lists: z.record(
    z.enum(DELISTED),
    z.object({
      /** To be read next, from 1 on. */
      page: z.number(),
      /** Products on the pages that are left. */
      left: z.number(),
      dueAt: z.number(),
    }),
  ),
});
type State = z.infer<typeof stateSchema>;

const pastSchema = z.object({
  /** How often the list was read to its end. */
  readings: z.number(),
  /** When this reading of it began, and when the one before did, epoch milliseconds. */
  startedAt: z.number(),
  startedBefore: z.number(),
  /** What was seen, as digests, and in which reading last. */
  seen: z.record(z.string(), z.number()),
});
type Past = z.infer<typeof pastSchema>;
const memorySchema = z.object({
  /** The visit that wrote it. */
  turn: z.number(),
  lists: z.record(z.enum(DELISTED), pastSchema),
});
type Memory = z.infer<typeof memorySchema>;
type Raw = Record<string, unknown>;
type Values = ValuesOf<typeof offShelfProduct.fields>;

const ofEachList = <T>(make: () => T) =>
  Object.fromEntries(DELISTED.map((name) => [name, make()])) as Record<ListName, T>;

export function createProductsFeed(services: FeedServices): FeedEngine {
  const { seller, store, clock, random, log, memo } = services;
  const snapshots = createSnapshots<Memory, never>({
    store,
    clock,
    random,
    key: `seen:${seller}:products`,
    state: memorySchema,
    memo,
  });
  let remembered: (Snapshot<Memory, never> & { state: Memory }) | undefined;

  async function remember(state: State): Promise<Memory> {
    const snapshot = await snapshots.load().catch(() => fail('budget_unavailable', {}));
    const known = state.turn === 0 ? undefined : snapshot.state;
    if (known?.turn !== state.turn) for (const name of DELISTED) state.lists[name].page = 1;
    const blank = () => ({ readings: 0, startedAt: 0, startedBefore: 0, seen: {} });
    const memory = known ?? { turn: 0, lists: ofEachList(blank) };
    state.turn += 1;
    memory.turn = state.turn;
    remembered = { ...snapshot, state: memory };
    return memory;
  }

  async function readPage(name: ListName, past: Past, visit: Visit<State, Values>): Promise<void> {
    const { now, state } = visit;
    const list = state.lists[name];
    const request = { product_status_type: name, current_page: list.page, page_size: PRODUCT_PAGE_SIZE };
    const { answer, answeredAt } = await visit.call(productList, request);
    state.visitedAt = now;
    if (list.page === 1) past.startedAt = now;
    const { product_count, total_page, aeop_a_e_product_display_d_t_o_list: items } = answer.result;
    for (const item of items) {
      take(name, { ...request, ...wire.record.safeParse(item).data }, visit, answeredAt, past);
    }
    const pages = items.length > 0 ? Math.min(total_page, MAX_PAGES) : 0;
    if (list.page < pages) {
      list.left = Math.max(0, product_count - list.page * PRODUCT_PAGE_SIZE);
      list.page += 1;
    } else {
      Object.assign(list, {
        page: 1,
        left: 0,
        dueAt: now + (name === OFFLINE ? VISIT_EVERY_MS : REMOVED_EVERY_MS),
      });
      endReading(past);
    }
  }

  function take(name: ListName, row: Raw, visit: Visit<State, Values>, answeredAt: number, past: Past): void {
    const { now, state } = visit;
    const raw = { ...row, cause: removalReason(name, wire.text.safeParse(row.ws_display).data) };
    const converted = convert(offShelfProduct, { ...raw, left_at: now }, answeredAt);
    if (!converted) {
      log('a product without a number was left out', { method: productList.name });
      return;
    }
    for (const field of converted.unreadable) log('a field of a product could not be read', { field });
    const { product_id, cause: why, offline_at } = converted.values;
    const mark = markOf(product_id, why, offline_at);
    const isUnseen = !Object.hasOwn(past.seen, mark);
    past.seen[mark] = past.readings;

    const offlineAt = Date.parse(offline_at ?? '');
    // Before a list was read to its end nobody knows what is new in it, but for what AliExpress says.
    const isNew =
      past.readings > 0 || (offlineAt >= Math.max(state.since, now - RETENTION_MS) && offlineAt <= now);
    if (!isUnseen || !isNew) return;
    const isPlausible = offlineAt <= now && offlineAt >= past.startedBefore - LATE_MS;
    const leftAt = isPlausible ? offlineAt : now;
    const id = `${product_id}/${mark}`;
    const found =
      visit.known.get(id)?.values ?? convert(offShelfProduct, { ...raw, left_at: leftAt }, now)?.values;
    if (found) visit.keep(id, found, leftAt);
  }

  const design: FeedDesign<State, Values> = {
    key: 'products',
    demand: { weight: 1, cost: 1 },
    state: stateSchema,
    first: (now) => ({
      since: now - FIRST_LOOKBACK_MS,
      visitedAt: 0,
      turn: 0,
      lists: ofEachList(() => ({ page: 1, left: 0, dueAt: now })),
    }),
    completeSince: (now) => now - FIRST_LOOKBACK_MS,
    // A long list is read for hours.
    backfills: true,
    lost: (state, _, now) => {
      state.turn = 0;
      for (const name of DELISTED) state.lists[name].dueAt = now;
    },
    dueAt: ({ visitedAt, lists }) =>
      Math.max(visitedAt + VISIT_EVERY_MS, Math.min(...DELISTED.map((name) => lists[name].dueAt))),
    look: async (visit) => {
      const { now, state } = visit;
      const memory = await remember(state);
      const due = () => DELISTED.filter((name) => state.lists[name].dueAt <= now);
      let pages = 0;
      // A page of each, in turn, so that a long list does not keep the others waiting.
      for (let names = due(); names.length > 0; names = due()) {
        for (const name of names) {
          if (pages === MAX_PAGES_PER_VISIT || !visit.canContinue()) return true;
          await readPage(name, memory.lists[name], visit);
          pages += 1;
        }
      }
      return true;
    },
    stored: async () => {
      if (remembered) await snapshots.commit(remembered, new Set()).catch(() => false);
    },
    waiting: ({ lists, visitedAt }) => {
      const count = DELISTED.reduce((sum, name) => sum + lists[name].left, 0);
      return count > 0 ? { count, since: visitedAt } : null;
    },
  };
  return createFeed(services, design);
}

function endReading(past: Past): void {
  const met = Object.entries(past.seen).filter(([, reading]) => reading >= past.readings - 1);
  past.seen = Object.fromEntries(met);
  past.readings += 1;
  past.startedBefore = past.startedAt;
}

const markOf = (...parts: (string | null)[]): string =>
  createHash('sha256').update(parts.join('/')).digest('base64url').slice(0, 8);

/** The products feed: products that left the shelf (`product-lists.ts`). */

import { productList } from '../aliexpress/methods/product-list.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { delistedProduct, delistedProductRecord } from '../aliexpress/records/delisted-product.ts';
import { toIso } from '../aliexpress/time.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { HOUR } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { isStarted, MAX_UNPROVEN } from './engine/paging.ts';
import { loadRows } from './engine/skipped-events.ts';
import {
  afterListPage,
  afterLoss,
  afterReading,
  beginningOf,
  dueAt,
  dueLists,
  FIRST_LOOKBACK_MS,
  fromFirstPages,
  initialState,
  isNewlyOffline,
  type ListHistory,
  type ListName,
  newListReading,
  noHistories,
  type ProductList,
  type ProductsState,
  productsLeft,
  removalTime,
  skippedSpan,
  stateFormat,
} from './product-lists.ts';
import { type ProductsMemory, productsMemory } from './products-memory.ts';

export const products: FeedDeclaration<typeof delistedProductRecord.fields> = {
  key: 'products',
  record: delistedProductRecord,
  reads: [productList],
  freshness: {
    en: 'Offline products are checked every 30 minutes at most, 99 with each of the 200 calls a day. Products that were deleted or sent back are checked every 6 hours.',
    zh: '下架商品最快每 30 分钟查询一次，每次调用查 99 个（每天共 200 次调用）；被删除或审核不通过的商品每 6 小时查询一次。',
  },
};

const MAX_PAGES_PER_VISIT = 3;
/** In longer, so many products may leave a list and enter it that their number proves nothing. */
const MAX_READING_MS = 2 * HOUR;

interface Products {
  state: ProductsState;
  values: ValuesOf<typeof delistedProductRecord.fields>;
  interest: undefined;
  memory: ProductsMemory;
}

export const createProductsFeed = (services: FeedServices): FeedEngine =>
  createFeed(services, productsDesign(services));

const productsDesign = (services: FeedServices): FeedDesign<Products> => ({
  key: 'products',
  demand: { weight: 1, cost: 1 },
  state: stateFormat,
  memory: productsMemory(services),
  initialState,
  completeSince: (now) => now - FIRST_LOOKBACK_MS,
  states: {
    // A removal without a date may be another one than an earlier removal for the same reason.
    stateOf: ({ removal_reason, offline_at }) => (offline_at === null ? { removal_reason } : undefined),
    changedAt: () => undefined,
    sinceOfUnmet: ({ removed_at }) => Date.parse(removed_at),
  },
  dueAt,
  fetch: async (visit) => {
    await loadRows(visit, visit.memory.removals, visit.state.removalShards);
    try {
      return await readLists(services, visit);
    } finally {
      visit.update({ removalShards: visit.memory.removals.written() });
    }
  },
  waiting: (state) => {
    const count = productsLeft(state);
    return count > 0 ? { count, since: state.visitedAt } : null;
  },
});

async function readLists(services: FeedServices, visit: Visit<Products>): Promise<boolean> {
  const { lost, now } = visit;
  if (lost.watched || lost.recordsSince !== undefined) {
    const since = lost.recordsSince ?? now;
    const skipped = skippedSpan(visit.state, since, now);
    if (skipped) visit.report(skipped);
    visit.remember({ ...visit.memory, lists: noHistories });
    visit.update(fromFirstPages(afterLoss(visit.state, since, now), now));
  }
  const due = () => dueLists(visit.state, now);
  let pages = 0;
  // A page of each list in turn, so that a long list does not keep the others waiting.
  for (let names = due(); names.length > 0; names = due()) {
    for (const name of names) {
      if (pages === MAX_PAGES_PER_VISIT || !visit.canContinue()) return true;
      await readPage(services, name, visit);
      pages += 1;
    }
  }
  return true;
}

async function readPage(services: FeedServices, name: ListName, visit: Visit<Products>): Promise<void> {
  const { now } = visit;
  const before = visit.memory.lists[name];
  const list = withoutOldReading(visit.state.lists[name], before, now);
  const isFirst = !isStarted(list.reading);
  const reading = isFirst ? beginningOf(before) : list.reading;
  const { answer, answeredAt } = await visit.call(productList, { status: name, page: reading.page });

  const history = { ...before, startedAt: isFirst ? now : before.startedAt, seen: { ...before.seen } };
  const products = answer.items.map((row) => delistedProduct(name, row, now));
  const context = { log: services.log, method: productList.name };
  const { rows, ids, problem } = readRows(delistedProductRecord, products, answeredAt, context);
  for (const { values } of rows) history.seen[keepProduct(values, history, visit)] = history.readings;
  const rememberList = (next: ListHistory) =>
    visit.remember({ ...visit.memory, lists: { ...visit.memory.lists, [name]: next } });
  const updateList = (next: ProductsState['lists'][ListName]) =>
    visit.update({ visitedAt: now, lists: { ...visit.state.lists, [name]: next } });
  if (problem) {
    rememberList(history);
    updateList({ ...list, reading });
    throw problem;
  }
  const page = { ids, total: answer.total, pages: answer.pages };
  const after = afterListPage(name, { ...list, reading }, page, now);
  updateList(after.isEnd ? { ...after.list, readAt: history.startedAt } : after.list);
  if (!after.isEnd) return rememberList(history);
  const { history: next, left } = afterReading(history, after.isTaken);
  rememberList(next);
  for (const digest of left) if (isUndated(digest)) visit.memory.removals.recordBack(digest);
  if (after.isTaken)
    visit.report({ from: before.startedBefore || visit.state.since, to: now, isIncompleteList: true });
}

/** A reading that began long ago begins again, unless its list is too long to be read by one visit. */
function withoutOldReading(list: ProductList, { startedAt }: ListHistory, now: number): ProductList {
  const { reading, unproven } = list;
  const isKept =
    now - startedAt <= MAX_READING_MS || reading.pages > MAX_PAGES_PER_VISIT || unproven >= MAX_UNPROVEN;
  return isKept || !isStarted(reading)
    ? list
    : { ...list, reading: newListReading(), unproven: unproven + 1 };
}

/**
 * Keeps a product if it is new in its list.
 * @returns its digest
 */
function keepProduct(values: Products['values'], history: ListHistory, visit: Visit<Products>): string {
  const { now, state } = visit;
  const { product_id, removal_reason, offline_at, updated_at } = values;
  const digest = digestOf(product_id, removal_reason, offline_at);
  if (Object.hasOwn(history.seen, digest)) return digest;
  const { removals } = visit.memory;
  const entry = isUndated(digest) ? removals.count(digest, history.readings === 0) : 1;
  const changedAt = Date.parse(offline_at ?? updated_at ?? '');
  const isNew = isNewlyOffline(history, changedAt, state.since, now);
  if (isUndated(digest)) removals.recordRemoved(digest, entry, isNew);
  if (isNew) {
    const leftAt = removalTime(history, changedAt, now);
    const id = [product_id, digest, entry].join('/');
    const found = visit.known.get(id)?.values ?? { ...values, removed_at: toIso(leftAt) };
    visit.keep(id, found, leftAt, { entry });
  }
  return digest;
}

const UNDATED = '~';
const isUndated = (digest: string): boolean => digest.endsWith(UNDATED);

const digestOf = (productId: string, reason: string, offlineAt: string | null): string =>
  shortDigest([productId, reason, offlineAt].join('/'), 8) + (offlineAt === null ? UNDATED : '');

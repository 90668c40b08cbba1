/** The products feed: products that left the shelf (`product-reading.ts`). */

import { PRODUCT_PAGE_SIZE, productList } from '../aliexpress/methods/product-list.ts';
import { delistedProductRecord } from '../aliexpress/records/delisted-product.ts';
import { product } from '../aliexpress/records/product.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { callDemands } from './call-demands.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { onlyRecords } from './engine/only-records.ts';
import { loadRows } from './engine/skipped-events.ts';
import { OFFLINE_EVERY_MS, REMOVED_EVERY_MS } from './product-lists.ts';
import { isDelisted, type Products } from './product-pages.ts';
import { readLists } from './product-reading.ts';
import { NEW_FOR_MS } from './product-sales.ts';
import { onSaleSince } from './product-sales-reading.ts';
import {
  FIRST_LOOKBACK_MS,
  hasNewDemand,
  initialState,
  productsLeft,
  recordDemand,
  stateFormat,
  unreadSince,
} from './product-state.ts';
import { dueAt, MAX_WAIT_MS, rareCallsPerDay } from './product-tasks.ts';
import { productsMemory } from './products-memory.ts';

const OFFLINE_MINUTES = OFFLINE_EVERY_MS / MINUTE;
const REMOVED_HOURS = REMOVED_EVERY_MS / HOUR;
const MAX_REMOVED_HOURS = (REMOVED_EVERY_MS + MAX_WAIT_MS) / HOUR;
const NEW_DAYS = NEW_FOR_MS / DAY;

export const products: FeedDeclaration<typeof delistedProductRecord.fields> = {
  key: 'products',
  record: delistedProductRecord,
  reads: [productList],
  cost: {
    en: `1 for ${PRODUCT_PAGE_SIZE} offline products and check`,
    zh: `每次查询每 ${PRODUCT_PAGE_SIZE} 个下架商品 1 次`,
  },
  freshness: {
    en: `Offline products are checked every ${OFFLINE_MINUTES} minutes at most, or every hour if there are more than ${PRODUCT_PAGE_SIZE}, with 1 call each time. Products that were deleted or sent back for correction are checked every ${REMOVED_HOURS} to ${MAX_REMOVED_HOURS} hours.`,
    zh: `下架商品最快每 ${OFFLINE_MINUTES} 分钟查询一次（超过 ${PRODUCT_PAGE_SIZE} 个时每小时一次），每次消耗 1 次调用；被删除或审核不通过的商品每 ${REMOVED_HOURS} 至 ${MAX_REMOVED_HOURS} 小时查询一次。`,
  },
};

/** Products that have gone on sale. */
export const productsOnSale: FeedDeclaration<typeof product.fields> = {
  key: 'products_on_sale',
  record: product,
  reads: [productList],
  cost: {
    en: '1 per check',
    zh: '每次查询 1 次',
  },
  freshness: {
    en: `New products are checked every hour at most, with 1 call each time. A product counts as new for ${NEW_DAYS} days after it was created.`,
    zh: `新商品最快每小时查询一次，每次消耗 1 次调用。创建后 ${NEW_DAYS} 天内首次上架的商品视为新商品。`,
  },
};

const onlyDelisted = onlyRecords(isDelisted);
const onlyOnSale = onlyRecords((values) => !isDelisted(values));

export const createProductsFeed = (services: FeedServices): FeedEngine =>
  onlyDelisted(createFeed(services, productsDesign(services, { delisted: true, onSale: false })));

export const createProductsOnSaleFeed = (services: FeedServices): FeedEngine =>
  onlyOnSale(createFeed(services, productsDesign(services, { delisted: false, onSale: true })));

const productsDesign = (services: FeedServices, interest: Products['interest']): FeedDesign<Products> => ({
  key: 'products',
  demand: callDemands.products,
  rareCallsPerDay,
  state: stateFormat,
  memory: productsMemory(services),
  initialState,
  completeSince: (now) => now - FIRST_LOOKBACK_MS,
  states: {
    // A removal without a date may be another one than an earlier removal for the same reason.
    stateOf: (values) => {
      if (!isDelisted(values)) return { status: values.status };
      const { removal_reason, offline_at } = values;
      return offline_at === null ? { removal_reason } : undefined;
    },
    changedAt: () => undefined,
    sinceOfUnmet: (values) => (isDelisted(values) ? Date.parse(values.removed_at) : onSaleSince(values)),
  },
  interest: { of: async () => interest, hasNewDemand, recordDemand },
  unreadSince: (state) => unreadSince(state, interest),
  dueAt,
  fetch: async (visit) => {
    await loadRows(visit, visit.memory.removals, visit.state.removalShards);
    try {
      return await readLists(services, visit);
    } finally {
      visit.update({ removalShards: visit.memory.removals.written() });
    }
  },
  readsWholeLists: ({ wholeSince }) => wholeSince > 0,
  waiting: (state) => {
    const count = productsLeft(state);
    return count > 0 ? { count, since: state.visitedAt } : null;
  },
});

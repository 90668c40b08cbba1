/** The products feed: products that left the shelf (`product-reading.ts`). */

import { productList } from '../aliexpress/methods/product-list.ts';
import { delistedProductRecord } from '../aliexpress/records/delisted-product.ts';
import { product } from '../aliexpress/records/product.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import { callDemands } from './call-demands.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { onlyRecords } from './engine/only-records.ts';
import { loadRows } from './engine/skipped-events.ts';
import { isDelisted, type Products } from './product-pages.ts';
import { readLists } from './product-reading.ts';
import { onSaleSince } from './product-sales-reading.ts';
import {
  FIRST_LOOKBACK_MS,
  hasNewDemand,
  initialState,
  productsLeft,
  recordDemand,
  stateFormat,
} from './product-state.ts';
import { dueAt, rareCallsPerDay } from './product-tasks.ts';
import { productsMemory } from './products-memory.ts';

export const products: FeedDeclaration<typeof delistedProductRecord.fields> = {
  key: 'products',
  record: delistedProductRecord,
  reads: [productList],
  cost: {
    en: '1 for 99 offline products and check',
    zh: '每次查询每 99 个下架商品 1 次',
  },
  freshness: {
    en: 'Offline products are checked every 30 minutes at most, or every hour if there are more than 99, with 1 of the 200 calls a day. Products that were deleted or sent back are checked every 6 to 24 hours.',
    zh: '下架商品最快每 30 分钟查询一次（超过 99 个时每小时一次），每次消耗 1 次调用（每天共 200 次）；被删除或审核不通过的商品每 6 至 24 小时查询一次。',
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
    en: 'New products are checked every hour at most, with 1 of the 200 calls a day. A product counts as new for 30 days after it was created.',
    zh: '新商品最快每小时查询一次，每次消耗 1 次调用（每天共 200 次）。创建后 30 天内首次上架的商品视为新商品。',
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

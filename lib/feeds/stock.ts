/**
 * The stock feed: the SKUs of the products that workflows watch (`stock-schedule.ts`), with the levels that their stock has
 * had (`stock-history.ts`). A stock that falls is low once, and once more after a restock.
 */

import { productDetail } from '../aliexpress/methods/product-detail.ts';
import { readRecord } from '../aliexpress/read-record.ts';
import { type SkuOfProduct, sku, skusOf } from '../aliexpress/records/sku.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { fail, isProblem, Problem } from '../problems.ts';
import { MINUTE } from '../runtime.ts';
import { callDemands } from './call-demands.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { entryOf } from './engine/record-states.ts';
import { loadRows } from './engine/skipped-events.ts';
import { decisiveStates, openStockHistory, type StockHistory, stockOf } from './stock-history.ts';
import {
  afterCheck,
  afterFailure,
  afterLoss,
  afterRefusal,
  CHECK_EVERY_MS,
  dueAt,
  dueProducts,
  hasNewDemand,
  initialState,
  recordDemand,
  type StockState,
  stateFormat,
  tooMany,
  waiting,
} from './stock-schedule.ts';

const EVERY_MINUTES = CHECK_EVERY_MS / MINUTE;

export const stock: FeedDeclaration<typeof sku.fields, 'product_ids'> = {
  key: 'stock',
  record: sku,
  reads: [productDetail],
  readsInputs: ['product_ids'],
  cost: {
    en: '1 per watched product and check',
    zh: '每个关注商品每次查询 1 次',
  },
  freshness: {
    en: `A product is checked every ${EVERY_MINUTES} minutes at most, with 1 call each time. Of many products, each is checked a few times a day. All workflows of the shop share these checks.`,
    zh: `同一商品最快每 ${EVERY_MINUTES} 分钟查询一次，每次消耗 1 次调用；商品多时，每个每天只查询几次。店铺的所有流程共用查询结果。`,
  },
};

export const NOT_OWN_PRODUCTS = {
  field: { en: 'Products', zh: '商品' },
  allowed: { en: 'product numbers of this shop', zh: '本店商品的 ID' },
};

interface Stock {
  state: StockState;
  values: ValuesOf<typeof sku.fields>;
  /** Product ids. */
  interest: readonly string[];
  memory: StockHistory;
}

export const createStockFeed = (services: FeedServices): FeedEngine =>
  createFeed(services, stockDesign(services));

const stockDesign = (services: FeedServices): FeedDesign<Stock> => ({
  key: 'stock',
  demand: callDemands.stock,
  fullCost: ({ watched }) => Math.max(1, Object.keys(watched).length),
  state: stateFormat,
  memory: { open: async () => openStockHistory(services), store: (history) => history.store() },
  initialState,
  completeSince: (now) => now,
  states: {
    stateOf: ({ stock }) => ({ stock }),
    changedAt: () => undefined,
    // Nothing says since when a stock that was never checked before is low.
    sinceOfUnmet: () => 0,
    needed: decisiveStates,
  },
  afterLoss: (state, _, now) => afterLoss(state, now),
  dueAt,
  interest: {
    of: async ({ inputs }) => (Array.isArray(inputs?.product_ids) ? inputs.product_ids : []),
    hasNewDemand,
    recordDemand,
    tooMany,
  },
  fetch: (visit) => checkDueProducts(services, visit),
  waiting,
});

async function checkDueProducts(services: FeedServices, visit: Visit<Stock>): Promise<boolean> {
  await loadRows(visit, visit.memory, visit.state.historyShards);
  let failure: Problem | null = null;
  try {
    while (visit.calls() < visit.credit && visit.canContinue()) {
      const [next] = dueProducts(visit.state, visit.now);
      if (next === undefined) break;
      failure = (await checkProduct(services, next, visit)) ?? failure;
    }
  } finally {
    visit.update({ historyShards: visit.memory.written() });
  }
  // If no product could ever be read, the user must know.
  if (failure && visit.known.size === 0) throw failure;
  return true;
}

/**
 * @returns why the product could not be checked, if the error is about this product alone
 * @throws Problem of any other kind
 */
async function checkProduct(
  services: FeedServices,
  productId: string,
  visit: Visit<Stock>,
): Promise<Problem | null> {
  const { now } = visit;
  const paid = visit.calls();
  try {
    const { answer, answeredAt } = await visit.call(productDetail, { productId });
    const product = answer.items[0] ?? fail('bad_input', NOT_OWN_PRODUCTS);
    for (const found of skusOf(product)) keepSku(services, productId, found, answeredAt, visit);
    visit.update(afterCheck(visit.state, productId, now));
    return null;
  } catch (error) {
    if (visit.calls() > paid) visit.update(afterFailure(visit.state, productId, now));
    if (!isProblem(error, 'request_refused', 'answer_changed', 'bad_input')) throw error;
    visit.update(afterRefusal(visit.state, productId, now));
    services.log('a watched product could not be checked', { because: error.kind });
    return isProblem(error, 'request_refused') ? new Problem('bad_input', NOT_OWN_PRODUCTS) : error;
  }
}

function keepSku(
  { log }: FeedServices,
  productId: string,
  found: SkuOfProduct,
  answeredAt: number,
  visit: Visit<Stock>,
): void {
  const key = `${productId}/${found.id}`;
  const { values: known, states = [] } = visit.known.get(key) ?? {};
  const remembered = known ? undefined : visit.memory.statesOf(key);
  const last = states.at(-1) ?? remembered?.states.at(-1);
  const before = known?.stock ?? (last && stockOf(last));
  const hasChanged = found.stock !== before;
  const hasRisen = before !== undefined && (found.stock ?? 0) > before;
  const source = {
    ...found.raw,
    key,
    previous_stock: hasChanged ? before : known?.previous_stock,
    changed_at: hasChanged || !known ? answeredAt : Date.parse(known.stock_changed_at),
    restocked_at: hasRisen || !known ? answeredAt : Date.parse(known.restocked_at),
  };
  const values = readRecord(sku, source, answeredAt, log);
  if (!values) return;
  // A restock begins another entry into a low stock.
  const entry = last ? entryOf(last) + Number(hasRisen) : 1;
  visit.memory.record(key, visit.keep(key, values, undefined, { known: remembered, entry }));
}

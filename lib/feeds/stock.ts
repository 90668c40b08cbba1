/**
 * The stock feed: the SKUs of the products that workflows watch.
 *
 * - Which products, stands in the inputs of the workflows. A product is watched until nobody has wanted it for 26 hours.
 * - Each look at a product is a call of its own. The product that was not looked at for longest comes first, and none is
 *   looked at more often than every 20 minutes.
 * - A record says when its stock last rose. So an alert that goes by that time is given once while the stock falls, and
 *   once more after it was filled up.
 */

import * as z from 'zod';
import { convert } from '../aliexpress/convert.ts';
import { productDetail } from '../aliexpress/methods/product-detail.ts';
import { sku } from '../aliexpress/records/sku.ts';
import * as wire from '../aliexpress/wire.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { fail, isProblem, type Problem } from '../problems.ts';
import { HOUR, MINUTE } from '../runtime.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { createFeed, type FeedDesign, type Visit } from './engine/visits.ts';

export const stock: FeedDeclaration<typeof sku.fields, 'products'> = {
  key: 'stock',
  record: sku,
  reads: [productDetail],
  readsInputs: ['products'],
  freshness: {
    en: 'A product is checked every 20 minutes at most, with 1 of the 200 calls a day. 20 products are checked a few times a day. All workflows of the shop share these checks.',
    zh: '同一商品最快每 20 分钟查询一次，每次消耗 1 次调用（每天共 200 次）；20 个商品每天各查询几次。店铺的所有流程共用查询结果。',
  },
};

const LOOK_EVERY_MS = 20 * MINUTE;
/** A product that AliExpress does not know, or shows in a form of its own. */
const REFUSED_EVERY_MS = 6 * HOUR;
/** A product is watched for so long after a workflow wanted it, and that is noted again after an hour. */
const INTEREST_TTL_MS = 26 * HOUR;
const RECORD_INTERVAL_MS = HOUR;
const MAX_WATCHED = 100;
const OWN_PRODUCTS = { en: 'numbers of products of this shop', zh: '本店商品的编号' };

const stateSchema = z.object({
  /** By product number; times in epoch milliseconds. */
  watched: z.record(
    z.string(),
    z.object({
      interestAt: z.number(),
      /** 0: never. */
      checkedAt: z.number(),
      dueAt: z.number(),
    }),
  ),
});
type State = z.infer<typeof stateSchema>;
type Values = ValuesOf<typeof sku.fields>;

export function createStockFeed(services: FeedServices): FeedEngine {
  const { log } = services;

  function note(state: State, productId: string, now: number): boolean {
    const known = state.watched[productId];
    if (known && now - known.interestAt < RECORD_INTERVAL_MS) return false;
    if (!known && Object.keys(state.watched).length >= MAX_WATCHED) {
      log('a product is not watched, because there are too many', { most: MAX_WATCHED });
      return false;
    }
    state.watched[productId] = { checkedAt: 0, dueAt: now, ...known, interestAt: now };
    return true;
  }

  /** @returns why the product could not be looked at, where that is the product's own trouble */
  async function checkProduct(productId: string, visit: Visit<State, Values>): Promise<Problem | null> {
    const { now, state } = visit;
    const paid = visit.calls();
    const plan = (dueAt: number) => {
      state.watched[productId] = { ...watch(state, productId), checkedAt: now, dueAt };
    };
    try {
      const { answer, answeredAt } = await visit.call(productDetail, { product_id: productId });
      const product =
        answer.result ?? fail('bad_input', { field: { en: 'Products', zh: '商品' }, allowed: OWN_PRODUCTS });
      for (const raw of skusOf(product)) take(productId, product, raw, answeredAt, visit);
      plan(now + LOOK_EVERY_MS);
      return null;
    } catch (error) {
      // Whatever is wrong with one product, the others get their turn.
      if (visit.calls() > paid) plan(watch(state, productId).dueAt);
      if (!isProblem(error, 'request_refused', 'answer_changed', 'bad_input')) throw error;
      plan(now + REFUSED_EVERY_MS);
      log('a watched product could not be looked at', { because: error.kind });
      return error;
    }
  }

  function take(productId: string, product: Raw, raw: Raw, at: number, visit: Visit<State, Values>): void {
    const key = `${productId}/${wire.text.safeParse(raw.id).data || 'default'}`;
    const known = visit.known.get(key)?.values;
    const pieces = wire.integer.safeParse(raw.ipm_sku_stock).data;
    const isChanged = pieces !== known?.stock;
    const isMore = !known || (pieces ?? 0) > known.stock;
    const converted = convert(
      sku,
      {
        product,
        sku: raw,
        key,
        previous_stock: isChanged ? known?.stock : known?.previous_stock,
        changed_at: isChanged || !known ? at : Date.parse(known.stock_changed_at),
        restocked_at: isMore ? at : Date.parse(known.restocked_at),
      },
      at,
    );
    if (!converted) {
      log('a SKU without a stock was left out', { method: productDetail.name });
      return;
    }
    for (const field of converted.unreadable) log('a field of a SKU could not be read', { field });
    visit.keep(key, converted.values);
  }

  const design: FeedDesign<State, Values> = {
    key: 'stock',
    demand: { weight: 1, cost: 1 },
    state: stateSchema,
    first: () => ({ watched: {} }),
    completeSince: (now) => now,
    lost: ({ watched }, _, now) => {
      for (const product of Object.values(watched)) product.dueAt = now;
    },
    dueAt: ({ watched }, now) =>
      Math.min(now + INTEREST_TTL_MS, ...Object.values(watched).map(({ dueAt }) => dueAt)),
    wish: async (state, { inputs }, now) => {
      forget(state, now);
      const wanted = inputs?.products;
      const ids = typeof wanted === 'object' ? wanted : [];
      return ids.map((id) => note(state, id, now)).some(Boolean);
    },
    look: async (visit) => {
      let failure: Problem | null = null;
      while (visit.calls() < visit.saved && visit.canContinue()) {
        const [next] = dueProducts(visit.state, visit.now);
        if (next === undefined) break;
        failure = (await checkProduct(next, visit)) ?? failure;
      }
      // Where none could ever be looked at, somebody must know.
      if (failure && visit.known.size === 0) throw failure;
      return true;
    },
    waiting: (state, now) => {
      const waiting = dueProducts(state, now).map((id) => watch(state, id).dueAt);
      return waiting.length > 0 ? { count: waiting.length, since: Math.min(...waiting) } : null;
    },
  };
  return createFeed(services, design);
}

type Raw = Record<string, unknown>;

const skusOf = (product: Raw): Raw[] =>
  (wire.list.safeParse(product.aeop_ae_product_s_k_us).data ?? []).map(
    (item) => wire.record.safeParse(item).data ?? {},
  );

const watch = ({ watched }: State, productId: string) =>
  watched[productId] ?? { interestAt: 0, checkedAt: 0, dueAt: 0 };

function forget(state: State, now: number): void {
  const wanted = Object.entries(state.watched).filter(
    ([, { interestAt }]) => now - interestAt <= INTEREST_TTL_MS,
  );
  state.watched = Object.fromEntries(wanted);
}

/** The one that was not looked at for longest comes first. */
const dueProducts = (state: State, now: number): string[] =>
  Object.keys(state.watched)
    .filter((id) => watch(state, id).dueAt <= now)
    .sort((a, b) => watch(state, a).checkedAt - watch(state, b).checkedAt);

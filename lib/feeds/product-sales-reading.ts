/** How the products feed reads products that are on sale (`product-sales.ts`). */

import { productList } from '../aliexpress/methods/product-list.ts';
import { ON_SALE } from '../aliexpress/product-terms.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { changeOf, listedProduct, product } from '../aliexpress/records/product.ts';
import type { Problem } from '../problems.ts';
import { shortDigest } from '../stores/digest.ts';
import type { Span } from './engine/chunks.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import { afterPage, isDone, isStarted } from './engine/paging.ts';
import { afterWindow, afterWindowPage, nextWindow, withShown, zoneOf } from './product-changes.ts';
import type { OnSaleProduct, Products } from './product-pages.ts';
import {
  afterFirstPage,
  isNewOnSale,
  minuteOf,
  NEW_FOR_MS,
  ON_SALE_EVERY_MS,
  type OnSale,
  stillNew,
} from './product-sales.ts';

const MAX_PAGES_PER_VISIT = 3;

const updateOnSale = (visit: Visit<Products>, changes: Partial<OnSale>) =>
  visit.update({ onSale: { ...visit.state.onSale, ...changes } });

export async function readOnSale(services: FeedServices, visit: Visit<Products>): Promise<void> {
  for (let pages = 0; pages < MAX_PAGES_PER_VISIT && visit.canContinue(); pages += 1) {
    const { isKnown, changes } = visit.state.onSale;
    if (changes.dueAt > visit.now) return;
    await (isKnown ? readChanges : readFirst)(services, visit);
  }
}

/** Reads the next page of what is on sale when the feed begins. */
async function readFirst(services: FeedServices, visit: Visit<Products>): Promise<void> {
  const { now } = visit;
  const { first, startedAt, unproven } = visit.state.onSale;
  const began = isStarted(first) || unproven > 0 ? startedAt : now;
  const page = await callPage(services, visit, { page: first.page });
  keepNew(page.products, visit);
  updateOnSale(visit, { startedAt: began });
  if (page.problem) throw page.problem;
  const onSale = afterFirstPage(visit.state.onSale, afterPage(first, page), now);
  visit.update({ onSale });
  if (onSale.isPartial) visit.report({ from: began, to: now, isIncompleteList: true });
}

/** Reads the next page of what has changed. */
async function readChanges(services: FeedServices, visit: Visit<Products>): Promise<void> {
  const { now } = visit;
  const window = nextWindow(visit.state.onSale.changes, now);
  const { from, to, reading } = window;
  const page = await callPage(services, visit, { page: reading.page, changed: { from, to } });
  keepNew(page.products, visit);
  const { changes } = visit.state.onSale;
  if (page.problem) {
    updateOnSale(visit, { changes: { ...changes, open: window } });
    throw page.problem;
  }
  const next = afterWindowPage(window, page);
  const shown = withShown(changes, next, page.written, visit.state.zone);
  if (!isDone(next.reading)) return updateOnSale(visit, { changes: { ...shown, open: next } });
  const after = afterWindow(shown, next, { now, everyMs: ON_SALE_EVERY_MS });
  updateOnSale(visit, { changes: after.changes });
  if (after.isTaken) visit.report({ from, to, isIncompleteList: true });
}

async function callPage(
  { log }: FeedServices,
  visit: Visit<Products>,
  { page, changed }: { page: number; changed?: Span },
) {
  const { now, state } = visit;
  const created = { from: now - NEW_FOR_MS, to: now };
  const request = { status: ON_SALE, page, created, zone: state.zone, ...(changed && { changed }) };
  const { answer, answeredAt } = await visit.call(productList, request);
  const written = answer.items.map(changeOf);
  const zone = state.zone ?? zoneOf(state.onSale.changes, written, answeredAt);
  visit.update({ visitedAt: now, zone });
  const rows = readRows(
    product,
    answer.items.map((row) => listedProduct(ON_SALE, row, zone)),
    answeredAt,
    { log, method: productList.name },
  );
  const problem: Problem | undefined = rows.problem;
  const { total, pages } = answer;
  return { ids: rows.ids, total, pages, problem, written, products: rows.rows.map(({ values }) => values) };
}

/** Keeps the products that went on sale since the feed began, or were created since. */
function keepNew(products: readonly OnSaleProduct[], visit: Visit<Products>): void {
  const { now, state } = visit;
  const seen = { ...visit.memory.onSale };
  for (const values of products) {
    const digest = shortDigest(values.product_id, 8);
    const createdAt = Date.parse(values.created_at ?? '');
    if (Object.hasOwn(seen, digest)) continue;
    seen[digest] = minuteOf(Number.isNaN(createdAt) ? now : createdAt);
    if (!isNewOnSale(state.onSale, createdAt, { since: state.since, now })) continue;
    visit.keep(`${ON_SALE}/${values.product_id}`, values, onSaleSince(values));
  }
  visit.remember({ ...visit.memory, onSale: stillNew(seen, now) });
}

/** When a product that was not on sale before went on sale, epoch milliseconds: its last change, or its creation. */
export const onSaleSince = ({ updated_at, created_at }: OnSaleProduct): number =>
  Date.parse(updated_at ?? created_at ?? '') || 0;

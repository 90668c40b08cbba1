/**
 * How the products feed reads its lists. A list of one page is read whole (`product-lists.ts`), a longer one by time of
 * change (`product-changes.ts`), unless that was found to miss products.
 */

import { PRODUCT_PAGE_SIZE } from '../aliexpress/methods/product-list.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import { afterPage, isDone, isStarted } from './engine/paging.ts';
import {
  afterWindow,
  afterWindowPage,
  isIgnored,
  isMissed,
  NO_CHANGES,
  nextWindow,
  withShown,
} from './product-changes.ts';
import {
  afterListPage,
  afterReading,
  asUnread,
  beginningOf,
  isUndated,
  type ListHistory,
  type ListName,
  MAX_PAGES_PER_VISIT,
  newListReading,
  type ProductList,
  windowEveryMs,
  withoutOldReading,
} from './product-lists.ts';
import { forgetLost } from './product-loss.ts';
import {
  callPage,
  type Delisted,
  isOwnChange,
  keepProducts,
  type Products,
  type ReadPage,
  rememberList,
  updateList,
} from './product-pages.ts';
import { hearProbe } from './product-probe.ts';
import { readOnSale } from './product-sales-reading.ts';
import { isWanted } from './product-state.ts';
import { checkEveryMs, dueTasks, unmetLists, withFound } from './product-tasks.ts';
import { readWhole } from './product-whole.ts';

export async function readLists(services: FeedServices, visit: Visit<Products>): Promise<boolean> {
  const { now } = visit;
  forgetLost(visit);
  if (isWanted(visit.state, 'onSale', now)) await readOnSale(services, visit);
  if (isWanted(visit.state, 'delisted', now)) await readDelisted(services, visit);
  return true;
}

async function readDelisted(services: FeedServices, visit: Visit<Products>): Promise<void> {
  const { now } = visit;
  await hearProbe(services, visit);
  // The first visit meets every list.
  const unmet = unmetLists(visit.state);
  const limit = Math.max(unmet, Math.min(MAX_PAGES_PER_VISIT, visit.credit));
  let [calls, paid] = [0, 0];
  // A feed with much saved up may read more of what is rare; the rest of the day pays for it.
  const left = () => visit.kept + (visit.credit - 1) - (calls - paid);
  const due = () => dueTasks(visit.state, now, left());
  // A page of each list in turn, so that a long list does not keep the others waiting.
  for (let tasks = due(); tasks.length > 0; tasks = due()) {
    for (const [n, task] of tasks.entries()) {
      if (paid === limit || calls === MAX_PAGES_PER_VISIT || !visit.canContinue()) return;
      // What is rare must not delay what is not: the last call of the visit is left to it.
      const isLast = calls === MAX_PAGES_PER_VISIT - 1;
      if (task.isRare && isLast && tasks.slice(n).some((later) => !later.isRare)) continue;
      const share = task.isRare ? 'rare' : undefined;
      await (task.kind === 'window' ? readWindow : readPage)(services, task.name, visit, share);
      calls += 1;
      paid += task.isRare ? 0 : 1;
    }
  }
}

/** Reads a page of the whole list: the next one of its reading, or of the check of a long list. */
async function readPage(
  services: FeedServices,
  name: ListName,
  visit: Visit<Products>,
  share?: 'rare',
): Promise<unknown> {
  const { now } = visit;
  const before = visit.memory.lists[name];
  const list = withoutOldReading(visit.state.lists[name], before, now);
  const { isLong } = list;
  const isFirst = !isStarted(list.reading);
  const reading = isFirst && !isLong ? beginningOf(before) : list.reading;
  const page = await callPage(services, name, visit, { page: reading.page, share });

  const history = { ...before, startedAt: isFirst ? now : before.startedAt, seen: { ...before.seen } };
  const found = keepProducts(page.products, { history, isByDate: isLong }, visit);
  if (page.problem) {
    rememberList(visit, name, history);
    updateList(visit, name, { unproven: list.unproven, reading });
    throw page.problem;
  }
  const next = { ...withFound(visit.state.lists[name], found.length, now), unproven: list.unproven, reading };
  if (isLong) return afterCheck(services, name, { list: next, history, page, found }, visit);
  const isTooLong = isFirst && page.total > PRODUCT_PAGE_SIZE && visit.state.wholeSince === 0;
  return isTooLong
    ? beginWindows(services, name, { list: next, history, page, found }, visit)
    : afterWholePage(name, { list: next, history, page, found }, visit);
}

/** What a page of a list has brought. */
interface PageRead {
  list: ProductList;
  history: ListHistory;
  page: ReadPage;
  /** The products that are new to the feed. */
  found: readonly Delisted[];
}

function afterWholePage(name: ListName, { list, history, page }: PageRead, visit: Visit<Products>): void {
  const { now, state } = visit;
  const { startedBefore } = history;
  const after = afterListPage(name, list, page, now);
  updateList(visit, name, after.isEnd ? { ...after.list, readAt: history.startedAt } : after.list);
  if (after.isEnd) forgetLeft(name, history, after, visit);
  else rememberList(visit, name, history);
  if (after.isTaken) visit.report({ from: startedBefore || state.since, to: now, isIncompleteList: true });
}

/** Forgets what was not met in two readings in a row. */
function forgetLeft(
  name: ListName,
  history: ListHistory,
  options: { isTaken: boolean; isLong?: boolean },
  visit: Visit<Products>,
): void {
  const { history: next, left } = afterReading(history, options);
  rememberList(visit, name, next);
  for (const digest of left) if (isUndated(digest)) visit.memory.removals.recordBack(digest);
}

/** The list has more than one page. What has changed since it was read is in the first window. */
async function beginWindows(
  services: FeedServices,
  name: ListName,
  { list, history, page }: PageRead,
  visit: Visit<Products>,
): Promise<void> {
  const { now, state } = visit;
  const watermark = (history.readings > 0 && list.readAt) || list.changes.watermark || state.since;
  rememberList(visit, name, history);
  updateList(visit, name, {
    ...list,
    reading: afterPage(newListReading(), page),
    dueAt: now + checkEveryMs(state),
    isLong: true,
    changes: { ...NO_CHANGES, watermark, dueAt: now },
  });
  if (visit.canContinue()) await readWindow(services, name, visit);
}

/** After a page of a long list was checked. */
function afterCheck(
  { log }: FeedServices,
  name: ListName,
  { list, history, page, found }: PageRead,
  visit: Visit<Products>,
): void {
  const { now, state } = visit;
  const reading = afterPage(list.reading, page);
  if (page.total <= PRODUCT_PAGE_SIZE) {
    rememberList(visit, name, asUnread(history));
    updateList(visit, name, { ...list, isLong: false, reading: newListReading(), dueAt: now });
    return;
  }
  const missed = found.filter(({ offline_at }) =>
    isMissed(list.changes, Date.parse(offline_at ?? ''), state.since, now),
  );
  updateList(visit, name, {
    ...list,
    reading: isDone(reading) ? newListReading() : reading,
    dueAt: now + checkEveryMs(state),
  });
  if (isDone(reading)) forgetLeft(name, history, { isTaken: !reading.isComplete, isLong: true }, visit);
  else rememberList(visit, name, history);
  if (missed.length > 0) {
    log('windows have missed products, so whole lists are read', { list: name, missed: missed.length });
    readWhole(visit);
  }
}

/** Reads the next page of a window. */
async function readWindow(
  services: FeedServices,
  name: ListName,
  visit: Visit<Products>,
  share?: 'rare',
): Promise<void> {
  const { now } = visit;
  const window = nextWindow(visit.state.lists[name].changes, now);
  const { from, to, reading } = window;
  const page = await callPage(services, name, visit, { page: reading.page, changed: { from, to }, share });
  if (isIgnored(window, page.written)) {
    services.log('windows of products are ignored, so whole lists are read', { list: name });
    readWhole(visit);
    return;
  }
  const before = visit.memory.lists[name];
  const history = { ...before, seen: { ...before.seen } };
  const found = keepProducts(page.products, { history, isByDate: true }, visit);
  rememberList(visit, name, history);
  const list = withFound(visit.state.lists[name], found.length, now);
  if (page.problem) {
    updateList(visit, name, { ...list, changes: { ...list.changes, open: window } });
    throw page.problem;
  }
  const next = afterWindowPage(window, page);
  const shown = withShown(list.changes, next, page.written, visit.state.zone);
  const { changes, isTaken } = isDone(next.reading)
    ? afterWindow(shown, next, { now, everyMs: windowEveryMs(name) })
    : { changes: { ...shown, open: next }, isTaken: false };
  updateList(visit, name, { ...list, changes });
  if (isTaken) visit.report({ from, to, isIncompleteList: true });
  if (found.some(isOwnChange)) visit.update({ isProven: true, provenAt: now });
}

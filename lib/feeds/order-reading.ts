/** How the orders feed reads its streams: which of them, how far, and what it keeps of an order. */

import { readCapabilities } from '../aliexpress/capabilities.ts';
import { orderList } from '../aliexpress/methods/order-list.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import { isProblem } from '../problems.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import { hasOnlyKnown, isDone, isStarted } from './engine/paging.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import { MAX_BASELINE_CALLS, takenAsBaseline } from './order-baseline.ts';
import { pagesOfGap, withGapReading } from './order-gap.ts';
import { nextEntry, type OrderHistory, statesOf } from './order-history.ts';
import { knownWithin, type OrderValues } from './order-known.ts';
import {
  afterImplausible,
  isCheck,
  isMixed,
  isSettled,
  isWholeList,
  listedApart,
  withEvidence,
  withListing,
  withProbed,
} from './order-listing.ts';
import { afterLook } from './order-look.ts';
import { statesBefore, withKnownDeadlines } from './order-states.ts';
import {
  baselineStreams,
  gapStreams,
  isByChange,
  isOfBaseline,
  isOfGap,
  isOfLateEnd,
  placedWithin,
  recalledStreams,
  type StreamName,
  streamNames,
  streamOf,
} from './order-stream-list.ts';
import {
  afterRefusedLateEnd,
  afterUnproven,
  afterWindow,
  endOf,
  isDue,
  type OrdersState,
  startOf,
  withStream,
} from './order-streams.ts';
import { afterWindowPage, newWindow, type OrderWindow } from './order-windows.ts';

export interface Orders {
  state: OrdersState;
  values: OrderValues;
  interest: { unshipped: boolean; changes: boolean };
  memory: OrderHistory;
}

/** @returns whether everything that is due was read */
export async function readDueStreams(services: FeedServices, visit: Visit<Orders>): Promise<boolean> {
  let isComplete = true;
  await hearProbe(services, visit);
  visit.update(withListing(visit.state, visit.now));
  const isOrdinary = (name: StreamName) => !isOfGap(name) && !isOfBaseline(name);
  for (const name of streamNames.filter(isOrdinary)) {
    if (!isDue(name, visit.state, visit.now)) continue;
    const before = visit.calls();
    const result = await readMixed(services, name, visit);
    if (name === 'active') visit.update(afterLook(visit.state, visit.calls() - before, visit));
    if (result === 'open') return false;
    isComplete &&= result === 'read';
  }
  await readBaseline(services, visit);
  await readGap(services, visit);
  return isComplete;
}

/** Takes over what a probe has found out, while the feed has not found it out itself. */
async function hearProbe(services: FeedServices, visit: Visit<Orders>): Promise<void> {
  if (visit.state.listing.ended !== 'untested') return;
  const capabilities = await readCapabilities(services, visit.state.heardProbedAt);
  if (capabilities) visit.update(withProbed(visit.state, capabilities, visit.now));
}

/** Reads the next pages of the baseline, if one is due. */
async function readBaseline(services: FeedServices, visit: Visit<Orders>): Promise<void> {
  const hasCalls = () => visit.state.baselineCalls < MAX_BASELINE_CALLS;
  const canContinue = () => visit.canContinue() && hasCalls();
  const due = baselineStreams.filter((name) => isDue(name, visit.state, visit.now));
  for (const name of due) await readStream(services, name, visit, canContinue);
  if (due.length > 0 && !hasCalls()) visit.update(takenAsBaseline(visit.state, visit.now));
}

/** Reads the next pages of a gap, if there is one. */
async function readGap(services: FeedServices, visit: Visit<Orders>): Promise<void> {
  const { streams } = visit.state;
  const dueOf = (names: readonly StreamName[]) =>
    names
      .filter((name) => isDue(name, visit.state, visit.now))
      .sort(
        (a, b) => streams[a].unproven - streams[b].unproven || streams[a].watermark - streams[b].watermark,
      );
  const due = [...dueOf(gapStreams), ...dueOf(recalledStreams)];
  if (due.length === 0) return;
  const { pages, state } = pagesOfGap(visit.state, { credit: visit.credit, calls: visit.calls() });
  visit.update(pages > 0 ? withGapReading(state, visit.now) : state);
  const maxCalls = visit.calls() + pages;
  const canContinue = () => visit.canContinue() && visit.calls() < maxCalls;
  for (const name of due) {
    if (canContinue()) await readStream(services, name, visit, canContinue);
  }
}

/**
 * Reads the stream again without the orders that have ended, where AliExpress refuses to list them with the others, and not
 * where it refuses to list what has ended long after it was placed.
 */
async function readMixed(services: FeedServices, name: StreamName, visit: Visit<Orders>) {
  const { listing } = visit.state;
  try {
    return await readStream(services, name, visit);
  } catch (error) {
    if (!isProblem(error, 'request_refused')) throw error;
    if (isOfLateEnd(name)) {
      services.log('AliExpress does not list orders that have ended long after they were placed', {
        stream: name,
      });
      visit.update(afterRefusedLateEnd(visit.state, name, visit.now));
      return 'read';
    }
    if (!isMixed(name, visit.state)) throw error;
  }
  visit.update(listedApart(visit.state, visit.now));
  try {
    return await readStream(services, name, visit);
  } catch (error) {
    // So the orders that have ended were not the reason.
    visit.update({ listing });
    throw error;
  }
}

/**
 * Reads the stream up to now: first the rest of a window that stayed open, then what came after it.
 * @returns `open` if calls or time ran out, `unproven` if orders of a window may be missing
 */
async function readStream(
  services: FeedServices,
  name: StreamName,
  visit: Visit<Orders>,
  canContinue = visit.canContinue,
): Promise<'read' | 'open' | 'unproven'> {
  const { now, known } = visit;
  const end = endOf(name, visit.state, now);
  let readAt = now;
  while (!isSettled(name, visit.state, now)) {
    const { open } = visit.state.streams[name];
    const span = { from: startOf(name, visit.state, known, now), to: end };
    // A window that was not started is extended until now.
    const started =
      open && isStarted(open.reading)
        ? open
        : newWindow(span, knownWithin(name, visit.state, known, { ...span, now }).size);
    const window = await readWindow(services, name, started, visit, canContinue);
    if (!isDone(window.reading)) return 'open';
    if (!window.reading.isComplete) {
      const unproven = afterUnproven(visit.state, name, window, now);
      if (unproven) {
        const isImplausible = window.reading.total === null;
        visit.update(isImplausible ? afterImplausible(unproven, name, now) : unproven);
        return 'unproven';
      }
      services.log('orders of a window may be missing', { stream: name });
      visit.report({ from: window.from, to: now, isIncompleteList: true });
    }
    visit.update(afterWindow(visit.state, name, window));
    // What has entered a whole list since its reading began has changed, and is read by `active`.
    if (isWholeList(name, window, visit.state)) readAt = window.to;
    if (window.to >= end || readAt < now) break;
  }
  visit.update(withStream(visit.state, name, { dueAt: readAt + streamOf(name, visit.state).everyMs }));
  return 'read';
}

/** @returns the window after its last page, or as far as calls and time allow */
async function readWindow(
  services: FeedServices,
  name: StreamName,
  started: OrderWindow,
  visit: Visit<Orders>,
  canContinue: () => boolean,
): Promise<OrderWindow> {
  let window = started;
  for (;;) {
    visit.update(withStream(visit.state, name, { open: window }));
    if (isDone(window.reading) || !canContinue()) return window;
    const page = await readPage(services, name, window, visit);
    window = afterWindowPage(window, page);
    const { state, known, now } = visit;
    const isKnown = () => hasOnlyKnown(window.reading, knownWithin(name, state, known, { ...window, now }));
    if (isCheck(name, state) && isKnown())
      window = { ...window, reading: { ...window.reading, page: 0, isComplete: true } };
  }
}

async function readPage({ log }: FeedServices, name: StreamName, window: OrderWindow, visit: Visit<Orders>) {
  const { from, to, reading } = window;
  const { statuses } = streamOf(name, visit.state);
  const request = {
    page: reading.page,
    placed: placedWithin(name, visit.state, { to, now: visit.now }),
    ...(isByChange(name) && { changed: { from, to } }),
    ...(statuses && { statuses }),
  };
  // The rare windows must not delay the next visit for new orders. A gap takes a part of every day, so its pages are
  // paid at once: spread, they would use up the calls of the last hours.
  const share = name === 'active' || isOfGap(name) ? undefined : 'rare';
  if (isOfBaseline(name)) visit.update({ baselineCalls: visit.state.baselineCalls + 1 });
  const { answer, answeredAt } = await visit.call(orderList, request, share);
  const { rows, ids, problem } = readRows(order, answer.items, answeredAt, { log, method: orderList.name });
  visit.update(
    withEvidence(
      visit.state,
      name,
      rows.map(({ values }) => values),
      visit,
    ),
  );
  for (const { values } of rows) keepOrder(values, visit);
  if (problem) throw problem;
  return { ids, total: answer.total, pages: answer.pages };
}

function keepOrder(values: OrderValues, visit: Visit<Orders>): void {
  const { order_id: id, status } = values;
  const placedAt = Date.parse(values.placed_at);
  const paidAt = values.paid_at === null ? undefined : Date.parse(values.paid_at);
  const row = visit.memory.find(id);
  // An older order was known before, and forgotten before it changed again.
  const happenedAt = visit.now - placedAt < RETENTION_MS ? placedAt : undefined;
  const states = visit.keep(id, withKnownDeadlines(values, visit.known.get(id)?.values), happenedAt, {
    known: row ? statesOf(row, { placedAt, paidAt }) : statesBefore(values, visit.state),
    entry: row && nextEntry(row, status),
  });
  visit.memory.record(id, states, paidAt);
}

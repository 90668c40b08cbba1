/**
 * The disputes feed: the list of open disputes, and the detail of each while a workflow watches deadlines. If
 * details of a page are left, the next visit reads that page again, because the details need its rows.
 */

import { disputeDetail } from '../aliexpress/methods/dispute-detail.ts';
import { disputeList } from '../aliexpress/methods/dispute-list.ts';
import { DISPUTE_ENDED, IN_DISPUTE } from '../aliexpress/order-status.ts';
import { closedDispute } from '../aliexpress/records/closed-dispute.ts';
import { dispute } from '../aliexpress/records/dispute.ts';
import { openDispute } from '../aliexpress/records/open-dispute.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { Problem } from '../problems.ts';
import { HOUR, MINUTE } from '../runtime.ts';
import { foundSince } from './after-pauses.ts';
import { callDemands } from './call-demands.ts';
import { lookForClosed, readClosed } from './closed-disputes.ts';
import { MAX_REMEMBERED_ORDERS } from './closings.ts';
import {
  type Disputes,
  fetchDetails,
  isClosedDispute,
  isListedDispute,
  isOpenDispute,
} from './dispute-details.ts';
import { readPage } from './dispute-page.ts';
import {
  afterLoss,
  afterReading,
  asClosed,
  beginningAt,
  confirming,
  type DisputesInterest,
  hasNewDemand,
  initialState,
  isGone,
  isTakenAsItIs,
  isUrgent,
  knownUntil,
  LIST_EVERY_MS,
  nextReading,
  recordDemand,
  stateFormat,
  stillWaiting,
} from './dispute-schedule.ts';
import { createFeed } from './engine/create-feed.ts';
import { type FeedDesign, noMemory, type Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { readFeedStatus } from './engine/feed-status.ts';
import { hasInterest } from './engine/interest.ts';
import { onlyRecords } from './engine/only-records.ts';
import { afterPage, isDone, isStarted, rowsLeft } from './engine/paging.ts';
import { remember } from './engine/snapshot-memo.ts';
import { createOrdersFeed, type OrderValues } from './orders.ts';
import { afterTime, openedSince } from './undated-disputes.ts';

const EVERY_HOURS = LIST_EVERY_MS / HOUR;

export const disputes: FeedDeclaration<typeof dispute.fields> = {
  key: 'disputes',
  record: dispute,
  reads: [disputeList],
  cost: {
    en: '1 per check',
    zh: '每次查询 1 次',
  },
  freshness: {
    en: `Disputes are checked as soon as an order trigger shows a new one, and every ${EVERY_HOURS} hours. Without an order trigger, they are checked as often as the calls of the day allow. Each check uses 1 call.`,
    zh: `订单触发器发现新纠纷时立即查询，另外每 ${EVERY_HOURS} 小时查询一次；未启用订单触发器时，按每天的调用额度所允许的频率查询。每次查询消耗 1 次调用。`,
  },
};

/** The open disputes with a known detail, which says who has to act next. */
export const disputeDeadlines: FeedDeclaration<typeof openDispute.fields> = {
  key: 'dispute_deadlines',
  record: openDispute,
  reads: [disputeList, disputeDetail],
  cost: {
    en: '1 per check, and 1 per open dispute',
    zh: '每次查询 1 次；每个处理中的纠纷再加 1 次',
  },
  freshness: {
    en: `Disputes are checked as soon as an order trigger shows a new one, and every ${EVERY_HOURS} hours. Each open dispute uses 1 more call, and 1 whenever it changes.`,
    zh: `订单触发器发现新纠纷时立即查询，另外每 ${EVERY_HOURS} 小时查询一次。每个处理中的纠纷多消耗 1 次调用，有变化时再消耗 1 次。`,
  },
};

/** The disputes that were closed, with how they ended. */
export const closedDisputes: FeedDeclaration<typeof closedDispute.fields> = {
  key: 'closed_disputes',
  record: closedDispute,
  reads: [disputeList, disputeDetail],
  cost: {
    en: '1 per check, and 2 or 3 per closed dispute',
    zh: '每次查询 1 次；每个结束的纠纷再加 2 或 3 次',
  },
  freshness: {
    en: `Disputes are checked as soon as an order trigger shows that one has ended, and every ${EVERY_HOURS} hours. A closed dispute uses 2 or 3 more calls.`,
    zh: `订单触发器发现纠纷结束时立即查询，另外每 ${EVERY_HOURS} 小时查询一次。每个结束的纠纷多消耗 2 或 3 次调用。`,
  },
};

/** A dispute that was opened this long before the feed began is new to it. Two readings are less far apart. */
const FIRST_LOOKBACK_MS = 6 * HOUR;

/** So long a poll may rely on the orders that an earlier poll has read. */
const MAX_ORDERS_AGE_MS = 10 * MINUTE;

/** What a reader may be interested in beyond the list of open disputes. */
const NO_MORE = { deadlines: false, closings: false };

const onlyListed = onlyRecords(isListedDispute);
const onlyOpen = onlyRecords(isOpenDispute);
const onlyClosed = onlyRecords(isClosedDispute);

export const createDisputesFeed = (services: FeedServices): FeedEngine =>
  onlyListed(createFeed(services, disputesDesign(services, NO_MORE)));

export const createDisputeDeadlinesFeed = (services: FeedServices): FeedEngine =>
  onlyOpen(createFeed(services, disputesDesign(services, { ...NO_MORE, deadlines: true })));

export const createClosedDisputesFeed = (services: FeedServices): FeedEngine =>
  onlyClosed(createFeed(services, disputesDesign(services, { ...NO_MORE, closings: true })));

const disputesDesign = (services: FeedServices, more: typeof NO_MORE): FeedDesign<Disputes> => ({
  key: 'disputes',
  demand: callDemands.disputes,
  state: stateFormat,
  memory: noMemory,
  initialState,
  completeSince: (now) => now - FIRST_LOOKBACK_MS,
  states: {
    stateOf: (values) => {
      if (isOpenDispute(values)) return { stage: values.stage, stage_due_at: values.stage_due_at };
      // Without a date of its own, it is new since it was first seen.
      return isListedDispute(values) && values.opened_at === null ? {} : undefined;
    },
    changedAt: ({ updated_at }) => (updated_at === null ? undefined : Date.parse(updated_at)),
    sinceOfUnmet: ({ updated_at, opened_at }, { wholeList, readingSince }) =>
      Date.parse(updated_at ?? opened_at ?? '') || openedSince(wholeList, readingSince),
  },
  knownUntil,
  confirming,
  isUrgent,
  afterLoss,
  ...(more.closings && {
    wantedSince: ({ closings }) => closings.completeSince,
    happenedSince: ({ closings }, { from }) => foundSince(closings.afterPauses, from),
  }),
  unreadSince: ({ listed, closings }) => Math.min(listed.at, more.closings ? closings.knownTo : listed.at),
  dueAt: ({ dueAt, closings }) => (closings.reading ? 0 : dueAt),
  interest: {
    of: async () => ({ ...more, ...(await ordersWithDisputes(services)) }),
    hasNewDemand,
    recordDemand,
  },
  fetch: async (visit) => {
    const { reading, dueAt, closings } = visit.state;
    const isListDue = isStarted(reading) || dueAt <= visit.now;
    if (isListDue || !closings.reading) await readList(services, visit);
    await readClosed(services, visit);
    return true;
  },
  waiting: ({ waiting }) => waiting,
});

type OrdersWithDisputes = Pick<DisputesInterest, 'ordersInDispute' | 'ordersEnded'>;

async function ordersWithDisputes(services: FeedServices): Promise<OrdersWithDisputes> {
  const { memo, seller, clock } = services;
  const feed = createOrdersFeed(services);
  const last = memo.disputedOrders.get(seller);
  if (last && clock.now() - last.readAt < MAX_ORDERS_AGE_MS && !feed.isVisitDue?.('polling')) return last;
  const known = await feed.known().catch(() => undefined);
  if (!known) return { ordersInDispute: [], ordersEnded: [] };
  const idsOf = (isMeant: (order: OrderValues) => boolean) =>
    known
      .filter(isMeant)
      .slice(0, MAX_REMEMBERED_ORDERS)
      .map(({ order_id }) => String(order_id));
  const orders = {
    ordersInDispute: idsOf(({ status, dispute_status }) =>
      [status, dispute_status].some((each) => IN_DISPUTE.includes(each ?? '')),
    ),
    ordersEnded: idsOf(({ dispute_status }) => DISPUTE_ENDED.includes(dispute_status ?? '')),
  };
  remember(memo.disputedOrders, seller, { readAt: clock.now(), ...orders });
  return orders;
}

async function readList(services: FeedServices, visit: Visit<Disputes>): Promise<void> {
  const { store, seller } = services;
  const isWholeList = !isStarted(visit.state.reading);
  if (isWholeList) visit.update({ reading: beginningAt(visit.state, visit.now), readingSince: visit.now });
  visit.update({ wholeList: afterTime(visit.state.wholeList, visit.now) });
  const listed = new Set<string>();
  let understood = 0;
  let changed: Problem | undefined;
  while (!isDone(visit.state.reading)) {
    if (visit.calls() > 0 && !visit.canContinue()) return;
    const { rows, page } = await readPage(services, visit);
    for (const { values } of rows) listed.add(values.dispute_id);
    const reading = afterPage(visit.state.reading, page);
    const left = rowsLeft(reading);
    if (hasInterest(visit.state.deadlineInterestAt, visit.now)) {
      const details = await fetchDetails(services, rows, left, visit);
      if (details.left > 0) return;
      understood += details.understood;
      changed ??= details.changed;
    }
    visit.update({ reading, waiting: left > 0 ? stillWaiting(visit.state, left, visit.now) : null });
  }
  if (isWholeList && visit.state.reading.isComplete) closeUnlisted(listed, visit);
  if (visit.state.reading.isComplete && hasInterest(visit.state.closings.interestAt, visit.now))
    lookForClosed(visit, visit.state.readingSince);
  if (isTakenAsItIs(visit.state)) {
    const since = visit.state.listed.at || visit.now - FIRST_LOOKBACK_MS;
    visit.report({ from: since, to: visit.now, isIncompleteList: true });
  }
  const hasOrdersFeed = (await readFeedStatus(store, seller, 'orders')) !== undefined;
  visit.update(afterReading(visit.state, visit.now, nextReading(visit.now, hasOrdersFeed)));
  // One dispute may be odd. If none could be read, the publisher must know.
  if (changed && understood === 0) throw changed;
}

function closeUnlisted(listed: ReadonlySet<string>, visit: Visit<Disputes>): void {
  for (const { id, values } of [...visit.known.values()]) {
    if (isOpenDispute(values) && isGone(values, listed)) visit.keep(id, asClosed(values));
  }
}

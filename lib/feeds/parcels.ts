/**
 * The parcels feed: where the shipped parcels are.
 *
 * Tracking requires the tracking number, the carrier and the country. All three are in the order's detail, which is
 * fetched when a parcel is first queried. The lists that return tracking numbers in bulk would not save that call,
 * because only the detail has the country.
 *
 * An order that leaves the "shipped" status in the order list is dropped without a call, unless its parcel is known to be
 * delivered. Many buyers confirm receipt on the day of delivery, before the parcel is queried again. So where a workflow
 * watches deliveries, the parcel of a completed order is queried once more.
 */

import { orderDetail } from '../aliexpress/methods/order-detail.ts';
import { orderList } from '../aliexpress/methods/order-list.ts';
import { tracking } from '../aliexpress/methods/tracking.ts';
import { COMPLETION_CATEGORIES } from '../aliexpress/order-end-reasons.ts';
import { ENDED, RECEIVED, SHIPPED, WITH_PARCELS } from '../aliexpress/order-status.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import { parcel } from '../aliexpress/records/parcel.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import { isProblem, type Problem } from '../problems.ts';
import { DAY } from '../runtime.ts';
import { afterBackfillPage, afterLoss, reportOverdue, withKnown } from './backfill.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices, Reader } from './engine/feed.ts';
import { watchList } from './engine/watch-list.ts';
import { afterOrders, createOrdersFeed, type OrderValues } from './orders.ts';
import {
  afterCompletion,
  dueParcels,
  isDelivered,
  isOver,
  parcelOf,
  plan,
  WATCHED_MS,
  watchedFormat,
} from './parcel-schedule.ts';
import {
  hasNewDemand,
  initialState,
  type ParcelsInterest,
  recordDemand,
  stateFormat,
} from './parcel-state.ts';
import { type Parcels, queryParcel } from './parcel-tracking.ts';

export const parcels: FeedDeclaration<
  typeof parcel.fields,
  'stall_rule' | 'min_customs_hours' | 'min_hours_without_update'
> = {
  key: 'parcels',
  record: parcel,
  reads: [orderList, orderDetail, tracking],
  readsInputs: ['stall_rule', 'min_customs_hours', 'min_hours_without_update'],
  freshness: {
    en: 'Each parcel is checked when its last event is old enough for an alert, with 1 or 2 of the 200 calls a day. A shop with many parcels checks the most urgent ones first.',
    zh: '包裹的最新轨迹距今足够久时才查询，每次消耗 1 至 2 次调用（每天共 200 次）。在途包裹多的店铺先查最紧急的。',
  },
};

/** The same parcels; those near the buyer are queried once a day. */
export const parcelDeliveries: FeedDeclaration<typeof parcel.fields> = {
  ...parcels,
  key: 'parcel_deliveries',
  readsInputs: [],
  freshness: {
    en: 'A parcel near the buyer is checked once a day, with 1 or 2 of the 200 calls. Other parcels are checked after days without a tracking update, and a last time when the buyer has confirmed receipt. A shop with many parcels checks the most urgent ones first.',
    zh: '接近买家的包裹每天查询一次，每次消耗 1 至 2 次调用（每天共 200 次）；其他包裹多日无更新时才查询，买家确认收货后再查最后一次。在途包裹多的店铺先查最紧急的。',
  },
};

/** While this many parcels are due, the feed does not look for more. */
const MAX_DUE_DURING_BACKFILL = 50;
/** An order is shipped within this time, or closed. */
const MAX_UNSHIPPED_MS = 30 * DAY;

export const createParcelsFeed = (services: FeedServices): FeedEngine =>
  afterOrders(services, createFeed(services, parcelsDesign(services, false)));

export const createParcelDeliveriesFeed = (services: FeedServices): FeedEngine =>
  afterOrders(services, createFeed(services, parcelsDesign(services, true)));

const parcelsDesign = (services: FeedServices, deliveries: boolean): FeedDesign<Parcels> => ({
  key: 'parcels',
  demand: { weight: 0.2, cost: 1.5 },
  tracksDemand: true,
  state: stateFormat,
  memory: watchList(watchedFormat, WATCHED_MS),
  initialState,
  completeSince: (now) => now,
  dueAt: (state) => state.dueAt,
  interest: {
    of: async (reader) => ({ ...thresholdsOf(reader), deliveries }),
    hasNewDemand,
    recordDemand,
  },
  fetch: (visit) => fetchDueParcels(services, visit),
  waiting: (state) => state.waiting,
});

function thresholdsOf({ inputs = {} }: Reader): Omit<ParcelsInterest, 'deliveries'> {
  const { min_hours_without_update: hoursWithoutUpdate, min_customs_hours: customsHours } = inputs;
  return {
    unusual: inputs.stall_rule === 'unusual',
    ...(typeof hoursWithoutUpdate === 'number' && { hoursWithoutUpdate }),
    ...(typeof customsHours === 'number' && { customsHours }),
  };
}

async function fetchDueParcels(services: FeedServices, visit: Visit<Parcels>): Promise<boolean> {
  const { now, memory: list } = visit;
  findLost(visit);
  visit.update({ backfill: reportOverdue(visit, visit.state.backfill) });
  const known = await createOrdersFeed(services).known();
  for (const values of known) {
    if (watchOrder(visit, values)) visit.addDemand(now);
  }
  const due = () => dueParcels(list.entries.values(), visit.state, now);
  let problem: Problem | undefined;
  /** One for each parcel of this visit. */
  const failures: (Problem | undefined)[] = [];
  try {
    if (due().length < MAX_DUE_DURING_BACKFILL) problem = await readBackfill(services, known, visit);
    for (const next of due()) {
      if (visit.calls() >= visit.credit || !visit.canContinue()) break;
      failures.push(await queryParcel(services, next.id, visit));
    }
  } finally {
    visit.update(plan(list.entries.values(), visit.state, now));
    visit.markDirty();
  }
  // If no answer of this visit could be read, the user must know.
  if (failures.every((failure) => failure && !isProblem(failure, 'request_refused'))) problem ??= failures[0];
  if (problem) throw problem;
  return true;
}

/** Takes parcels off the list that are over, and queries again what the store has lost. */
function findLost({ lost, memory: list, state, now, update }: Visit<Parcels>): void {
  const { recordsSince = Number.POSITIVE_INFINITY, watched } = lost;
  for (const [id, { values }] of [...list.entries]) {
    if (values.checkedAt >= recordsSince) list.put(id, values.shippedAt, { ...values, checkedAt: 0 });
    else if (isOver(values, now)) list.remove(id);
  }
  if (!watched) return;
  const from = Math.max(watched.from, now - WATCHED_MS);
  update({ backfill: afterLoss(state.backfill, { from, to: watched.to }, now) });
}

/**
 * Takes an order onto the list when it is shipped, and off when it is finished. A delivered parcel stays for a week, because
 * a workflow may not have been told of it yet.
 * @returns whether it is new on the list
 */
function watchOrder({ memory: list, state, now }: Visit<Parcels>, values: OrderValues): boolean {
  const { order_id, status } = values;
  const known = list.entries.get(order_id)?.values;
  if ([...RECEIVED, ...ENDED].includes(status) && known && !isDelivered(known)) {
    const last = isComplete(values) ? afterCompletion(known, state, now) : undefined;
    if (last) list.put(order_id, last.shippedAt, last);
    else list.remove(order_id);
  }
  // The parcel that was shipped last has another number.
  if (known?.isPart && SHIPPED.includes(status))
    list.put(order_id, known.shippedAt, { ...known, isPart: false, shipment: null });
  if (!WITH_PARCELS.includes(status) || known) return false;
  const watched = parcelOf(values, now);
  if (watched) list.put(order_id, watched.shippedAt, { ...watched, isPart: !SHIPPED.includes(status) });
  return watched !== undefined;
}

/** Whether the buyer has the goods. */
const isComplete = ({ status, end_reason_category }: OrderValues): boolean =>
  RECEIVED.includes(status) || COMPLETION_CATEGORIES.includes(String(end_reason_category));

/**
 * Reads one page of the orders that were shipped before the feed began.
 * @param known orders that the orders feed knows
 * @returns why the page must be read again
 */
async function readBackfill(
  services: FeedServices,
  known: readonly OrderValues[],
  visit: Visit<Parcels>,
): Promise<Problem | undefined> {
  if (!visit.state.backfill) return undefined;
  const { until, since } = visit.state.backfill;
  const placed = { from: Math.max(until - WATCHED_MS, since - MAX_UNSHIPPED_MS), to: until };
  const shipped = known.filter(({ status, placed_at }) => {
    const placedAt = Date.parse(placed_at);
    return WITH_PARCELS.includes(status) && placedAt >= placed.from && placedAt <= placed.to;
  });
  const backfill = withKnown(visit.state.backfill, shipped.length);
  const { answer, answeredAt } = await visit.call(orderList, {
    page: backfill.reading.page,
    placed,
    statuses: WITH_PARCELS,
  });
  const context = { log: services.log, method: orderList.name };
  const { rows, ids, problem } = readRows(order, answer.items, answeredAt, context);
  for (const { values } of rows) watchOrder(visit, values);
  if (problem) return problem;
  const page = { ids, total: answer.total, pages: answer.pages };
  const { left, isTaken } = afterBackfillPage(backfill, page);
  visit.update({ backfill: left });
  if (isTaken) visit.report({ from: placed.from, to: visit.now, isIncompleteList: true });
  return undefined;
}

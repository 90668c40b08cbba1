/**
 * The parcels feed: where the shipped parcels are.
 *
 * The list of parcels shows order, tracking number and carrier of all parcels that were shipped through AliExpress. The
 * detail of an order is read only where its parcels are not in that list. Tracking is one call for each parcel.
 *
 * An order that leaves the "shipped" status in the order list is dropped without a call, unless its parcel is known to be
 * delivered. Many buyers confirm receipt on the day of delivery, before the parcel is queried again. So where a workflow
 * watches deliveries, the parcel of a completed order is queried once more.
 */

import { readCapabilities } from '../aliexpress/capabilities.ts';
import { orderDetail } from '../aliexpress/methods/order-detail.ts';
import { orderList } from '../aliexpress/methods/order-list.ts';
import { parcelList } from '../aliexpress/methods/parcel-list.ts';
import { shortTracking } from '../aliexpress/methods/short-tracking.ts';
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
import { callDemands } from './call-demands.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices, Reader } from './engine/feed.ts';
import { watchList } from './engine/watch-list.ts';
import { afterOrders, createOrdersFeed, type OrderValues } from './orders.ts';
import { endOrder, watchOrder } from './parcel-changes.ts';
import { afterCompletion, isOver, shippedOrder } from './parcel-due.ts';
import { readListing } from './parcel-listing.ts';
import { withProbed } from './parcel-probe.ts';
import { candidates, plan } from './parcel-schedule.ts';
import {
  hasNewDemand,
  initialState,
  type ParcelsInterest,
  recordDemand,
  stateFormat,
} from './parcel-state.ts';
import { followByTracker } from './parcel-tracker.ts';
import { type Parcels, queryParcel } from './parcel-tracking.ts';
import { openParcelWatch, type ParcelWatch, WATCHED_MS, watchedFormat } from './parcel-watch.ts';
import { listAgain } from './parcel-windows.ts';

export const parcels: FeedDeclaration<
  typeof parcel.fields,
  'stall_rule' | 'min_customs_hours' | 'min_hours_without_update'
> = {
  key: 'parcels',
  record: parcel,
  reads: [orderList, parcelList, orderDetail, shortTracking, tracking],
  readsInputs: ['stall_rule', 'min_customs_hours', 'min_hours_without_update'],
  freshness: {
    en: 'Tracking numbers come from a list, up to 50 with each of the 200 calls a day. Each parcel is checked with one call when its last event is old enough for an alert. A shop with many parcels checks those first that are most likely stalled, and cannot check all: Find Call Budget says how many. With a 17TRACK key, all parcels are checked every 6 hours without calls.',
    zh: '运单号来自包裹列表，每次调用最多取得 50 个（每天共 200 次调用）。包裹的最新轨迹距今足够久时才查询，每次消耗 1 次调用。在途包裹多的店铺先查最可能停滞的，无法查完，“查询调用额度”会显示数量。填写 17TRACK 密钥后，每 6 小时查询全部包裹，不消耗调用。',
  },
};

/** The same parcels; those near the buyer are queried once a day. */
export const parcelDeliveries: FeedDeclaration<typeof parcel.fields> = {
  ...parcels,
  key: 'parcel_deliveries',
  readsInputs: [],
  freshness: {
    en: 'A parcel near the buyer is checked once a day, with one of the 200 calls. Other parcels are checked after days without a tracking update, and a last time when the buyer has confirmed receipt. A shop with many parcels checks stalled ones first. With a 17TRACK key, all parcels are checked every 6 hours without calls.',
    zh: '接近买家的包裹每天查询一次，每次消耗 1 次调用（每天共 200 次）；其他包裹多日无更新时才查询，买家确认收货后再查最后一次。在途包裹多的店铺先查停滞的。填写 17TRACK 密钥后，每 6 小时查询全部包裹，不消耗调用。',
  },
};

/** An order is shipped within this time, or closed. */
const MAX_UNSHIPPED_MS = 30 * DAY;

export const createParcelsFeed = (services: FeedServices): FeedEngine =>
  afterOrders(services, createFeed(services, parcelsDesign(services, false)));

export const createParcelDeliveriesFeed = (services: FeedServices): FeedEngine =>
  afterOrders(services, createFeed(services, parcelsDesign(services, true)));

const parcelsDesign = (services: FeedServices, deliveries: boolean): FeedDesign<Parcels> => ({
  key: 'parcels',
  demand: services.tracker ? callDemands.tracked_parcels : callDemands.parcels,
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
  fetch: (visit) => fetchParcels(services, visit),
  waiting: (state) => state.waiting,
  watchedParcels: (state) => state.watched,
});

function thresholdsOf({ inputs = {} }: Reader): Omit<ParcelsInterest, 'deliveries'> {
  const { min_hours_without_update: hoursWithoutUpdate, min_customs_hours: customsHours } = inputs;
  return {
    unusual: inputs.stall_rule === 'unusual',
    ...(typeof hoursWithoutUpdate === 'number' && { hoursWithoutUpdate }),
    ...(typeof customsHours === 'number' && { customsHours }),
  };
}

/** Takes over what a probe has found out since the last visit. */
async function hearProbe(services: FeedServices, visit: Visit<Parcels>): Promise<void> {
  const capabilities = await readCapabilities(services);
  if (capabilities) visit.update(withProbed(visit.state, capabilities, visit.now));
}

async function fetchParcels(services: FeedServices, visit: Visit<Parcels>): Promise<boolean> {
  const { now } = visit;
  const watch = openParcelWatch(visit.memory);
  findLost(visit, watch);
  visit.update({ backfill: reportOverdue(visit, visit.state.backfill) });
  const known = await createOrdersFeed(services).known();
  for (const values of known) {
    if (followOrder(visit, watch, values)) visit.addDemand(now);
  }
  let problem: Problem | undefined;
  /** One for each parcel of this visit. */
  const failures: (Problem | undefined)[] = [];
  try {
    problem = await readBackfill(services, known, visit, watch);
    await hearProbe(services, visit);
    await readListing(services, visit, watch, knownOrders(known, now));
    await followByTracker(services, visit, watch);
    for (const candidate of candidates(parcelsOn(watch), visit.state, now)) {
      if (visit.calls() >= visit.credit || !visit.canContinue()) break;
      if (watch.get(candidate.id)) failures.push(await queryParcel(services, visit, watch, candidate));
    }
  } finally {
    visit.update(plan(parcelsOn(watch), visit.state, now));
    visit.markDirty();
  }
  // If no answer of this visit could be read, the user must know.
  if (failures.every((failure) => failure && !isProblem(failure, 'request_refused'))) problem ??= failures[0];
  if (problem) throw problem;
  return true;
}

const parcelsOn = ({ entries }: ParcelWatch) => [...entries].map(([id, { values }]) => ({ id, values }));

function knownOrders(known: readonly OrderValues[], now: number) {
  const byId = new Map(known.map((values) => [values.order_id, values]));
  const isOver = (id: string) => [...RECEIVED, ...ENDED].includes(byId.get(id)?.status ?? '');
  return {
    isOver,
    find: (id: string) => {
      const values = byId.get(id);
      return values && !isOver(id) ? shippedOrder(values, !SHIPPED.includes(values.status), now) : undefined;
    },
  };
}

/** Takes parcels off the list that are over, and queries again what the store has lost. */
function findLost({ lost, state, now, update }: Visit<Parcels>, watch: ParcelWatch): void {
  const { recordsSince = Number.POSITIVE_INFINITY, watched } = lost;
  for (const [id, { values }] of [...watch.entries]) {
    if (values.checkedAt >= recordsSince) watch.put(id, { ...values, checkedAt: 0 });
    else if (isOver(values, now)) watch.remove(id);
  }
  if (!watched) return;
  const from = Math.max(watched.from, now - WATCHED_MS);
  const backfill = afterLoss(state.backfill, { from, to: watched.to }, now);
  update({ backfill, listing: listAgain(state.listing) });
}

/**
 * Takes an order onto the list when it is shipped, and off when it is finished. A delivered parcel stays for a week, because
 * a workflow may not have been told of it yet.
 * @returns whether it is new on the list
 */
function followOrder({ state, now }: Visit<Parcels>, watch: ParcelWatch, values: OrderValues): boolean {
  const { order_id: id, status } = values;
  if ([...RECEIVED, ...ENDED].includes(status))
    endOrder(watch, id, (last) => (isComplete(values) ? afterCompletion(last, state, now) : undefined));
  if (!WITH_PARCELS.includes(status)) return false;
  const isPart = !SHIPPED.includes(status);
  const known = watch.idsOf(id).flatMap((each) => watch.get(each)?.isPart ?? []);
  // What was shipped last has another number.
  const isRestShipped = !isPart && known.includes(true);
  if (isRestShipped) completeOrder(watch, id);
  if (known.length > 0 && !isRestShipped) return false;
  const shipped = shippedOrder(values, isPart, now);
  if (shipped) watchOrder(watch, id, shipped);
  return shipped !== undefined;
}

function completeOrder(watch: ParcelWatch, orderId: string): void {
  for (const id of watch.idsOf(orderId)) {
    const parcel = watch.get(id);
    if (parcel) watch.put(id, { ...parcel, isPart: false });
  }
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
  watch: ParcelWatch,
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
  for (const { values } of rows) followOrder(visit, watch, values);
  if (problem) return problem;
  const page = { ids, total: answer.total, pages: answer.pages };
  const { left, isTaken } = afterBackfillPage(backfill, page);
  visit.update({ backfill: left });
  if (isTaken) visit.report({ from: placed.from, to: visit.now, isIncompleteList: true });
  return undefined;
}

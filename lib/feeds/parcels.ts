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
import { ORDER_PAGE_SIZE, orderList } from '../aliexpress/methods/order-list.ts';
import { PARCEL_PAGE_SIZES, parcelList } from '../aliexpress/methods/parcel-list.ts';
import { shortTracking } from '../aliexpress/methods/short-tracking.ts';
import { tracking } from '../aliexpress/methods/tracking.ts';
import { parcel } from '../aliexpress/records/parcel.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import { isProblem, type Problem } from '../problems.ts';
import { DAY, HOUR } from '../runtime.ts';
import { reportOverdue } from './backfill.ts';
import { callDemands, TRACKED_CALLS } from './call-demands.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices, Reader } from './engine/feed.ts';
import { isStarted } from './engine/paging.ts';
import { watchList } from './engine/watch-list.ts';
import { afterOrders, createOrdersFeed } from './orders.ts';
import { readDuePage, readDueWindows, readEarlierDay, readSample } from './parcel-listing.ts';
import type { Goal } from './parcel-looks.ts';
import { findLost, followOrder, knownOrders, readBackfill } from './parcel-orders.ts';
import { withProbed } from './parcel-probe.ts';
import { closeSample, maySample, wantedSample } from './parcel-samples.ts';
import { candidates, plan } from './parcel-schedule.ts';
import {
  hasNewDemand,
  initialState,
  type ParcelsInterest,
  recordDemand,
  stateFormat,
  type Turn,
  turns,
} from './parcel-state.ts';
import { hasTracker, isAnswering, mayTrack, nextReadingAt, SWEEP_EVERY_MS } from './parcel-tracked.ts';
import { followByTracker } from './parcel-tracker.ts';
import { type Parcels, queryParcel } from './parcel-tracking.ts';
import { openParcelWatch, parcelsOn, WATCHED_MS, watchedFormat } from './parcel-watch.ts';
import { isReadAgainSoon } from './parcel-windows.ts';

const [PAGE_SIZE] = PARCEL_PAGE_SIZES;
const SWEEP_HOURS = SWEEP_EVERY_MS / HOUR;

export const parcels: FeedDeclaration<
  typeof parcel.fields,
  'stall_rule' | 'min_customs_hours' | 'min_hours_without_update'
> = {
  key: 'parcels',
  record: parcel,
  reads: [orderList, parcelList, orderDetail, shortTracking, tracking],
  readsInputs: ['stall_rule', 'min_customs_hours', 'min_hours_without_update'],
  cost: {
    en: `1 for up to ${PAGE_SIZE} tracking numbers where they are needed, and 1 or 2 per parcel and check, those most likely stalled first; in the first days also 1 for ${ORDER_PAGE_SIZE} orders from before the start`,
    zh: `需要运单号时，每次调用最多取得 ${PAGE_SIZE} 个；每个包裹每次查询 1 或 2 次，最可能停滞的优先；最初几天另有每 ${ORDER_PAGE_SIZE} 个启用前的订单 1 次`,
  },
  freshness: {
    en: `Tracking numbers are read from a list as they are needed, up to ${PAGE_SIZE} with each call. Each parcel is checked with one call when its last event is old enough for an alert. A shop with many parcels checks those first that are most likely stalled, and cannot check all: Find Call Budget says how many. With a 17TRACK key, all parcels with a known number are checked every ${SWEEP_HOURS} hours, and calls only read the numbers.`,
    zh: `需要时从包裹列表读取运单号，每次调用最多取得 ${PAGE_SIZE} 个。包裹的最新轨迹距今足够久时才查询，每次消耗 1 次调用。在途包裹多的店铺先查最可能停滞的，无法查完，Find Call Budget（查询调用额度）会显示数量。填写 17TRACK 密钥后，已取得运单号的包裹每 ${SWEEP_HOURS} 小时全部查询一次，只有读取运单号才消耗调用。`,
  },
};

/** The same parcels; those near the buyer are queried once a day. */
export const parcelDeliveries: FeedDeclaration<typeof parcel.fields> = {
  ...parcels,
  key: 'parcel_deliveries',
  readsInputs: [],
  freshness: {
    en: `A parcel near the buyer is checked once a day, with one call. Other parcels are checked after days without a tracking update, and a last time when the buyer has confirmed receipt. A shop with many parcels checks stalled ones first. With a 17TRACK key, all parcels with a known number are checked every ${SWEEP_HOURS} hours, and calls only read the numbers.`,
    zh: `接近买家的包裹每天查询一次，每次消耗 1 次调用；其他包裹多日无更新时才查询，买家确认收货后再查最后一次。在途包裹多的店铺先查停滞的。填写 17TRACK 密钥后，已取得运单号的包裹每 ${SWEEP_HOURS} 小时全部查询一次，只有读取运单号才消耗调用。`,
  },
};

export const createParcelsFeed = (services: FeedServices): FeedEngine =>
  afterOrders(services, createFeed(services, parcelsDesign(services, false)));

export const createParcelDeliveriesFeed = (services: FeedServices): FeedEngine =>
  afterOrders(services, createFeed(services, parcelsDesign(services, true)));

/** In the first days the numbers of what was shipped before are read too, with as many calls as without a tracker. */
const FIRST_DAYS_MS = 5 * DAY;

const parcelsDesign = (services: FeedServices, deliveries: boolean): FeedDesign<Parcels> => ({
  key: 'parcels',
  demand: callDemands.parcels,
  ...(services.tracker && {
    maxCalls: ({ listing, tracker, startedAt }, now) =>
      hasTracker(tracker, now) && now - startedAt > FIRST_DAYS_MS
        ? TRACKED_CALLS[isReadAgainSoon(listing) ? 'largePage' : 'smallPage']
        : undefined,
  }),
  tracksDemand: true,
  state: stateFormat,
  memory: watchList(watchedFormat, WATCHED_MS),
  initialState,
  completeSince: (now) => now,
  dueAt: ({ dueAt, tracker }, now) =>
    services.trackerUpdates?.size && isAnswering(tracker) ? Math.min(now, dueAt) : dueAt,
  // What the tracker has pushed, and what it is asked for, takes no call.
  ...(services.tracker && {
    freeAt: ({ tracker }, now) =>
      services.trackerUpdates?.size && isAnswering(tracker) ? now : nextReadingAt(tracker),
  }),
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
  const capabilities = await readCapabilities(services, visit.state.heardProbedAt);
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
  /** Of each parcel of this visit: why it could not be queried. */
  const failures = new Map<string, Problem | undefined>();
  try {
    await hearProbe(services, visit);
    const listing = { services, visit, watch, orders: knownOrders(known, now) };
    const readOrders = () => readBackfill(services, known, visit, watch);
    // The first page of orders tells which parcels the list has to show.
    const isListKnown = () => !visit.state.backfill || isStarted(visit.state.backfill.reading);
    const isTracked = () => services.tracker !== undefined && mayTrack(visit.state.tracker, now);
    const unread = isListKnown() && isTracked() ? await problemOf(() => readDueWindows(listing)) : undefined;
    await followByTracker(services, visit, watch);
    if (unread) throw unread;
    const query = async (goal: Goal) => {
      const best = candidates(parcelsOn(watch), visit.state, now).find(
        (each) => each.look.goal === goal && !failures.has(each.id),
      );
      if (best) failures.set(best.id, await queryParcel(services, visit, watch, best));
      return best !== undefined;
    };
    const take: Record<Turn, TakeTurn> = {
      earlier: readOrders,
      stall: () => query('stall'),
      delivery: () => query('delivery'),
    };
    if (hasTracker(visit.state.tracker, now)) {
      const earlier = async () => (await readEarlierDay(listing)) || readOrders();
      await takeByNumbers(visit, { ...take, earlier });
    } else if (isListKnown() || (await readOrders())) {
      const sample = async () => {
        if (!maySample(visit.state.listing, now)) return false;
        const wanted = wantedSample(parcelsOn(watch), visit.state, now);
        if (!wanted) visit.update({ listing: closeSample(visit.state.listing) });
        return wanted !== undefined && readSample(listing, wanted);
      };
      await takeTurns(visit, { ...take, sample, rest: () => readDuePage(listing) });
    }
  } finally {
    visit.update(plan(parcelsOn(watch), visit.state, now));
    visit.markDirty();
  }
  // If no answer of this visit could be read, the user must know.
  const [problem, ...others] = failures.values();
  const isUnread = (failure: Problem | undefined) => failure && !isProblem(failure, 'request_refused');
  if (problem && [problem, ...others].every(isUnread)) throw problem;
  return true;
}

/** The error of a list, to be thrown once the tracker was read: that takes no calls. */
async function problemOf(read: () => Promise<void>): Promise<Problem | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}

/** @returns whether there was something to call for */
type TakeTurn = () => Promise<boolean>;

/**
 * Numbers are read as they are wanted for the parcels that may be stalled. Orders from before the feed began, queries for
 * stalls and queries for deliveries take turns. Otherwise no parcel is queried in the days that it takes to read all of those
 * orders, and in a shop with many parcels none for its delivery. What has nothing to call for leaves its turn to the others.
 * The calls that are left read what is new in the list, and what may have changed.
 */
async function takeTurns(
  visit: Visit<Parcels>,
  take: Record<Turn | 'sample' | 'rest', TakeTurn>,
): Promise<void> {
  const mayCall = () => visit.calls() < visit.credit && visit.canContinue();
  while (mayCall()) {
    if (await take.sample()) continue;
    if (!(await takeTurn(visit, take)) && !(await take.rest())) return;
  }
}

/** @returns whether there was something to call for */
async function takeTurn(visit: Visit<Parcels>, take: Record<Turn, TakeTurn>): Promise<boolean> {
  for (const _ of turns) {
    const { turn } = visit.state;
    // A turn that ends with an error is over too.
    visit.update({ turn: (turn + 1) % turns.length });
    if (await take[turns[turn] ?? 'stall']()) return true;
  }
  return false;
}

/** Of what was shipped within this time before the feed began, most stalls are still to come. */
const RECENT_MS = 7 * DAY;

/**
 * Where a tracker follows the parcels, calls bring numbers: the lists of the last days before the feed began bring most of
 * them, then the details of the orders that no list shows, then the lists of older days.
 */
async function takeByNumbers(visit: Visit<Parcels>, take: Record<Turn, TakeTurn>): Promise<void> {
  while (visit.calls() < visit.credit && visit.canContinue()) {
    const { listing, startedAt } = visit.state;
    const isRecent = listing.history > startedAt - RECENT_MS;
    if (isRecent && (await take.earlier())) continue;
    if ((await take.stall()) || (await take.delivery())) continue;
    if (isRecent || !(await take.earlier())) return;
  }
}

/**
 * The parcels feed. One call tells of one parcel, so a parcel is asked about only when it may have become news: at its
 * last known event plus the shortest time after which somebody wants to be told of silence (or of customs). No policy
 * that keeps the promise asks less often. [facts/polling-theory.md §E.5]
 *
 * Where the calls do not last, known customs cases come first, then the other parcels that are followed already, by
 * overdue time; and what calls are left take on new ones, the dearest orders first. To follow some parcels all the way
 * finds more, and finds it in time, than to look at each of them once. The feed says how many wait, and since when.
 *
 * Tracking number, carrier and country of a parcel stand in the order's detail, one call per parcel, made when it is
 * first asked about. The lists that bring tracking numbers in bulk would not save that call: tracking wants the
 * country, and only the detail has it.
 *
 * An order that leaves the "shipped" state in the order list is dropped without a call.
 */

import * as z from 'zod';
import { convert } from '../aliexpress/convert.ts';
import { orderDetail } from '../aliexpress/methods/order-detail.ts';
import { orderList } from '../aliexpress/methods/order-list.ts';
import { tracking } from '../aliexpress/methods/tracking.ts';
import { ENDED, RECEIVED, SHIPPED } from '../aliexpress/order-status.ts';
import { order } from '../aliexpress/records/order.ts';
import { parcel } from '../aliexpress/records/parcel.ts';
import { destinationOf } from '../aliexpress/shipment-of-order.ts';
import { DELIVERED, NEAR_BUYER } from '../aliexpress/tracking-codes.ts';
import { type ParcelProgress, summarizeEvents } from '../aliexpress/tracking-progress.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { isProblem } from '../problems.ts';
import { DAY, HOUR } from '../runtime.ts';
import type { FeedEngine, FeedServices, Reader } from './engine/feed.ts';
import { createFeed, type FeedDesign, type Visit } from './engine/visits.ts';
import { createWatchList, type WatchList } from './engine/watch-list.ts';
import { createOrdersFeed } from './orders.ts';

export const parcels: FeedDeclaration<typeof parcel.fields, 'customs_hours' | 'silent_hours'> = {
  key: 'parcels',
  record: parcel,
  reads: [orderList, orderDetail, tracking],
  readsInputs: ['customs_hours', 'silent_hours'],
  freshness: {
    en: 'Each parcel is checked when its last event is old enough for an alert, with 1 or 2 of the 200 calls a day. A shop with many parcels checks the most urgent ones first.',
    zh: '包裹的最新轨迹距今足够久时才查询，每次消耗 1 至 2 次调用（每天共 200 次）。在途包裹多的店铺先查最紧急的。',
  },
};

/** The same parcels; those near the buyer are looked at once a day. */
export const parcelDeliveries: FeedDeclaration<typeof parcel.fields> = {
  ...parcels,
  key: 'parcel_deliveries',
  readsInputs: [],
};

const WATCHED_MS = 60 * DAY;
/** What is taken for news where no workflow has said so. */
const SILENT_HOURS = 120;
const CUSTOMS_HOURS = 72;
/** A threshold is kept in mind for so long after a workflow last asked for it, and noted again after an hour. */
const INTEREST_TTL_MS = 26 * HOUR;
const RECORD_INTERVAL_MS = HOUR;
/** A parcel that was reported is looked at again after so long, to see whether it moves. */
const AGAIN_MS = 2 * DAY;
/** Where somebody wants to know of deliveries, a parcel near the buyer is looked at this often. */
const DELIVERY_MS = DAY;
/** An order without a tracking number, and a carrier who knows nothing, are asked again after so long. */
const UNKNOWN_MS = DAY;
/** While so many parcels wait to be asked about, there is no need to look for more. */
const ENOUGH_WAITING = 50;
/** A parcel that was never asked about and was shipped so long ago has most likely arrived. */
const LIKELY_ARRIVED_MS = 14 * DAY;
/** New shipments must be noted before the orders feed forgets them. */
const MAX_IDLE_MS = 12 * HOUR;

const watchedSchema = z.object({
  shippedAt: z.number(),
  /** Of the order, in its own currency, rounded: which of two to ask about first. */
  value: z.number(),
  request: z.object({ logistics_no: z.string(), service_name: z.string(), to_area: z.string() }).nullable(),
  /** What is known of its course; null before it was asked about. */
  eventAt: z.number().nullable(),
  customsSince: z.number().nullable(),
  stage: z.string().nullable(),
  checkedAt: z.number(),
});
type Watched = z.infer<typeof watchedSchema>;

/** Hours → when a workflow last asked for it, epoch milliseconds. */
const thresholdsSchema = z.record(z.string(), z.number());
const stateSchema = z.object({
  silent: thresholdsSchema,
  customs: thresholdsSchema,
  /** When a workflow last wanted to know of deliveries. */
  deliveryInterestAt: z.number(),
  /** The page to be read next of what was shipped before the feed began; null when all is read. */
  backfill: z.object({ page: z.number(), until: z.number() }).nullable(),
  dueAt: z.number(),
  waiting: z.object({ count: z.number(), since: z.number() }).nullable(),
});
type State = z.infer<typeof stateSchema>;
type Values = ValuesOf<typeof parcel.fields>;
type OrderValues = ValuesOf<typeof order.fields>;

export function createParcelsFeed(services: FeedServices): FeedEngine {
  const { log } = services;
  const orders = createOrdersFeed(services);
  const watchList = createWatchList<Watched>(services, {
    feed: 'parcels',
    schema: watchedSchema,
    lifeMs: WATCHED_MS,
  });
  let watched: WatchList<Watched> | undefined;

  /** One page of the orders that were shipped before the feed began. */
  async function readBackfill(list: WatchList<Watched>, visit: Visit<State, Values>): Promise<void> {
    const { backfill } = visit.state;
    if (!backfill) return;
    const { answer, answeredAt } = await visit.call(orderList, {
      page: backfill.page,
      placed: { from: backfill.until - WATCHED_MS, to: backfill.until },
      statuses: SHIPPED,
    });
    for (const raw of answer.items) {
      const converted = convert(order, raw, answeredAt);
      if (converted) note(list, converted.values, visit.now);
    }
    const isLast = backfill.page >= answer.pages;
    visit.state.backfill = isLast ? null : { ...backfill, page: backfill.page + 1 };
  }

  /** Asks about one parcel: first where it goes, if that is not known, then where it is. */
  async function ask(list: WatchList<Watched>, id: string, visit: Visit<State, Values>): Promise<void> {
    const entry = list.entries.get(id)?.values;
    if (!entry) return;
    const due = dueAt(entry, visit.state);
    const put = (changes: Partial<Watched>) =>
      list.put(id, entry.shippedAt, Object.assign(entry, changes, { checkedAt: visit.now }));
    if (!entry.request) {
      const { answer } = await visit.call(orderDetail, { order_id: id });
      const request = destinationOf(answer.target);
      put({ request });
      if (!request || !visit.canContinue()) return;
    }
    const request = { ...(entry.request as NonNullable<Watched['request']>), out_ref: id };
    const { answer, answeredAt } = await visit.call(tracking, request).catch((error: unknown) => {
      // One parcel that AliExpress will not tell of must not keep the others waiting.
      if (!isProblem(error, 'request_refused')) throw error;
      log('AliExpress does not tell of a parcel', { method: tracking.name });
      return { answer: { details: [] }, answeredAt: visit.now };
    });
    const progress = summarizeEvents(answer.details);
    if (!progress) {
      put({});
      return;
    }
    const { eventAt, customsSince, stage } = progress;
    keep(visit, request, entry, progress, { checkedAt: answeredAt, due });
    if (stage === DELIVERED) list.remove(id);
    else put({ eventAt, customsSince, stage });
  }

  function keep(
    visit: Visit<State, Values>,
    request: object,
    entry: Watched,
    progress: ParcelProgress,
    { checkedAt, due }: { checkedAt: number; due: number },
  ): void {
    const { stage, code, text, eventAt, customsSince } = progress;
    const hoursSince = (at: number) => Math.floor((checkedAt - at) / HOUR);
    const raw = {
      ...request,
      stage,
      action_code: code,
      event_desc: text,
      event_at: eventAt,
      silent_hours: hoursSince(eventAt),
      ...(customsSince !== null && { customs_hours: hoursSince(customsSince) }),
      episode_at: customsSince ?? eventAt,
      shipped_at: entry.shippedAt,
      checked_at: checkedAt,
    };
    const converted = convert(parcel, raw, checkedAt);
    if (converted) visit.keep(converted.values.tracking_number, converted.values, due);
  }

  const design: FeedDesign<State, Values> = {
    key: 'parcels',
    demand: { weight: 0.2, cost: 1.5 },
    tracksDemand: true,
    state: stateSchema,
    backfills: true,
    first: (now) => ({
      silent: {},
      customs: {},
      deliveryInterestAt: 0,
      backfill: { page: 1, until: now },
      dueAt: now,
      waiting: null,
    }),
    completeSince: (now) => now,
    dueAt: (state) => state.dueAt,
    wish: async (state, reader, now) => {
      const isNew = recordInterest(state, reader, now);
      // A shorter time may have made a parcel due already.
      if (isNew) state.dueAt = now;
      return isNew;
    },
    look: async (visit) => {
      const { state, now } = visit;
      const list = await watchList.load();
      watched = list;
      for (const values of await orders.known()) {
        const isNew = note(list, values as OrderValues, now);
        if (isNew) visit.demand(now);
      }
      try {
        if (state.backfill && overdue(list, state, now).length < ENOUGH_WAITING)
          await readBackfill(list, visit);
        for (const id of overdue(list, state, now)) {
          if (visit.calls() >= visit.saved || !visit.canContinue()) break;
          await ask(list, id, visit);
        }
      } finally {
        plan(state, list, now);
        visit.markDirty();
      }
      return true;
    },
    stored: async () => watched?.store(),
    waiting: (state) => state.waiting,
  };
  const feed = createFeed(services, design);
  return {
    ...feed,
    read: async (lane, reader) => {
      // What was shipped, and what has arrived, comes from there.
      await orders.read(lane, reader);
      return feed.read(lane, reader);
    },
  };
}

export function createParcelDeliveriesFeed(services: FeedServices): FeedEngine {
  const feed = createParcelsFeed(services);
  return { ...feed, read: (lane, reader = {}) => feed.read(lane, { ...reader, interest: 'deliveries' }) };
}

/** Takes an order onto the list when it is shipped, and off when it is over. True when it is new there. */
function note(list: WatchList<Watched>, values: OrderValues, now: number): boolean {
  const { order_id, status, shipped_at, updated_at, amount } = values;
  if ([...RECEIVED, ...ENDED].includes(status)) list.remove(order_id);
  if (!SHIPPED.includes(status) || list.entries.has(order_id)) return false;
  const shippedAt = Date.parse(shipped_at ?? updated_at ?? '') || now;
  if (now - shippedAt > WATCHED_MS) return false;
  const value = Math.round(Number(amount ?? 0));
  list.put(order_id, shippedAt, {
    shippedAt,
    value,
    request: null,
    eventAt: null,
    customsSince: null,
    stage: null,
    checkedAt: 0,
  });
  return true;
}

/** Notes the times after which the reader wants to be told. True when one is new, or was not noted for an hour. */
function recordInterest(state: State, { inputs = {}, interest }: Reader, now: number): boolean {
  let isNew = false;
  const recordThreshold = (wanted: Record<string, number>, hours: unknown) => {
    if (typeof hours !== 'number' || now - (wanted[hours] ?? 0) < RECORD_INTERVAL_MS) return;
    wanted[hours] = now;
    isNew = true;
  };
  recordThreshold(state.silent, inputs.silent_hours);
  recordThreshold(state.customs, inputs.customs_hours);
  if (interest === 'deliveries' && now - state.deliveryInterestAt >= RECORD_INTERVAL_MS) {
    state.deliveryInterestAt = now;
    isNew = true;
  }
  for (const wanted of [state.silent, state.customs]) {
    for (const [hours, at] of Object.entries(wanted)) if (now - at > INTEREST_TTL_MS) delete wanted[hours];
  }
  return isNew;
}

const thresholdsOf = (wanted: Record<string, number>, otherwise: number): number[] => {
  const hours = Object.keys(wanted).map(Number);
  return hours.length > 0 ? hours : [otherwise];
};

/** When a parcel may have become news, epoch milliseconds. */
function dueAt(values: Watched, state: State): number {
  const { shippedAt, request, eventAt, customsSince, stage, checkedAt } = values;
  // Asked, and nothing learnt.
  if (checkedAt > 0 && (request === null || eventAt === null)) return checkedAt + UNKNOWN_MS;
  const silent = thresholdsOf(state.silent, SILENT_HOURS);
  const customs = thresholdsOf(state.customs, CUSTOMS_HOURS);
  const moments = silent.map((hours) => (eventAt ?? shippedAt) + hours * HOUR);
  if (customsSince !== null) moments.push(...customs.map((hours) => customsSince + hours * HOUR));
  // It may have entered customs right after its last known event.
  else moments.push((eventAt ?? shippedAt) + Math.min(...customs) * HOUR);
  const isNear = NEAR_BUYER.includes(stage ?? '');
  if (isNear && checkedAt - state.deliveryInterestAt < INTEREST_TTL_MS) moments.push(checkedAt + DELIVERY_MS);
  const next = moments.filter((at) => at > checkedAt);
  return next.length > 0 ? Math.min(...next) : checkedAt + AGAIN_MS;
}

/** Parcels that should have been asked about by now, the most pressing first. */
function overdue(list: WatchList<Watched>, state: State, now: number): string[] {
  const rank = ({ values }: { values: Watched }) => {
    if (values.customsSince !== null) return 0;
    if (values.request !== null) return 1;
    return now - values.shippedAt < LIKELY_ARRIVED_MS ? 2 : 3;
  };
  return [...list.entries.values()]
    .map(({ id, values }) => ({ id, values, due: dueAt(values, state) }))
    .filter(({ due }) => due <= now)
    .sort(
      (a, b) =>
        rank(a) - rank(b) || (rank(a) < 2 ? a.due - b.due : b.values.value - a.values.value || a.due - b.due),
    )
    .map(({ id }) => id);
}

/** When to look next, and what has to wait. */
function plan(state: State, list: WatchList<Watched>, now: number): void {
  const due = [...list.entries.values()].map(({ values }) => dueAt(values, state));
  const late = due.filter((at) => at <= now);
  const next = state.backfill || late.length > 0 ? now : Math.min(now + MAX_IDLE_MS, ...due);
  state.dueAt = next;
  state.waiting = late.length > 0 ? { count: late.length, since: Math.min(...late) } : null;
}

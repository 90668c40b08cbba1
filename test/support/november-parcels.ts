/**
 * The schedule by which parcels were queried on 22 November, on the parcels of a simulated shop: a parcel is queried when
 * an alert about it may have become true; customs cases come first, then the parcels that are followed, and the calls that
 * are left begin with new ones, of the dearest orders first. The first query of a parcel takes two calls. It reads every
 * answer.
 */

import { UNDER_WAY } from '../../lib/aliexpress/tracking-codes.ts';
import { readEvent, summarizeEvents } from '../../lib/aliexpress/tracking-progress.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { stallsOf } from '../../sandbox/parcels/stalls.ts';
import { eventsUntil, type Parcel } from '../../sandbox/parcels.ts';
import { openShop } from '../../sandbox/shop.ts';
import { latestMeant } from '../../sandbox/time-forms.ts';

const [NO_UPDATE_MS, CUSTOMS_MS] = [120 * HOUR, 72 * HOUR];
const LIKELY_ARRIVED_MS = 14 * DAY;

interface Followed {
  parcel: Parcel;
  value: number;
  eventAt?: number;
  customsSince?: number;
  checkedAt: number;
  isArrived: boolean;
}

const dueAt = ({ parcel, eventAt, customsSince, checkedAt }: Followed): number => {
  if (checkedAt > 0 && eventAt === undefined) return checkedAt + DAY;
  const last = eventAt ?? parcel.shippedAt;
  const times = [last + NO_UPDATE_MS, (customsSince ?? last) + CUSTOMS_MS].filter((at) => at > checkedAt);
  return times.length > 0 ? Math.min(...times) : checkedAt + 2 * DAY;
};

const rankOf = ({ parcel, customsSince, checkedAt }: Followed, now: number): number => {
  if (customsSince !== undefined) return 0;
  if (checkedAt > 0) return 1;
  return now - parcel.shippedAt < LIKELY_ARRIVED_MS ? 3 : 4;
};

function first(a: Followed, b: Followed, now: number): Followed {
  const [rankA, rankB] = [rankOf(a, now), rankOf(b, now)];
  if (rankA !== rankB) return rankA < rankB ? a : b;
  if (rankA > 1 && a.value !== b.value) return a.value > b.value ? a : b;
  return dueAt(a) <= dueAt(b) ? a : b;
}

export interface NovemberOptions {
  seed: number;
  from: number;
  warmUpDays: number;
  days: number;
  /** For so many days more, a stall that became due on the days that count may be reported. */
  lastDays: number;
  callsADay: number;
}

/** @returns how many stalls became due after the first days, and how many of them were reported while they lasted */
export function reportedInNovember({ seed, from, warmUpDays, days, lastDays, callsADay }: NovemberOptions) {
  const dueUntil = from + (warmUpDays + days) * DAY;
  const to = dueUntil + lastDays * DAY;
  const { parcels } = openShop({
    seed,
    curve: 'olist',
    ordersPerDay: 100,
    historyDays: 62,
    variedParcels: true,
    from,
    to,
  });
  const ahead = [...parcels].sort((a, b) => a.shippedAt - b.shippedAt);
  const followed = new Set<Followed>();
  const reported = new Map<Parcel, Set<number>>();
  let isPaid = true;
  for (let now = from; now < to; now += DAY / callsADay) {
    while (ahead[0] && ahead[0].shippedAt <= now) {
      const parcel = ahead.shift() as Parcel;
      const value = parcel.order.lines.reduce(
        (sum, { unitCents, quantity }) => sum + unitCents * quantity,
        0,
      );
      followed.add({ parcel, value, checkedAt: 0, isArrived: false });
    }
    if (!isPaid) {
      isPaid = true;
      continue;
    }
    let best: Followed | undefined;
    for (const each of followed) {
      if (each.isArrived || each.parcel.orderEndsAt <= now) followed.delete(each);
      else if (dueAt(each) <= now) best = best ? first(best, each, now) : each;
    }
    if (!best) continue;
    isPaid = best.checkedAt > 0;
    const since = query(best, now);
    if (since !== undefined) reported.set(best.parcel, (reported.get(best.parcel) ?? new Set()).add(since));
  }
  const due = parcels.flatMap((parcel) =>
    stallsOf(parcel)
      .filter(({ dueAt: at }) => at >= from + warmUpDays * DAY && at < dueUntil)
      .map((stall) => reported.get(parcel)?.has(stall.from) ?? false),
  );
  return { due: due.length, reported: due.filter(Boolean).length };
}

/** @returns since when the parcel is stalled, if it is, epoch milliseconds */
function query(each: Followed, now: number): number | undefined {
  const { parcel } = each;
  each.checkedAt = now;
  const events = eventsUntil(parcel, now).map(({ at, code, text, isUndated }) =>
    readEvent({ time: isUndated ? '' : latestMeant(at, parcel.carrier.times), code, sentences: [text] }),
  );
  const progress = summarizeEvents(events);
  if (!progress) return undefined;
  const { eventAt, customsSince, stage } = progress;
  each.isArrived = stage === 'delivered';
  if (eventAt !== null) each.eventAt = eventAt;
  if (customsSince === null) delete each.customsSince;
  else each.customsSince = customsSince;
  if (eventAt === null) return undefined;
  if (stage === 'failure' || stage === 'returned') return eventAt;
  const isStalled =
    UNDER_WAY.includes(stage) &&
    (now - eventAt >= NO_UPDATE_MS || (customsSince !== null && now - customsSince >= CUSTOMS_MS));
  return isStalled ? (customsSince ?? eventAt) : undefined;
}

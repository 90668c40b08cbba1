/** Days of a simulated shop whose workflows watch its parcels: which stalls they were reported of, and what that took. */

import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { CurveName } from '../../sandbox/curves.ts';
import { beijingDay } from '../../sandbox/pacific.ts';
import { falseAlertOf, type Silence, stallsOf, unusualSilencesOf } from '../../sandbox/parcels/stalls.ts';
import { numberAt, type Parcel } from '../../sandbox/parcels.ts';
import { latestMeant } from '../../sandbox/time-forms.ts';
import type { Variants } from '../../sandbox/variants.ts';
import { trackerOf } from './polled-tracker.ts';
import { DAYS_START, openPolledDays, openShopOfDays } from './simulated-days.ts';

const HISTORY_DAYS = 62;
/** A source may write only the day of an event, in a zone of its own. */
const MAX_SHIFT_MS = 40 * HOUR;
const POLL_MS = 15 * MINUTE;
const ORDERS = 'aliexpress.trade.seller.orderlist.get';

export interface ParcelDaysOptions {
  seed: number;
  /** The first days are not counted: the feed reads what was shipped before it began. */
  warmUpDays: number;
  days: number;
  dailyLimit: number;
  ordersPerDay?: number;
  curve?: CurveName;
  variants?: Partial<Variants>;
  inputs?: Record<string, unknown>;
  /** Whether the shop has a key of the tracker. */
  hasTracker?: boolean;
  /** For so many days more, a stall that became due on the days that count may be reported. */
  lastDays?: number;
}

export interface ParcelDays {
  due: number;
  reported: number;
  /** Hours from the moment at which a stall was due until it was reported. */
  lateness: number[];
  falseAlerts: string[];
  alerts: number;
  /** Stalls that were over before the tracker reached their carriers for the next time: nobody could know of them. */
  unknowable: number;
  /** Why each of the others was not. */
  missed: { parcel: Parcel; silence: Silence; until: number }[];
  /** By method, of the days that count. */
  callsADay: Record<string, number>;
  /** Those that are not for orders, of the days that count. */
  parcelCalls: number[];
  errors: ReadonlyMap<string, number>;
}

const silencesBy = {
  hours: (parcel: Parcel): Silence[] => stallsOf(parcel),
  unusual: unusualSilencesOf,
};

export async function playParcels(
  {
    seed,
    warmUpDays,
    days,
    dailyLimit,
    variants = {},
    inputs = {},
    hasTracker = false,
    lastDays = 0,
    ...ofShop
  }: ParcelDaysOptions,
  rule: keyof typeof silencesBy,
): Promise<ParcelDays> {
  const to = DAYS_START + (warmUpDays + days + lastDays) * DAY;
  const dueUntil = lastDays > 0 ? to - lastDays * DAY : to - DAY;
  const from = DAYS_START + warmUpDays * DAY;
  const shop = openShopOfDays({ seed, historyDays: HISTORY_DAYS, to, ...ofShop });
  const tracker = trackerOf(shop.parcels);
  const { polled, calls: allCalls } = await openPolledDays(shop, {
    dailyLimit,
    variants,
    ...(hasTracker && { tracker: tracker.open }),
  });
  const workflow = { id: 'stalls', trigger: 'logistics_stall', inputs };
  await polled.pollFor(to - DAYS_START, POLL_MS, [workflow]);
  const taken = polled.activations.flatMap((activation) => activation.taken);
  const byNumber = new Map<string, Parcel[]>();
  for (const parcel of shop.parcels)
    for (const number of [parcel.trackingNumber, parcel.mistaken?.number])
      if (number) byNumber.set(number, [...(byNumber.get(number) ?? []), parcel]);
  const reports = new Map<Parcel, { since: number; at: number }[]>();
  const falseAlerts: string[] = [];
  let alerts = 0;
  for (const { at, event } of taken) {
    const number = String(event.tracking_number);
    const parcel = byNumber.get(number)?.find((each) => numberAt(each, at) === number);
    const [since, checkedAt] = [event.stalled_since, event.checked_at].map((time) =>
      Date.parse(String(time)),
    );
    if (parcel) reports.set(parcel, [...(reports.get(parcel) ?? []), { since: Number(since), at }]);
    if (at < from) continue;
    alerts += 1;
    // Some answers write only the day of an event.
    const meant = latestMeant(Date.parse(String(event.last_event_at)), parcel?.carrier.times ?? 'pacific');
    const shown = parcel?.events.filter((each) => each.at <= Number(checkedAt)) ?? [];
    const why = parcel && falseAlertOf(parcel, { since: meant, reportedAt: at, shown });
    if (!parcel || why) falseAlerts.push(`${number} ${event.stage} ${why ?? 'no parcel'}`);
  }
  const all = shop.parcels.flatMap((parcel) =>
    silencesBy[rule](parcel).map((silence) => ({
      parcel,
      ...silence,
      until: Math.min(silence.endedAt ?? Infinity, parcel.orderEndsAt),
    })),
  );
  // Where 17TRACK knows only the day of an event, in a zone it does not say, the silence begins up to two days later.
  const isDated = ({ carrier }: Parcel) => !(hasTracker && carrier.times === 'day');
  const becameDue = all.filter(
    ({ parcel, dueAt, until }) => dueAt >= from && dueAt < dueUntil && until > dueAt && isDated(parcel),
  );
  // Silence shows only when the source is asked: a tracker asks the carriers at times of its own.
  const due = becameDue.filter(
    ({ parcel, dueAt, until }) => (tracker.reachedFrom(parcel, dueAt) ?? dueAt) + POLL_MS < until,
  );
  const missed: ParcelDays['missed'] = [];
  const lateness = due.flatMap(({ parcel, from: since, dueAt, until }) => {
    const report = reports.get(parcel)?.find((each) => Math.abs(each.since - since) < MAX_SHIFT_MS);
    if (report && report.at < until) return [(report.at - dueAt) / HOUR];
    missed.push({ parcel, silence: { from: since, dueAt }, until });
    return [];
  });
  const calls = [...allCalls].flatMap(([day, ofDay]) => (day >= beijingDay(from) ? [ofDay] : []));
  const totals: Record<string, number> = {};
  for (const ofDay of calls)
    for (const [method, count] of ofDay) totals[method] = (totals[method] ?? 0) + count / calls.length;
  return {
    due: due.length,
    reported: lateness.length,
    lateness,
    missed,
    falseAlerts,
    alerts,
    unknowable: becameDue.length - due.length,
    callsADay: totals,
    parcelCalls: calls.map((ofDay) =>
      [...ofDay].reduce((sum, [method, count]) => sum + (method === ORDERS ? 0 : count), 0),
    ),
    errors: polled.errors,
  };
}

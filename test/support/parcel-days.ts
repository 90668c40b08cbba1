/** Days of a simulated shop whose workflows watch its parcels: which stalls they were reported of, and what that took. */

import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { CurveName } from '../../sandbox/curves.ts';
import { beijingDay } from '../../sandbox/pacific.ts';
import { falseAlertOf, type Silence, stallsOf, unusualSilencesOf } from '../../sandbox/parcels/stalls.ts';
import { numberAt, type Parcel } from '../../sandbox/parcels.ts';
import { openShop } from '../../sandbox/shop.ts';
import { latestMeant } from '../../sandbox/time-forms.ts';
import type { Variants } from '../../sandbox/variants.ts';
import { openPolledShop } from './polled-shop.ts';

/** 00:00 in Beijing. */
export const PARCELS_START = Date.parse('2026-10-06T16:00:00Z');
const HISTORY_DAYS = 62;
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
}

export interface ParcelDays {
  due: number;
  reported: number;
  /** Hours from the moment at which a stall was due until it was reported. */
  lateness: number[];
  falseAlerts: string[];
  alerts: number;
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
    ordersPerDay = 100,
    curve = 'olist',
    variants = {},
    inputs = {},
  }: ParcelDaysOptions,
  rule: keyof typeof silencesBy,
): Promise<ParcelDays> {
  const to = PARCELS_START + (warmUpDays + days) * DAY;
  const from = PARCELS_START + warmUpDays * DAY;
  const shop = openShop({
    seed,
    curve,
    ordersPerDay,
    historyDays: HISTORY_DAYS,
    variedParcels: true,
    from: PARCELS_START,
    to,
  });
  const calls = new Map<string, Map<string, number>>();
  const polled = await openPolledShop({
    shop,
    from: PARCELS_START,
    dailyLimit,
    variants,
    onCall: (method, at) => {
      if (at < from) return;
      const ofDay = calls.get(beijingDay(at)) ?? new Map<string, number>();
      calls.set(beijingDay(at), ofDay.set(method, (ofDay.get(method) ?? 0) + 1));
    },
  });
  const workflow = { id: 'stalls', trigger: 'logistics_stall', inputs };
  await polled.pollFor((warmUpDays + days) * DAY, 15 * MINUTE, [workflow]);
  const taken = polled.activations.flatMap((activation) => activation.taken);
  const byNumber = new Map<string, Parcel[]>();
  for (const parcel of shop.parcels)
    for (const number of [parcel.trackingNumber, parcel.mistaken?.number])
      if (number) byNumber.set(number, [...(byNumber.get(number) ?? []), parcel]);
  const reportedAt = new Map<string, number>();
  const falseAlerts: string[] = [];
  let alerts = 0;
  for (const { at, event } of taken) {
    const number = String(event.tracking_number);
    const parcel = byNumber.get(number)?.find((each) => numberAt(each, at) === number);
    // Some answers write only the day of an event.
    const meant = (written: unknown) =>
      latestMeant(Date.parse(String(written)), parcel?.carrier.times ?? 'pacific');
    const key = `${number}/${meant(event.stalled_since)}`;
    if (!reportedAt.has(key)) reportedAt.set(key, at);
    if (at < from) continue;
    alerts += 1;
    const why = parcel && falseAlertOf(parcel, { since: meant(event.last_event_at), reportedAt: at });
    if (!parcel || why) falseAlerts.push(`${number} ${event.stage} ${why ?? 'no parcel'}`);
  }
  const all = shop.parcels.flatMap((parcel) =>
    silencesBy[rule](parcel).map((silence) => ({
      parcel,
      ...silence,
      until: Math.min(silence.endedAt ?? Infinity, parcel.orderEndsAt),
    })),
  );
  const due = all.filter(({ dueAt }) => dueAt >= from && dueAt < to - DAY);
  const lateness = due.flatMap(({ parcel, from: since, dueAt, until }) => {
    const at = reportedAt.get(`${parcel.trackingNumber}/${since}`);
    return at !== undefined && at < until ? [(at - dueAt) / HOUR] : [];
  });
  const totals: Record<string, number> = {};
  for (const ofDay of calls.values())
    for (const [method, count] of ofDay) totals[method] = (totals[method] ?? 0) + count / calls.size;
  return {
    due: due.length,
    reported: lateness.length,
    lateness,
    falseAlerts,
    alerts,
    callsADay: totals,
    parcelCalls: [...calls.values()].map((ofDay) =>
      [...ofDay].reduce((sum, [method, count]) => sum + (method === ORDERS ? 0 : count), 0),
    ),
    errors: polled.errors,
  };
}

/** Parcels of shipped orders, one of each: many are held in customs, are not updated or fail, and some recover. */

import { DAY, HOUR } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { deliveredAt, type Parcel, sendParcels, stallsOf, type Thresholds } from '../../sandbox/parcels.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import { drawTimes, kept, openLabShop, shippedOrders } from '../lab-shop.ts';
import type { Schedule } from '../schedule.ts';
import { ACTIVE_ORDERS, rowsIn } from '../shown-names.ts';
import type { Condition, LabWorkflow, Story, Subject } from '../story.ts';

const MAX_PARCELS = 60;
const STALL_SHARE = 0.7;
const TRACKING = 'aliexpress.logistics.redefining.querytrackingresult';

export const parcels: Subject = {
  feed: 'parcels',
  draw: drawParcels,
  aboutOf: (trigger, event) =>
    trigger === 'parcel_delivered'
      ? String(event.tracking_number)
      : stallOf(String(event.tracking_number), Date.parse(String(event.stalled_since))),
};

/** Of a Pacific time that occurs twice in autumn, nothing in a carrier's event says which of the two it is. */
const stallOf = (trackingNumber: string, start: number): string => `${trackingNumber}/${toPacific(start)}`;

function drawParcels(random: RandomSource, schedule: Schedule): Story {
  const count = random.integer(5, MAX_PARCELS);
  const times = drawTimes(random, schedule, count, 12 * DAY);
  const orders = shippedOrders(random, times, [15 * DAY, 40 * DAY]);
  const all = [...sendParcels(orders, random, STALL_SHARE).values()];
  const thresholds = random.pick<Partial<Thresholds>>([{}, { customsHours: 24, noUpdateHours: 24 }]);
  const inputs = {
    ...(thresholds.customsHours && { min_customs_hours: thresholds.customsHours }),
    ...(thresholds.noUpdateHours && { min_hours_without_update: thresholds.noUpdateHours }),
  };
  const workflows: LabWorkflow[] = [
    { id: 'stalls', trigger: 'logistics_stall', inputs },
    { id: 'delivered', trigger: 'parcel_delivered', inputs: {} },
  ];
  return {
    records: count,
    workflows,
    openShop: (options) => {
      const left = kept(orders, options);
      const ids = new Set(left.map(({ id }) => id));
      const sent = all.filter(({ order }) => ids.has(order.id));
      return openLabShop(
        { orders: left, parcels: new Map(sent.map((each) => [each.order.id, each])) },
        options,
        nameReceivers,
      );
    },
    conditionsOf: ({ trigger }) =>
      all.flatMap((parcel) =>
        trigger === 'parcel_delivered' ? deliveryOf(parcel) : stallsIn(parcel, thresholds),
      ),
  };
}

/** A carrier may name the receiver in any of its sentences. */
function nameReceivers(method: string, payload: Record<string, unknown>): void {
  if (method !== TRACKING) return;
  for (const row of rowsIn(payload)) row.event_desc = `${row.event_desc}, CANARY-NAME of CANARY-STREET`;
}

const named = ({ trackingNumber }: Parcel) => ({
  shownAs: `parcel/${trackingNumber}`,
  listedBy: ACTIVE_ORDERS,
});

function deliveryOf(parcel: Parcel): Condition[] {
  const from = deliveredAt(parcel);
  if (from === undefined) return [];
  const always = Number.POSITIVE_INFINITY;
  const about = parcel.trackingNumber;
  return [{ trigger: 'parcel_delivered', about, from, until: always, shownUntil: always, ...named(parcel) }];
}

/** Events that tell of a failed delivery or a return. */
const FAILED = ['GTMS_DEL_FAILURE', 'RT_INBOUND', 'RETURNED'];

/**
 * A stall begins with the last event, and is told once whatever its kinds. Stalls after the end of the order are true
 * and need not be told.
 */
function stallsIn(parcel: Parcel, thresholds: Partial<Thresholds>): Condition[] {
  const failures = parcel.events
    .map(({ at, code }, n) => ({ from: at, dueAt: at, code, endedAt: parcel.events[n + 1]?.at }))
    .filter(({ code }) => FAILED.includes(code));
  const stalls = stallsOf({ ...parcel, orderEndsAt: Number.POSITIVE_INFINITY }, thresholds);
  const byStart = Map.groupBy([...failures, ...stalls], ({ from }) => from);
  return [...byStart].map(([start, list]) => {
    const until = Math.min(list[0]?.endedAt ?? Number.POSITIVE_INFINITY, parcel.orderEndsAt - HOUR);
    return {
      trigger: 'logistics_stall',
      about: stallOf(parcel.trackingNumber, start),
      from: Math.min(...list.map(({ dueAt }) => dueAt)),
      until,
      shownUntil: until,
      ...named(parcel),
    };
  });
}

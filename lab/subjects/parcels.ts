/** Parcels of shipped orders, one of each: many are held in customs, are not updated or fail, and some recover. */

import { DAY, HOUR } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { stallsOf, type Thresholds } from '../../sandbox/parcels/stalls.ts';
import { sendSteadyParcels } from '../../sandbox/parcels/steady.ts';
import { deliveredAt, type Parcel } from '../../sandbox/parcels.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import { drawTimes, kept, type LabOrder, openLabShop, shippedOrders, soonOrLate } from '../lab-shop.ts';
import type { Schedule } from '../schedule.ts';
import { ACTIVE_ORDERS, ENDED_ORDERS, rowsIn } from '../shown-names.ts';
import type { Condition, LabWorkflow, Story, Subject } from '../story.ts';

const MAX_PARCELS = 60;
const STALL_SHARE = 0.7;
/** Of delivered parcels: the buyer confirms receipt soon. */
const CONFIRMED_SHARE = 0.4;
const MAX_CONFIRM_MS = 20 * HOUR;
const TRACKING = 'aliexpress.logistics.redefining.querytrackingresult';
const SHORT_TRACKING = 'aliexpress.asf.shipment.tracking.get';

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
  const drawn = shippedOrders(random, times, [15 * DAY, 40 * DAY]);
  const parcelsDrawn = new Map(
    sendSteadyParcels(drawn, random, STALL_SHARE).map((each) => [each.order.id, each]),
  );
  const thresholds = random.pick<Partial<Thresholds>>([{}, { customsHours: 24, noUpdateHours: 24 }]);
  const inputs = {
    stall_rule: 'hours',
    ...(thresholds.customsHours && { min_customs_hours: thresholds.customsHours }),
    ...(thresholds.noUpdateHours && { min_hours_without_update: thresholds.noUpdateHours }),
  };
  const workflows: LabWorkflow[] = [
    { id: 'stalls', trigger: 'logistics_stall', inputs },
    { id: 'delivered', trigger: 'parcel_delivered', inputs: {} },
  ];
  const orders = drawn.map((order) => confirmSoon(order, parcelsDrawn.get(order.id), random));
  const all = orders.flatMap((order) => {
    const parcel = parcelsDrawn.get(order.id);
    return parcel ? [{ ...parcel, order, orderEndsAt: order.stages.at(-1)?.at ?? parcel.orderEndsAt }] : [];
  });
  return {
    records: count,
    workflows,
    openShop: (options) => {
      const left = kept(orders, options);
      const ids = new Set(left.map(({ id }) => id));
      const sent = all.filter(({ order }) => ids.has(order.id));
      return openLabShop({ orders: left, parcels: sent }, options, nameReceivers);
    },
    conditionsOf: ({ trigger }) =>
      all.flatMap((parcel) =>
        trigger === 'parcel_delivered' ? deliveryOf(parcel) : stallsIn(parcel, thresholds),
      ),
  };
}

/** An order whose buyer may confirm receipt within hours of the delivery. */
function confirmSoon(order: LabOrder, parcel: Parcel | undefined, random: RandomSource): LabOrder {
  const arrivedAt = parcel && deliveredAt(parcel);
  if (arrivedAt === undefined || random.next() >= CONFIRMED_SHARE) return order;
  const stages = [...order.stages];
  const end = stages.pop();
  const at = arrivedAt + soonOrLate(random, MAX_CONFIRM_MS);
  return end && at < end.at ? { ...order, stages: [...stages, { ...end, at }] } : order;
}

/** A carrier may name the receiver in any of its sentences. */
function nameReceivers(method: string, payload: Record<string, unknown>): void {
  const [rows, sentence] =
    method === TRACKING
      ? [rowsIn(payload), 'event_desc']
      : method === SHORT_TRACKING
        ? [
            rowsIn(Object((payload.result as Record<string, unknown> | undefined)?.data)),
            'trackingDetailDesc',
          ]
        : [[], ''];
  for (const row of rows) row[sentence] = `${row[sentence]}, CANARY-NAME of CANARY-STREET`;
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
  const order = `order/${parcel.order.id}`;
  // The connector learns that the order has ended, and then queries the parcel if it knew that it was on its way.
  const shown =
    parcel.orderEndsAt - from < MAX_CONFIRM_MS
      ? { shownAs: `${order}/FINISH`, listedBy: ENDED_ORDERS, knownAs: `${order}/WAIT_BUYER_ACCEPT_GOODS` }
      : named(parcel);
  return [{ trigger: 'parcel_delivered', about, from, until: always, shownUntil: always, ...shown }];
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

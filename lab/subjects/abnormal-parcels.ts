/** Parcels that a warehouse holds, once or several times, for the same reason or for another one. */

import { DAY, MINUTE } from '../../lib/runtime.ts';
import { wholeSecond } from '../../sandbox/pacific.ts';
import { drawAbnormality } from '../../sandbox/parcels/abnormalities.ts';
import { sendSteadyParcels } from '../../sandbox/parcels/steady.ts';
import { type Abnormality, logisticsOrderId, type Parcel } from '../../sandbox/parcels.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import { drawTimes, kept, openLabShop, shippedOrders, soonOrLate } from '../lab-shop.ts';
import type { Schedule } from '../schedule.ts';
import { ABNORMAL_PARCELS } from '../shown-names.ts';
import type { Story, Subject } from '../story.ts';

const MAX_PARCELS = 60;
const MAX_HELD_MS = 5 * DAY;
const AGAIN_SHARE = 0.3;

export const abnormalParcels: Subject = {
  feed: 'abnormal_parcels',
  draw: drawAbnormalParcels,
  aboutOf: (_, event) => `${event.abnormal_id}/${event.abnormal_code}`,
};

function drawAbnormalParcels(random: RandomSource, schedule: Schedule): Story {
  const count = random.integer(3, MAX_PARCELS);
  const orders = shippedOrders(random, drawTimes(random, schedule, count, 5 * DAY), [15 * DAY, 40 * DAY]);
  const all = sendSteadyParcels(orders, random, 0).map((parcel) => ({
    ...parcel,
    abnormalities: drawAbnormalities(parcel, random),
  }));
  return {
    records: count,
    workflows: [{ id: 'abnormal', trigger: 'abnormal_parcel', inputs: {} }],
    openShop: (options) => {
      const left = kept(orders, options);
      const ids = new Set(left.map(({ id }) => id));
      return openLabShop({ orders: left, parcels: all.filter(({ order }) => ids.has(order.id)) }, options);
    },
    conditionsOf: () =>
      all.flatMap((parcel) =>
        parcel.abnormalities.map(({ code, from, until }) => {
          const about = `${logisticsOrderId(parcel, parcel.order)}/${code}`;
          const shownAs = `abnormal/${about}`;
          return {
            trigger: 'abnormal_parcel',
            about,
            from,
            until,
            shownAs,
            shownUntil: until,
            listedBy: ABNORMAL_PARCELS,
          };
        }),
      ),
  };
}

function drawAbnormalities({ shippedAt }: Parcel, random: RandomSource): Abnormality[] {
  const drawn: Abnormality[] = [];
  let at = shippedAt;
  do {
    const from = wholeSecond(at);
    at += soonOrLate(random, MAX_HELD_MS, MINUTE);
    drawn.push({ ...drawAbnormality(from, random), until: wholeSecond(at) });
    at += MINUTE;
  } while (random.next() < AGAIN_SHARE);
  return drawn;
}

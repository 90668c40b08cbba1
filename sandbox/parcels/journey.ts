/** The events of one parcel, drawn step by step. */

import { DAY, HOUR } from '../../lib/runtime.ts';
import type { Order } from '../orders.ts';
import { wholeSecond } from '../pacific.ts';
import type { Abnormality, ParcelEvent } from '../parcels.ts';
import type { RandomSource } from '../random.ts';
import { drawAbnormality } from './abnormalities.ts';
import type { Carrier } from './carriers.ts';
import { detours, drawStep, laneOf, type Step } from './lanes.ts';
import { placeOf } from './places.ts';
import { languageOf, OPAQUE, sentenceFor } from './words.ts';

export type Outcome =
  | 'delivered'
  | 'delivered at the second attempt'
  | 'held by customs'
  | 'lost in customs'
  | 'lost'
  | 'returned';

interface Shipment {
  order: Order;
  carrier: Carrier;
  shippedAt: number;
  outcome: Outcome;
  /** The first warehouse cannot process it. */
  isAbnormal: boolean;
  /** Share of events whose sentence says nothing, of carriers without codes. */
  opaqueShare: number;
}

export interface Journey {
  events: ParcelEvent[];
  abnormalities: Abnormality[];
}

const PICKUP_POINT_SHARE = 0.2;
/** Of abnormal parcels: another abnormality follows. */
const AGAIN_SHARE = 0.2;

/** At the end of a journey that is not broken off. */
function lastSteps(outcome: Outcome, random: RandomSource): readonly Step[] {
  const { GTMS_SIGNED, GTMS_WAIT_SELF_PICK, GSTA_SIGN, GTMS_DEL_FAILURE, GTMS_RE_DELIVERING } = detours;
  const atDoorOrPoint = random.next() < PICKUP_POINT_SHARE ? [GTMS_WAIT_SELF_PICK, GSTA_SIGN] : [GTMS_SIGNED];
  switch (outcome) {
    case 'returned':
      return [GTMS_DEL_FAILURE, detours.RT_INBOUND, detours.RETURNED];
    case 'delivered at the second attempt':
      return [GTMS_DEL_FAILURE, GTMS_RE_DELIVERING, ...atDoorOrPoint];
    default:
      return atDoorOrPoint;
  }
}

export function journey(
  { order, carrier, shippedAt, outcome, isAbnormal, opaqueShare }: Shipment,
  random: RandomSource,
): Journey {
  const lane = laneOf(carrier);
  const route = [...lane, ...lastSteps(outcome, random)];
  const customs = route.findIndex(({ code }) => code === 'CC_IM_START');
  // A carrier that does not report customs is silent after the arrival.
  const entry = customs >= 0 ? customs : route.findIndex(({ code }) => code === 'LH_ARRIVE');
  const end =
    outcome === 'lost'
      ? random.integer(1, lane.length - 1)
      : outcome === 'lost in customs'
        ? entry + 1
        : route.length;
  const atWarehouse = 1 + route.findIndex(({ code }) => code === 'PU_PICKUP_SUCCESS');
  const abnormalities: Abnormality[] = [];
  let at = shippedAt;
  const events = route.slice(0, end).map((step, n): ParcelEvent => {
    if (isAbnormal && n === atWarehouse) {
      do {
        const next = drawAbnormality(wholeSecond(at + random.between(2, 12) * HOUR), random);
        abnormalities.push(next);
        at = next.until;
      } while (random.next() < AGAIN_SHARE);
    }
    const heldMs = outcome === 'held by customs' && n === entry + 1 ? random.between(4, 14) * DAY : 0;
    at = wholeSecond(at + Math.max(1000, heldMs, drawStep(step, carrier, order.country, random)));
    const isOpaque = !carrier.hasCodes && (at / 1000) % 1000 < opaqueShare * 1000;
    const text = textOf(isOpaque ? { ...step, code: OPAQUE } : step, carrier, order);
    return { at, code: step.code, text, place: placeOf(step.where, order) };
  });
  return { events, abnormalities };
}

function textOf({ code, where }: Step, { language }: Carrier, { country }: Order): string {
  const local = where === 'destination' ? (languageOf[country] ?? 'en') : 'en';
  return sentenceFor(code, language === 'local' ? local : language);
}

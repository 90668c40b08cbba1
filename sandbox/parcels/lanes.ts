/**
 * The stations of a parcel on its way, by carrier and country, and how long each step takes. The time of a step is
 * lognormal, so the gap that one parcel in 200 reaches is known exactly.
 */

import { HOUR } from '../../lib/runtime.ts';
import type { RandomSource } from '../random.ts';
import type { Carrier } from './carriers.ts';
import type { Where } from './places.ts';

export interface Step {
  /** Code of the event it ends with. */
  code: string;
  where: Where;
  /** Median since the event before. */
  hours: number;
  /** Standard deviation of the logarithm. */
  sigma: number;
}

type Row = [code: string, hours: number, sigma: number];

const steps = (where: Step['where'], rows: readonly Row[]): Step[] =>
  rows.map(([code, hours, sigma]) => ({ code, where, hours, sigma }));

const detailed: readonly Step[] = [
  ...steps('origin', [
    ['CONSIGN', 3, 0.45],
    ['PU_PICKUP_SUCCESS', 16, 0.45],
    ['SC_INBOUND_SUCCESS', 8, 0.45],
    ['SC_OUTBOUND_SUCCESS', 9, 0.45],
    ['CC_EX_START', 6, 0.45],
    ['CC_EX_SUCCESS', 10, 0.45],
    ['LH_HO_AIRLINE', 8, 0.45],
    ['LH_DEPART', 14, 0.45],
  ]),
  ...steps('on the way', [['LH_ARRIVE', 72, 0.5]]),
  ...steps('destination', [
    ['CC_IM_START', 6, 0.45],
    ['CC_IM_SUCCESS', 14, 0.45],
    ['GTMS_ACCEPT', 12, 0.45],
    ['GTMS_SC_ARRIVE', 14, 0.45],
    ['GTMS_DO_ARRIVE', 14, 0.45],
    ['GTMS_DELIVERING', 10, 0.45],
  ]),
];

const quiet: readonly Step[] = [
  ...steps('origin', [
    ['CONSIGN', 3, 0.45],
    ['PU_PICKUP_SUCCESS', 20, 0.45],
    ['LH_DEPART', 60, 0.4],
  ]),
  ...steps('on the way', [['LH_ARRIVE', 84, 0.4]]),
  ...steps('destination', [
    ['GTMS_ACCEPT', 40, 0.45],
    ['GTMS_DELIVERING', 44, 0.45],
  ]),
];

/** The parcels of two carriers change planes; the code of the one station stands in no list. */
const throughHub: Readonly<Record<string, readonly Step[]>> = {
  CAINIAO_EXPEDITED_ECONOMY: steps('on the way', [['TD_HUB_SCAN', 20, 0.45]]),
  YANWEN_AM: steps('on the way', [
    ['CC_TRANS＿START', 16, 0.45],
    ['CC_TRANS＿SUCCESS', 10, 0.45],
  ]),
};

/** Steps that only some parcels take, after the event whose code is given. */
export const detours = {
  GTMS_SIGNED: { code: 'GTMS_SIGNED', where: 'destination', hours: 5, sigma: 0.45 },
  GTMS_WAIT_SELF_PICK: { code: 'GTMS_WAIT_SELF_PICK', where: 'destination', hours: 5, sigma: 0.45 },
  GSTA_SIGN: { code: 'GSTA_SIGN', where: 'destination', hours: 30, sigma: 0.45 },
  GTMS_DEL_FAILURE: { code: 'GTMS_DEL_FAILURE', where: 'destination', hours: 6, sigma: 0.45 },
  GTMS_RE_DELIVERING: { code: 'GTMS_RE_DELIVERING', where: 'destination', hours: 24, sigma: 0.45 },
  RT_INBOUND: { code: 'RT_INBOUND', where: 'destination', hours: 40, sigma: 0.4 },
  RETURNED: { code: 'RETURNED', where: 'destination', hours: 50, sigma: 0.45 },
} as const satisfies Record<string, Step>;

/** How long the way to a country takes, compared with Spain. */
const countrySlowness: Readonly<Record<string, number>> = {
  KR: 0.35,
  US: 0.9,
  UK: 0.9,
  PL: 1.1,
  RU: 1.2,
  BR: 1.6,
};

/** The steps of an ordinary parcel until it is out for delivery. */
export function laneOf(carrier: Carrier): readonly Step[] {
  const lane = carrier.isQuiet ? quiet : detailed;
  const hub = throughHub[carrier.key] ?? [];
  return lane.flatMap((step) => (step.code === 'LH_ARRIVE' ? [...hub, step] : step));
}

const medianOf = ({ hours, where }: Step, { slowness }: Carrier, country: string): number =>
  hours * slowness * (where === 'on the way' ? (countrySlowness[country] ?? 1) : 1);

/** Milliseconds that a parcel takes for a step. */
export function drawStep(step: Step, carrier: Carrier, country: string, random: RandomSource): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return medianOf(step, carrier, country) * Math.exp(step.sigma * normal) * HOUR;
}

const IN_200 = 2.5758;
const [SHORTEST_MS, LONGEST_MS] = [48 * HOUR, 240 * HOUR];

/** The steps that may follow an event. */
function stepsAfter(code: string, carrier: Carrier): readonly Step[] {
  const lane = laneOf(carrier);
  const next = lane[lane.findIndex((step) => step.code === code) + 1];
  const { GTMS_SIGNED, GTMS_WAIT_SELF_PICK, GSTA_SIGN, GTMS_RE_DELIVERING, RT_INBOUND, RETURNED } = detours;
  const last = [GTMS_SIGNED, GTMS_WAIT_SELF_PICK];
  const after: Readonly<Record<string, readonly Step[]>> = {
    GTMS_DELIVERING: last,
    GTMS_RE_DELIVERING: last,
    GTMS_WAIT_SELF_PICK: [GSTA_SIGN],
    GTMS_DEL_FAILURE: [GTMS_RE_DELIVERING, RT_INBOUND],
    RT_INBOUND: [RETURNED],
  };
  return after[code] ?? (next ? [next] : []);
}

/**
 * The silence after an event of this code that is unusual for the route, in milliseconds: fewer than 1 in 200 ordinary
 * parcels reach it. At least 48 hours, at most 10 days. @param code left out before the first event
 */
export function usualSilenceMs(carrier: Carrier, country: string, code = ''): number {
  const reached = stepsAfter(code, carrier).map(
    (step) => medianOf(step, carrier, country) * Math.exp(step.sigma * IN_200) * HOUR,
  );
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ...reached));
}

/**
 * Where a parcel is: the stages, the carriers' action codes, and what an event says about the stage. The official list
 * of codes ends with "and so on", and many events have none. See docs/aliexpress.md#tracking-codes.
 */

import type { LookupField } from '../pack/record.ts';
import { inLanguage } from './bilingual.ts';
import { milestoneRows } from './parcel-milestones.ts';
import { type Stage, stageWords } from './parcel-stages.ts';
import { keyOfWords, wordRows } from './tracking-words.ts';

const codes: Record<Exclude<Stage, 'unknown'>, readonly string[]> = {
  preparing: [
    'CONSIGN',
    'OM_CONSIGN',
    'GTMS_ASN',
    'GWMS_ACCEPT',
    'GWMS_PICK',
    'GWMS_PACKAGE',
    // Seen in answers, but not in the official list.
    'LAST_MILE_ASN_NOTIFY',
  ],
  transit: [
    'PU_PICKUP_SUCCESS',
    'PU_SIGN_IN_SUCCESS',
    'SC_SIGN_IN_SUCCESS',
    'SC_INBOUND_SUCCESS',
    'SC_OUTBOUND_SUCCESS',
    'SC_HO_OUT_SUCCESS',
    'TD_TRANS_ARRIVE',
    'TD_TRANS_DEPART',
    'LH_HO_IN_SUCCESS',
    'LH_HO_AIRLINE',
    'LH_DEPART',
    'LH_ARRIVE',
    'LH_HO_OUT_SUCCESS',
    // The official list calls it a failed handover; other software meets it on parcels that move.
    'LH_POST_COLLECTION',
    'LH_OTHER',
    'GWMS_OUTBOUND',
    'GWMS_HANDOVER',
    'GOT',
    'DEPARTURE',
    'ARRIVAL',
  ],
  customs: [
    'CC_EX_START',
    'CC_EX_SUCCESS',
    'CC_TRANS_START',
    'CC_TRANS_SUCCESS',
    // The official list writes these two with a full-width underscore.
    'CC_TRANS＿START',
    'CC_TRANS＿SUCCESS',
    'CC_HO_IN_SUCCESS',
    'CC_HO_OUT_SUCCESS',
    'CC_IM_START',
    'CC_IM_PROCESS',
    'CC_IM_SUCCESS',
    'CUS_DECLARE',
    'CUS_SUCCESS',
    // Duties must be paid.
    'CUS_TAX',
    'CIQ_SUCCESS',
  ],
  last_mile: [
    'GTMS_ACCEPT',
    'GTMS_SC_ARRIVE',
    'GTMS_DO_ARRIVE',
    'GTMS_DO_DEPART',
    'GTMS_DELIVERING',
    'GTMS_RE_DELIVERING',
    'GTMS_RELABEL',
    'GTMS_STATION_IN',
    'GTMS_STATION_OUT',
    'GTMS_OTHER',
    'GTMS_STA_WAIT_CUST_CHANGE_ADDRESS',
    'GTMS_STA_CUST_TO_DOOR',
    'GTMS_STA_CHANGE',
    'GTMS_STA_CN_TO_DOOR',
    'GTMS_STA_CN_CHANGE',
    'GTMS_STA_CNCP_TO_DOOR',
    'GTMS_STA_CNCP_CHANGE',
    'GSTAHUB_INBOUND',
    'GSTA_OTHER',
    'SENT_SCAN',
  ],
  pickup_point: [
    'GTMS_WAIT_SELF_PICK',
    // The pick-up point has signed, not yet the buyer.
    'GTMS_STA_SIGNED',
    'GSTA_INBOUND',
    // Seen in answers, but not in the official list.
    'GSTA_INFORM_BUYER',
  ],
  delivered: ['GTMS_SIGNED', 'GSTA_SIGN', 'GSTA_BUYER_SIGN', 'STA_SIGN', 'SIGNED'],
  failure: [
    'PU_PICKUP_FAILURE',
    'PU_SIGN_IN_FAILURE',
    'SC_SIGN_IN_FAILURE',
    'SC_INBOUND_FAILURE',
    'SC_OUTBOUND_FAILURE',
    'SC_HO_OUT_FAILURE',
    'LH_HO_IN_FAILURE',
    'LH_HO_AIRLINE_FAILURE',
    'LH_ARRIVE_FAILURE',
    'LH_HO_OUT_FAILURE',
    'CC_EX_FAILURE',
    'CC_TRANS_FAILURE',
    'CC_HO_IN_FAILURE',
    'CC_HO_OUT_FAILURE',
    'CC_IM_FAILURE',
    'CUS_FAILURE',
    'CIQ_FAILURE',
    'GTMS_SC_ARRIVE_FAILURE',
    'GTMS_DEL_FAILURE',
    'GTMS_SIGN_FAILURE',
    'GTMS_STA_SIGN_FAILURE',
    'GTMS_FAILURE',
    'GSTAHUB_INBOUND_FAIL',
    'GSTA_INBOUND_FAIL',
    'GSTA_SIGN_FAIL',
    'GSTA_BUYER_SIGN_FAIL',
    'STA_SIGN_FAIL',
    'GWMS_REJECT',
    'GWMS_CANCEL',
    'GWMS_EXCEPTION',
    'REJECT',
    'FAILED',
  ],
  returned: [
    'RT_INBOUND',
    'RETURNED',
    'RT_OUTBOUND',
    'RT_DESTROY',
    'RT_HO_OUT',
    'RT_WH_HO_IN',
    'RT_WH_HO_IN_FAIL',
    'RT_WH_INBOUND',
    'RT_WH_INBOUND_FAILURE',
    'RT_WH_OUTBOUND',
    'RT_WH_HO_OUT',
    'RT_WH_DESTROY',
    'RT_TRANSWH_HO_IN',
    'RT_TRANSWH_INBOUND',
    'RT_TRANSWH_OUTBOUND',
    'RT_TMS_ACCEPT',
  ],
};

interface CodeRule {
  begins?: string;
  contains?: string;
  stage: Stage;
}

/** What an unknown code says for certain. */
const certain: readonly CodeRule[] = [
  { begins: 'RT_', stage: 'returned' },
  { contains: 'FAIL', stage: 'failure' },
  { contains: 'EXCEPTION', stage: 'failure' },
];

/** The station to which an unknown code belongs. */
const stations: readonly CodeRule[] = [
  ...['CC_', 'CUS_', 'CIQ_'].map((begins) => ({ begins, stage: 'customs' as const })),
  ...['GTMS_', 'GSTA', 'STA_'].map((begins) => ({ begins, stage: 'last_mile' as const })),
  ...['PU_', 'SC_', 'TD_', 'LH_', 'CW_'].map((begins) => ({ begins, stage: 'transit' as const })),
];

/** The signal of an event that says nothing about the stage. */
export const UNKNOWN = 'unknown' satisfies Stage;
const stageOfCode = new Map(
  Object.entries(codes).flatMap(([stage, group]) => group.map((code) => [code, stage])),
);
const fits = (code: string, rules: readonly CodeRule[]): boolean =>
  rules.some(({ begins = '', contains = '' }) => code.startsWith(begins) && code.includes(contains));

/**
 * What an event says about the stage: its code, the key of the words in it, or "unknown". The code decides if
 * it is known, then the words, and last the station of an unknown code.
 * @param sentences of the carrier
 */
export function signalOf(code: string, sentences: readonly string[]): string {
  if (stageOfCode.has(code) || fits(code, certain)) return code;
  const inWords = [code.replaceAll('_', ' '), ...sentences].map(keyOfWords).find((key) => key !== undefined);
  return inWords ?? (fits(code, stations) ? code : UNKNOWN);
}

/** A `lookup` from the signal to its stage, or to the word for the stage. */
const lookup = (words: Readonly<Record<string, string>>): Pick<LookupField, 'table' | 'otherwise'> => ({
  table: Object.fromEntries(
    [...stageOfCode, ...[...wordRows, ...milestoneRows].map(({ key, stage }) => [key, stage] as const)].map(
      ([signal, stage]) => [signal, words[stage] ?? stage],
    ),
  ),
  otherwise: [...certain, ...stations, { stage: UNKNOWN }].map(({ stage, ...rule }) => ({
    ...rule,
    word: words[stage] ?? stage,
  })),
});

const stagesOf = (...group: Stage[]): readonly string[] => group;

/** The buyer has the parcel. */
export const DELIVERED: string = 'delivered' satisfies Stage;
/** The parcel should move. If its carrier adds no event for days, the parcel is stalled. */
export const UNDER_WAY = stagesOf('preparing', 'transit', 'customs', 'last_mile');
/** The parcel may reach the buyer within a day. */
export const NEAR_BUYER = stagesOf('last_mile', 'pickup_point');
/** The delivery failed, or the parcel is sent back. */
export const UNDELIVERABLE = stagesOf('failure', 'returned');

/** Stage → its name. */
export const STAGES = inLanguage(stageWords, 'en');

export const stages = lookup({});
export const stageNames = lookup(STAGES);
export const stageNamesZh = lookup(inLanguage(stageWords, 'zh'));

/** An event with one of these signals says that the buyer has the parcel. */
export const DELIVERED_SIGNALS: readonly string[] = Object.keys(stages.table).filter(
  (signal) => stages.table[signal] === DELIVERED,
);

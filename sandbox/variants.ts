/**
 * What is not known of AliExpress, as switches: nothing of it was tried on the live gateway. The defaults are what the
 * reference and other software make likely. See docs/aliexpress.md.
 */

import type { AnswerForm } from './answer-forms.ts';
import type { TimeForm } from './time-forms.ts';

/** The permission groups of the methods. */
export const permissionGroups = {
  products: 20904,
  merchant: 20895,
  orders: 20905,
  reviews: 20896,
  disputes: 20898,
  logistics: 20892,
  abnormal_parcels: 21215,
} as const;

export type PermissionGroup = keyof typeof permissionGroups;

export interface Variants {
  /** The status FINISH among others in the order list. */
  finishAmongOthers: 'listed' | 'refused' | 'left_out';
  /** Orders that have ended, in a window of placement that begins over 30 days ago. */
  endedLongAgo: 'listed' | 'refused';
  /** Which of the two dates of the parcel list is its start. */
  parcelDates: 'natural' | 'swapped';
  /** The most rows of a page of parcels or abnormal parcels. */
  parcelPageSize: number;
  /** What becomes of a page size beyond it. */
  oversizedPage: 'refused' | 'cut';
  /** The zone of times in the lists of parcels and of abnormal parcels. */
  parcelZone: 'pacific' | 'beijing';
  /** Whether the tracking that needs no carrier answers for this shop. */
  shortTracking: 'answers' | 'refused';
  /** Which carriers write action codes. */
  actionCodes: 'by_carrier' | 'always' | 'never';
  /** The form in which every carrier writes the times of its events; `mixed` is another one for each event. */
  eventTimes: 'by_carrier' | 'mixed' | TimeForm;
  /** Whether a product that is taken down has a new time of change. */
  takeDownMovesModified: boolean;
  /** Whether a parcel whose abnormality is settled stays in the list. */
  settledParcels: 'left_out' | 'listed';
  /** What a list says about its number of rows. */
  totals: 'exact' | 'left_out' | 'of_page' | 'as_text';
  /** In which forms answers are written. */
  forms: readonly AnswerForm[];
  /** Groups whose methods the app may not call. */
  notGranted: readonly PermissionGroup[];
  /** Calls a day of all shops of the app together. */
  appDailyLimit: number;
  /** Calls a second of all shops of the app together. */
  appPerSecond: number;
  /** Calls that other shops of the app make on a day. */
  callsOfOthers: number;
}

export const defaultVariants: Variants = {
  finishAmongOthers: 'listed',
  endedLongAgo: 'listed',
  parcelDates: 'natural',
  parcelPageSize: 50,
  oversizedPage: 'refused',
  parcelZone: 'pacific',
  shortTracking: 'answers',
  actionCodes: 'by_carrier',
  eventTimes: 'by_carrier',
  takeDownMovesModified: true,
  settledParcels: 'left_out',
  totals: 'exact',
  forms: [],
  notGranted: [],
  appDailyLimit: Number.POSITIVE_INFINITY,
  appPerSecond: Number.POSITIVE_INFINITY,
  callsOfOthers: 0,
};

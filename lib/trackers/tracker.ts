/**
 * A parcel tracker outside of AliExpress, as a port. It follows registered parcels by itself, so reading it costs no
 * AliExpress call. Nothing personal comes through the port: no sentence of a carrier, no name, and no place but the country of
 * destination.
 *
 * Every method throws Problem `tracker_key_refused`, `tracker_ip_not_allowed`, `tracker_rate_limited`,
 * `tracker_unreachable`, `tracker_rejected` or `answer_changed`, and then nothing is known of the whole call.
 */

import type { ParcelProgress, TrackingEvent } from '../aliexpress/tracking-progress.ts';
import type { Bilingual } from '../problems.ts';

/** The most parcels of one call. */
export const MAX_PARCELS_PER_CALL = 40;
/** The most requests of one registration, unless one is repeated. */
export const MAX_REQUESTS_OF_REGISTRATION = 3;

export interface ParcelToRegister {
  /** The tracking number in any spelling. */
  number: string;
  /** AliExpress's key of the carrier; empty where it is not known. */
  carrierKey: string;
  /** The order that the parcel belongs to, or the first of several. It is the only other thing that is sent. */
  tag: string;
}

/**
 * - `registered`: it is followed from now on; a credit was paid.
 * - `known`: it was registered before, by this connector or by another tool of the account; nothing was paid.
 * - `carrier_unknown`: no carrier was found for the number.
 * - `buyer_data_wanted`: the carrier wants data of the buyer, which is never sent. The parcel cannot be followed.
 * - `number_refused`: it is no tracking number. The parcel cannot be followed.
 * - `credits_used_up`: no credits are left. Other parcels are still followed.
 * - `daily_limit`: no more registrations today.
 * - `try_later`: a refusal that passes, or an unknown one; tomorrow it may be accepted.
 */
export type RegistrationResult =
  | 'registered'
  | 'known'
  | 'carrier_unknown'
  | 'buyer_data_wanted'
  | 'number_refused'
  | 'credits_used_up'
  | 'daily_limit'
  | 'try_later';

export interface Registration {
  /** As the caller spells it. */
  number: string;
  result: RegistrationResult;
  /** The tracker's number of the carrier, by which the parcel is read; null where the tracker did not say. */
  carrier: number | null;
}

export interface RegisteredParcel {
  number: string;
  /** From the registration; null where it is not known. */
  carrier: number | null;
}

export interface ParcelToRead extends RegisteredParcel {
  /** Epoch milliseconds. Events long before belong to an older parcel of the same number and are left out. */
  shippedAt: number;
}

/** Times are epoch milliseconds. */
export interface TrackerReading {
  /** As the caller spells it; in a push, as the tracker spells it. */
  number: string;
  carrier: number | null;
  /** In any order. An event without a zone has the latest time that it can mean, so that no silence begins too early. */
  events: readonly TrackingEvent[];
  /** Undefined while the tracker knows of no event. Its `code` is the tracker's own. */
  progress: ParcelProgress | undefined;
  /**
   * When the tracker last reached all carriers of the parcel; null where it did not. The tracker's silence counts only if
   * this lies after the moment at which the parcel became due.
   */
  syncedAt: number | null;
  /** AliExpress's code of the country of destination; empty where the tracker does not know it. */
  country: string;
  /** Customs wants documents or a payment, so it does not wait for hours to pass. */
  isCustomsWaiting: boolean;
  /** The tracker has given the parcel up after weeks without an event, and follows it no more. */
  isExpired: boolean;
}

export interface TrackerReadings {
  readings: TrackerReading[];
  /** Numbers, as the caller spells them, that are not registered: any more, or never were. */
  unregistered: string[];
}

/** A row of the sweep. Times are epoch milliseconds, null where the tracker knows none. */
export interface SweepRow {
  /** In capitals, without spaces and hyphens: `trackerNumber` of the number that was registered. */
  number: string;
  carrier: number | null;
  lastEventAt: number | null;
  /** Null also where the last try failed. */
  syncedAt: number | null;
  isStopped: boolean;
  /** Whether it can be resumed, once. */
  isResumable: boolean;
}

export interface SweepPage {
  rows: SweepRow[];
  /** How many pages there are; rows of other tools of the account stand in them too. */
  pages: number;
}

export interface Credits {
  used: number;
  left: number;
  total: number;
}

export interface Tracker {
  /** As users know it. */
  name: Bilingual;
  /** How many requests may still be sent, by `limitTo`. They are at least a third of a second apart. */
  requestsLeft(): number;
  /**
   * Sends at most so many requests from now on, repeated ones included. What needs another one throws
   * `tracker_rate_limited`.
   */
  limitTo(requests: number): void;
  /**
   * Registers at most 40 parcels, with up to three requests: a carrier that is not found is guessed. What is not in the
   * answer is to be registered at the next visit.
   */
  register(parcels: readonly ParcelToRegister[]): Promise<Registration[]>;
  /** Reads the courses of at most 40 parcels with one request. What is in neither list is to be read again later. */
  read(parcels: readonly ParcelToRead[]): Promise<TrackerReadings>;
  /** One page of all registered parcels, the latest first, with one request. @param page from 1 */
  sweep(page: number): Promise<SweepPage>;
  /** Follows at most 40 stopped parcels again, with one request. @returns the numbers that are followed again */
  resume(parcels: readonly RegisteredParcel[]): Promise<string[]>;
  /** The credits of the account, with one request. */
  credits(): Promise<Credits>;
}

/** A tracking number as trackers want it: capitals, without spaces and hyphens. */
export const trackerNumber = (written: string): string => written.replace(/[\s-]/g, '').toUpperCase();

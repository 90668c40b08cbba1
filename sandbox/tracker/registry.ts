/** The numbers registered at 17TRACK, what it knows of each, and its credits. */

import { type Clock, DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { isDelivery, type Parcel, type ParcelEvent } from '../parcels.ts';
import { ItemRefusal } from './refusals.ts';
import { carrierNames, detectCarrier, EXPIRED, NOT_FOUND, PLATFORM_CARRIERS, stateOf } from './states.ts';

export interface Registration {
  number: string;
  carrier: number;
  tag: string;
  orderNo: string;
  remark: string;
  /** Epoch milliseconds, as are the other times. */
  registeredAt: number;
  /** From here on it is refreshed at equal intervals; the first one comes after `firstAfterMs`. */
  tracked: { from: number; firstAfterMs: number };
  stopped?: { at: number; reason: 'Expired' | 'ByRequest' };
  isRetracked: boolean;
  carrierChanges: number;
  push?: { at: number; status: 'Success' | 'Failure'; code: number; events: number };
}

export interface TrackerSettings {
  clock: Clock;
  parcels: () => readonly Parcel[];
  /** Credits of a month. */
  quota: number;
  /** Registrations of a day. */
  maxDaily: number;
  refreshMs: number;
  /** Since when it reaches no carrier, so that a refresh brings nothing; undefined where it does. */
  carriersDownSince: () => number | undefined;
}

const QUIET_DAYS = 30;
const DAYS_AFTER_DELIVERY = 15;
const KEPT_DAYS = 90;
const AFTER_RETRACK_MS = 10 * MINUTE;

export class Registry {
  readonly settings: TrackerSettings;
  readonly registrations: Registration[] = [];
  /** Times at which a credit was used. */
  readonly credits: number[] = [];
  #index: { parcels: readonly Parcel[]; numbers: ReadonlyMap<string, Parcel> } | undefined;

  constructor(settings: TrackerSettings) {
    this.settings = settings;
  }

  now(): number {
    return this.settings.clock.now();
  }

  find(number: string, carrier: number | undefined): Registration | undefined {
    return this.registrations.find(
      (each) => each.number === number && (carrier === undefined || each.carrier === carrier),
    );
  }

  /** Stopped numbers stay for 90 days. */
  removeOld(): void {
    for (const each of [...this.registrations]) {
      this.#settle(each);
      if (each.stopped && each.stopped.at + KEPT_DAYS * DAY <= this.now()) this.remove(each);
    }
  }

  /** @throws ItemRefusal */
  need(number: string, carrier: number | undefined): Registration {
    const found = this.find(number, carrier);
    if (!found) throw new ItemRefusal(-18019902);
    this.#settle(found);
    return found;
  }

  /** @throws ItemRefusal */
  register(
    number: string,
    given: number | undefined,
    texts: Pick<Registration, 'tag' | 'orderNo' | 'remark'>,
  ): { registration: Registration; isDetected: boolean } {
    if (given !== undefined && !carrierNames[given]) throw new ItemRefusal(-18019910);
    const carrier = given ?? detectCarrier(number);
    if (carrier === undefined) throw new ItemRefusal(-18019903);
    if (this.find(number, carrier)) throw new ItemRefusal(-18019901);
    if (this.usedSince(monthOf(this.now())) >= this.settings.quota) throw new ItemRefusal(-18019908);
    if (this.usedSince(dayOf(this.now())) >= this.settings.maxDaily) throw new ItemRefusal(-18019907);
    const registeredAt = this.now();
    const registration: Registration = {
      number,
      carrier,
      ...texts,
      registeredAt,
      tracked: { from: registeredAt, firstAfterMs: this.settings.refreshMs },
      isRetracked: false,
      carrierChanges: 0,
    };
    this.credits.push(registeredAt);
    this.registrations.push(registration);
    return { registration, isDetected: given === undefined };
  }

  /** Credits used since then. */
  usedSince(at: number): number {
    return this.credits.filter((usedAt) => usedAt >= at).length;
  }

  /** @throws ItemRefusal */
  stop(registration: Registration): void {
    if (registration.stopped) throw new ItemRefusal(-18019906);
    registration.stopped = { at: this.now(), reason: 'ByRequest' };
  }

  /** @throws ItemRefusal */
  retrack(registration: Registration): void {
    if (!registration.stopped) throw new ItemRefusal(-18019904);
    if (registration.isRetracked) throw new ItemRefusal(-18019905);
    delete registration.stopped;
    Object.assign(registration, {
      isRetracked: true,
      tracked: { from: this.now(), firstAfterMs: AFTER_RETRACK_MS },
    });
  }

  remove(registration: Registration): void {
    this.registrations.splice(this.registrations.indexOf(registration), 1);
  }

  /** @throws ItemRefusal */
  changeCarrier(registration: Registration, carrier: number): void {
    if (!carrierNames[carrier]) throw new ItemRefusal(-18019802);
    if (carrier === registration.carrier) throw new ItemRefusal(-18019803);
    if (registration.stopped) throw new ItemRefusal(-18019806);
    if (registration.carrierChanges >= 5) throw new ItemRefusal(-18019807);
    registration.carrier = carrier;
    registration.carrierChanges += 1;
    registration.tracked = { from: this.now(), firstAfterMs: AFTER_RETRACK_MS };
  }

  /** When it last tried to reach the carrier; undefined before the first time. */
  syncedAt(registration: Registration): number | undefined {
    this.#settle(registration);
    return this.#lastRefresh(registration, registration.stopped?.at ?? this.now());
  }

  /** When it tries to reach the carrier for the first time from `at` on. */
  refreshFrom({ tracked: { from, firstAfterMs } }: Registration, at: number): number {
    const first = from + firstAfterMs;
    const { refreshMs } = this.settings;
    return first + Math.max(0, Math.ceil((at - first) / refreshMs)) * refreshMs;
  }

  #lastRefresh({ tracked: { from, firstAfterMs } }: Registration, at: number): number | undefined {
    const first = from + firstAfterMs;
    if (at < first) return firstAfterMs === AFTER_RETRACK_MS ? from : undefined;
    return first + Math.floor((at - first) / this.settings.refreshMs) * this.settings.refreshMs;
  }

  /** Whether the last refreshes reached their carriers. */
  isReached(): boolean {
    return this.settings.carriersDownSince() === undefined;
  }

  /** The parcel of a number, where its carrier knows it. */
  parcelOf({ number, carrier }: Registration): Parcel | undefined {
    const parcel = this.#parcelsByNumber().get(number);
    if (!parcel) return undefined;
    const { trackerCode, isOnline } = parcel.carrier;
    const isKnown = carrier === trackerCode || (isOnline && PLATFORM_CARRIERS.includes(carrier));
    return isKnown ? parcel : undefined;
  }

  #parcelsByNumber(): ReadonlyMap<string, Parcel> {
    const parcels = this.settings.parcels();
    if (this.#index?.parcels !== parcels) {
      const numbers = new Map<string, Parcel>();
      for (const parcel of parcels) {
        numbers.set(parcel.lpNumber, parcel).set(parcel.trackingNumber, parcel);
      }
      this.#index = { parcels, numbers };
    }
    return this.#index.numbers;
  }

  /** The events that 17TRACK has of a number, oldest first. @param at by then, not before its tracking last began */
  eventsOf(registration: Registration, at = this.now()): readonly ParcelEvent[] {
    this.#settle(registration);
    const end = Math.min(at, registration.stopped?.at ?? at);
    const reached = Math.min(end, this.settings.carriersDownSince() ?? end);
    return this.#eventsAt(registration, this.#lastRefresh(registration, reached));
  }

  #eventsAt(registration: Registration, refreshedAt = 0): readonly ParcelEvent[] {
    return this.parcelOf(registration)?.events.filter(({ at }) => at <= refreshedAt) ?? [];
  }

  stateOf(registration: Registration) {
    const newest = this.eventsOf(registration).at(-1);
    if (registration.stopped?.reason === 'Expired' && !(newest && isDelivery(newest))) return EXPIRED;
    return newest ? stateOf(newest.code) : NOT_FOUND;
  }

  /** Stops what has had no event for 30 days, or was delivered 15 days before. */
  #settle(registration: Registration): void {
    if (registration.stopped) return;
    const newest = this.#eventsAt(registration, this.#lastRefresh(registration, this.now())).at(-1);
    const days = newest && isDelivery(newest) ? DAYS_AFTER_DELIVERY : QUIET_DAYS;
    const at = Math.max(newest?.at ?? 0, registration.tracked.from) + days * DAY;
    if (at <= this.now()) registration.stopped = { at, reason: 'Expired' };
  }
}

const dayOf = (at: number): number => Math.floor(at / DAY) * DAY;

function monthOf(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

export const DEFAULT_REFRESH_MS = 6 * HOUR;

/** What 17TRACK answers about a number. */

import { DAY } from '../../lib/runtime.ts';
import { isDelivery, type Parcel, type ParcelEvent } from '../parcels.ts';
import type { Registration, Registry } from './registry.ts';
import { carrierNames, stateOf } from './states.ts';

const NO_PLACE = {
  country: null,
  state: null,
  city: null,
  street: null,
  postal_code: null,
  coordinates: { longitude: null, latitude: null },
};

/** "2026-11-21T12:00:00Z" */
export const utc = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

const BEIJING_AHEAD_MS = 8 * 3_600_000;
const inBeijing = (at: number): string => utc(at + BEIJING_AHEAD_MS).slice(0, 19);

const NO_RAW_TIME = { date: null, time: null, timezone: null };

/** Some carriers write no time, a day alone, or for the delivery no zone. */
function timesOf(event: ParcelEvent, { carrier, nth }: Parcel) {
  const [date, time] = inBeijing(event.at).split('T');
  if (event.isUndated) return { time_iso: null, time_utc: null, time_raw: NO_RAW_TIME };
  if (carrier.times === 'day') {
    return { time_iso: null, time_utc: null, time_raw: { date, time: null, timezone: null } };
  }
  if (isDelivery(event) && (event.at / 1000 + nth) % 5 === 0) {
    return { time_iso: null, time_utc: null, time_raw: { date, time, timezone: null } };
  }
  return {
    time_iso: `${date}T${time}+08:00`,
    time_utc: utc(event.at),
    time_raw: { date, time, timezone: '+08:00' },
  };
}

function eventOf(event: ParcelEvent, parcel: Parcel) {
  const { stage, subStatus } = stateOf(event.code);
  const { name, street, phone } = parcel.order.buyer;
  return {
    ...timesOf(event, parcel),
    description: isDelivery(event) ? `${event.text}, signed by ${name}, ${street}, ${phone}` : event.text,
    description_translation: null,
    location: event.place,
    stage: stage ?? null,
    sub_status: subStatus,
    address: { ...NO_PLACE, city: event.place },
  };
}

/** The events of the last mile stand under a provider of their own. */
const isLastMile = ({ code }: ParcelEvent): boolean => /^(GTMS|GSTA|RT|RETURNED)/.test(code);

/** The country that the carrier has named with its first event. AliExpress writes UK for GB. */
function destinationOf(registry: Registry, registration: Registration): string | null {
  const country = registry.parcelOf(registration)?.order.country ?? null;
  if (registry.eventsOf(registration).length === 0) return null;
  return country === 'UK' ? 'GB' : country;
}

/** Changes with the events. */
const hashOf = (events: readonly ParcelEvent[]): number =>
  events.reduce((hash, { at, code }) => (hash * 31 + at / 1000 + code.length) % 1_000_000_007, 7);

export function trackInfo(registry: Registry, registration: Registration) {
  const { number, carrier, tag } = registration;
  const { status, subStatus } = registry.stateOf(registration);
  const parcel = registry.parcelOf(registration);
  const events = registry.eventsOf(registration);
  const newest = events.at(-1);
  const syncedAt = registry.syncedAt(registration);
  const provider = (key: number, name: string, own: readonly ParcelEvent[]) => ({
    provider: { key, name, alias: name, tel: null, homepage: 'https://carrier.example/', country: 'CN' },
    service_type: null,
    latest_sync_status: registry.isReached() ? 'Success' : 'Failure',
    latest_sync_time: syncedAt === undefined ? null : utc(syncedAt),
    provider_lang: null,
    provider_tips: null,
    events_hash: hashOf(own),
    events: parcel ? own.map((event) => eventOf(event, parcel)).reverse() : [],
  });
  const [lastMile, firstMile] = [
    events.filter((event) => isLastMile(event)),
    events.filter((event) => !isLastMile(event)),
  ];
  return {
    number,
    carrier,
    param: null,
    tag,
    lang: null,
    destination_postal_code: null,
    origin_country: null,
    destination_country: null,
    shipper: null,
    consignee: parcel ? parcel.order.buyer.name : null,
    phone_number: null,
    track_info: {
      shipping_info: {
        shipper_address: { ...NO_PLACE, country: 'CN' },
        recipient_address: { ...NO_PLACE, country: destinationOf(registry, registration) },
      },
      latest_status: { status, sub_status: subStatus, sub_status_descr: null },
      latest_event: newest && parcel ? eventOf(newest, parcel) : null,
      time_metrics: {
        days_after_order: daysSince(events[0]?.at, registry.now()),
        days_after_last_update: daysSince(newest?.at, registry.now()),
        estimated_delivery_date: { source: null, from: null, to: null },
      },
      milestone: events.flatMap((event) => {
        const { stage } = stateOf(event.code);
        return stage && parcel ? [{ key_stage: stage, ...timesOf(event, parcel) }] : [];
      }),
      misc_info: {
        local_number: lastMile.length > 0 ? `LM${number}` : null,
        local_provider: lastMile.length > 0 ? 'Local Post' : null,
        local_key: lastMile.length > 0 ? 19181 : null,
      },
      tracking: {
        providers_hash: hashOf(events),
        providers: [
          ...(lastMile.length > 0 ? [provider(19181, 'Local Post', lastMile)] : []),
          provider(carrier, carrierNames[carrier] ?? '', firstMile),
        ],
      },
    },
  };
}

const daysSince = (at: number | undefined, now: number): number =>
  at === undefined ? 0 : Math.floor((now - at) / DAY);

/** A row of the list, which has no sub-state. */
export function listRow(registry: Registry, registration: Registration) {
  // Reading its events finds out whether it has stopped.
  const events = registry.eventsOf(registration);
  const { number, carrier, tag, orderNo, remark, stopped, push } = registration;
  const newest = events.at(-1);
  const syncedAt = registry.syncedAt(registration);
  const delivery = events.find(isDelivery);
  return {
    number,
    param: null,
    param_type: 'None',
    data_origin: 'Api',
    carrier,
    shipping_country: 'CN',
    final_carrier: 0,
    recipient_country: destinationOf(registry, registration) ?? '',
    register_time: utc(registration.registeredAt),
    tracking_status: stopped ? 'Stopped' : 'Tracking',
    package_status: registry.stateOf(registration).status,
    track_time: syncedAt === undefined ? '' : utc(syncedAt),
    sync_status: syncedAt !== undefined && registry.isReached(),
    push_time: push ? utc(push.at) : null,
    push_status: push?.status ?? 'NotPushed',
    push_status_code: push?.code ?? 0,
    stop_track_time: stopped ? utc(stopped.at) : null,
    stop_track_reason: stopped?.reason ?? '',
    is_retracked: registration.isRetracked,
    carrier_change_count: registration.carrierChanges,
    tag,
    email: null,
    order_no: orderNo,
    order_time: '',
    lang: null,
    remark,
    latest_event_time: newest && !newest.isUndated ? utc(newest.at) : '',
    latest_event_info: newest?.text ?? '',
    delievery_time: delivery ? utc(delivery.at) : null,
    pickup_time: null,
  };
}

/** 17TRACK, API v2.4, as a tracker. */

import {
  type Credits,
  MAX_PARCELS_PER_CALL,
  type ParcelToRead,
  type RegisteredParcel,
  type SweepPage,
  type Tracker,
  type TrackerReadings,
  trackerNumber,
} from '../tracker.ts';
import { acceptance, courses, list, quota } from './answers.ts';
import { type ApiServices, NAME, openApi } from './api.ts';
import { NO_EVENTS_YET, NOT_REGISTERED } from './codes.ts';
import { readCourse } from './course.ts';
import { registerParcels } from './register.ts';

export function openSeventeenTrack(services: ApiServices): Tracker {
  const api = openApi(services);

  async function read(parcels: readonly ParcelToRead[]): Promise<TrackerReadings> {
    const { data } = await api.post('gettrackinfo', itemsOf(parcels), courses);
    const now = services.clock.now();
    const found: TrackerReadings = { readings: [], unregistered: [] };
    for (const { number, carrier, shippedAt } of parcels) {
      const isThis = (item: { number: unknown; carrier: number | null }) =>
        item.number === trackerNumber(number) && (carrier === null || item.carrier === carrier);
      const item = data.accepted.find(isThis);
      const refusal = data.rejected.find(isThis)?.error.code;
      if (item) found.readings.push(readCourse(item, number, now, shippedAt));
      if (refusal === NO_EVENTS_YET) found.readings.push(readCourse({ carrier }, number, now));
      if (refusal === NOT_REGISTERED) found.unregistered.push(number);
    }
    return found;
  }

  async function sweep(page: number): Promise<SweepPage> {
    const answer = await api.post('gettracklist', { page_no: page }, list);
    const rows = answer.data.accepted.map((row) => {
      const isStopped = row.tracking_status === 'Stopped';
      return {
        number: row.number,
        carrier: row.carrier,
        lastEventAt: row.latest_event_time,
        syncedAt: row.sync_status ? row.track_time : null,
        isStopped,
        isResumable: isStopped && row.is_retracked === false,
      };
    });
    return { rows, pages: answer.page.page_total };
  }

  async function resume(parcels: readonly RegisteredParcel[]): Promise<string[]> {
    const { data } = await api.post('retrack', itemsOf(parcels), acceptance);
    const resumed = new Set(data.accepted.map(({ number }) => number));
    return parcels.map(({ number }) => number).filter((number) => resumed.has(trackerNumber(number)));
  }

  async function credits(): Promise<Credits> {
    const { data } = await api.post('getquota', [], quota);
    return { used: data.quota_used, left: data.quota_remain, total: data.quota_total };
  }

  return {
    name: NAME,
    requestsLeft: api.requestsLeft,
    limitTo: api.limitTo,
    register: async (parcels) => registerParcels(api, limited(parcels), services.clock),
    read,
    sweep,
    resume,
    credits,
  };
}

const itemsOf = (parcels: readonly RegisteredParcel[]) =>
  limited(parcels).map(({ number, carrier }) => ({
    number: trackerNumber(number),
    ...(carrier !== null && { carrier }),
  }));

/** @throws RangeError for none, and for more than one call takes */
function limited<T>(parcels: readonly T[]): readonly T[] {
  if (parcels.length > 0 && parcels.length <= MAX_PARCELS_PER_CALL) return parcels;
  throw new RangeError(`${parcels.length} parcels in one call`);
}

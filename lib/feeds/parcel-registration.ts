/** Registers parcels at an outside tracker, each of them once. */

import { isProblem } from '../problems.ts';
import { NEVER } from '../stores/stored.ts';
import type { Registration, RegistrationResult, Tracker } from '../trackers/tracker.ts';
import type { Visit } from './engine/design.ts';
import { batches, REQUEST_PROBLEMS } from './parcel-batches.ts';
import { type HasRoom, isToRegister, RETRY_MS, type Save } from './parcel-tracked.ts';
import type { Parcels } from './parcel-tracking.ts';
import { type ParcelWatch, parcelsOn, type WatchedParcel } from './parcel-watch.ts';

/** The newest parcels first: credits may not suffice for all. */
export async function register(
  tracker: Tracker,
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  hasRoom: HasRoom,
  save: Save,
): Promise<void> {
  const { now } = visit;
  const due = parcelsOn(watch)
    .filter(({ id, values }) => isToRegister(id, values, visit.state.tracker, now))
    .sort((a, b) => b.values.shippedAt - a.values.shippedAt);
  for (const batch of batches(due)) {
    if (!hasRoom() || visit.state.tracker.registersAt > now) return;
    const parcels = batch.map(({ id, values }) => ({
      number: id,
      carrierKey: values.carrier,
      tag: values.orders[0] ?? '',
    }));
    const registrations = await tracker.register(parcels).catch((error: unknown): Registration[] => {
      if (!isProblem(error, ...REQUEST_PROBLEMS)) throw error;
      return parcels.map(({ number }) => ({ number, result: 'try_later', carrier: null }));
    });
    for (const { number, result, carrier } of registrations) {
      const parcel = watch.get(number);
      if (parcel)
        watch.put(number, { ...parcel, trackerCarrier: carrier, ...afterRegistration(result, now) });
      if (result === 'credits_used_up' || result === 'daily_limit') save({ registersAt: now + RETRY_MS });
    }
    visit.markDirty();
  }
}

function afterRegistration(
  result: RegistrationResult,
  now: number,
): Pick<WatchedParcel, 'registeredAt' | 'registersAt'> {
  if (result === 'registered' || result === 'known') return { registeredAt: now, registersAt: 0 };
  const isFinal = result === 'buyer_data_wanted' || result === 'number_refused';
  return { registeredAt: 0, registersAt: isFinal ? NEVER : now + RETRY_MS };
}

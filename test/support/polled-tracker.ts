/** The stand-in for 17TRACK of a polled shop (`polled-shop.ts`), on its virtual clock. */

import type { Parcel } from '../../sandbox/parcels.ts';
import { endpoints } from '../../sandbox/tracker/endpoints.ts';
import { DEFAULT_REFRESH_MS, Registry } from '../../sandbox/tracker/registry.ts';

/** @param quota credits of a month; left out: enough for all parcels */
export function trackerOf(parcels: readonly Parcel[], quota = Number.POSITIVE_INFINITY) {
  let registry: Registry | undefined;
  const open = ({ now }: { now(): number }) => {
    const opened = new Registry({
      clock: { now, sleep: async () => {} },
      parcels: () => parcels,
      quota,
      maxDaily: Number.POSITIVE_INFINITY,
      refreshMs: DEFAULT_REFRESH_MS,
      carriersDownSince: () => undefined,
    });
    registry = opened;
    return (endpoint: string, body: unknown): object => {
      opened.removeOld();
      return endpoints.get(endpoint)?.(opened, body) ?? {};
    };
  };
  /** When 17TRACK reaches the carrier of a parcel for the first time from then on; undefined where it does not follow it. */
  const reachedFrom = ({ trackingNumber }: Parcel, at: number): number | undefined => {
    const registration = registry?.registrations.find(({ number }) => number === trackingNumber);
    return registration && registry?.refreshFrom(registration, at);
  };
  return { open, reachedFrom };
}

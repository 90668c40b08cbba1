/** What the parcels feed takes over from a probe (`probe/`). Each answer is believed once; then the feed goes by what it sees. */

import type { Capabilities } from '../aliexpress/capabilities.ts';
import { PARCEL_PAGE_SIZES } from '../aliexpress/methods/parcel-list.ts';
import { DAY } from '../runtime.ts';
import type { ParcelsState } from './parcel-state.ts';

/** For how long the tracking that needs no carrier is not tried where AliExpress refuses it. */
export const SHORT_REFUSED_MS = 7 * DAY;

/** The state after a probe has found out how the list of parcels is asked for, and which tracking answers. */
export function withProbed(
  state: ParcelsState,
  { probedAt, parcelDates, parcelPageSize, parcelZone, shortTracking }: Capabilities,
  now: number,
): ParcelsState {
  const { listing } = state;
  const [largest] = PARCEL_PAGE_SIZES;
  const form = {
    dates: parcelDates ?? listing.dates,
    size: Math.min(parcelPageSize ?? listing.size, largest),
    zone: parcelZone ?? listing.zone,
  };
  const isSame = form.dates === listing.dates && form.size === listing.size && form.zone === listing.zone;
  return {
    ...state,
    heardProbedAt: probedAt,
    // A window that is read in another form begins again.
    listing: { ...listing, ...form, open: isSame ? listing.open : null },
    ...(shortTracking === 'refused' && { shortRefusedUntil: now + SHORT_REFUSED_MS }),
    ...(shortTracking === 'answers' && { shortRefusedUntil: 0, shortRefusals: 0 }),
  };
}

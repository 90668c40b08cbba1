/** The parcel tracker of a shop. */

import type { Transport } from '../../../http/transport.ts';
import { oncePer } from '../../../once-per.ts';
import type { Clock } from '../../../runtime.ts';
import { newSpacing, type Spacing } from '../../../trackers/seventeen-track/api.ts';
import { openSeventeenTrack } from '../../../trackers/seventeen-track/client.ts';
import type { Tracker } from '../../../trackers/tracker.ts';
import type { HubRuntime } from '../runtime.ts';
import { shopsIn } from './shops.ts';

type Services = Pick<HubRuntime, 'settings' | 'tracker' | 'clock' | 'random'>;

/** The spacings of the keys that are used through one transport: shops may share an account, and are read side by side. */
const spacingsOf = oncePer((_: Transport) => new Map<string, Spacing>());

function spacingOf(transport: Transport, key: string, clock: Clock): Spacing {
  const spacings = spacingsOf(transport);
  const spacing = spacings.get(key) ?? newSpacing(clock);
  spacings.set(key, spacing);
  return spacing;
}

/** @param key of the shop's account at the tracker */
export const openTracker = (
  { settings: { trackerUrl: url }, tracker: transport, clock, random }: Services,
  key: string,
): Tracker =>
  openSeventeenTrack({
    key,
    spacing: spacingOf(transport, key, clock),
    transport,
    clock,
    random,
    ...(url && { url }),
  });

/** Undefined where the shop has no key, or its key cannot be read. */
export function trackerOf(runtime: HubRuntime, shop: string): Tracker | undefined {
  const key = shopsIn(runtime.database, runtime.vault).trackerKeyOf(shop);
  return key === undefined ? undefined : openTracker(runtime, key);
}

/** Numbers of parcels that the tracker has pushed updates of. They are kept in memory: the feed finds what is lost. */
export function trackerUpdatesOf({ trackerUpdates }: HubRuntime, shop: string): Set<string> {
  const known = trackerUpdates.get(shop) ?? new Set();
  trackerUpdates.set(shop, known);
  return known;
}

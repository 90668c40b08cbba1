/**
 * What AliExpress's gateway can do for one shop where its reference is silent or contradicts itself, as a probe has found
 * out (`npm run probe`). A feed that is not told finds out by itself. See docs/aliexpress.md#open-questions.
 */

import * as z from 'zod';
import { type Clock, DAY, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import { count, readStored, stored, time } from '../stores/stored.ts';
import { DATE_ORDERS } from './methods/parcel-list.ts';
import { zones } from './unstated-zone.ts';

/** Null where the probe could not find it out, or where another release has stored a value that this one does not know. */
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values).nullable().catch(null).default(null);

const capabilitiesFormat = stored(() => ({
  /** When the shop was last probed, epoch milliseconds. */
  probedAt: time.default(0),
  /** By the name of what was found out: when the probe was made that found it, epoch milliseconds. */
  foundAt: z.record(z.string(), time).default({}),
  /** How orders that have ended are listed: with all others, or only by themselves. */
  endedOrders: oneOf(['together', 'apart']),
  /** Which of the two dates of the list of parcels is the start. */
  parcelDates: oneOf(DATE_ORDERS),
  /** The most rows of a page of the list of parcels. */
  parcelPageSize: count.min(1).nullable().catch(null).default(null),
  /** In which zone the list of parcels reads times. */
  parcelZone: oneOf(zones),
  /** Whether the tracking that needs no carrier answers for this shop. */
  shortTracking: oneOf(['answers', 'refused']),
  /** Whether a product that AliExpress takes down has a new time of change. */
  takeDownIsChange: z.boolean().nullable().catch(null).default(null),
}));
export type Capabilities = z.infer<typeof capabilitiesFormat>;

/** AliExpress changes; until then a feed that was told wrongly corrects itself. */
export const CAPABILITIES_TTL_MS = 30 * DAY;

const keyOf = (seller: string) => `capabilities1:${seller}`;

interface Kept {
  seller: string;
  store: Store;
  clock: Clock;
}

/**
 * What was found out lately, and by a later probe than `heardAt`; the rest is null. So a feed hears an answer once, however
 * many probes keep it.
 * @param heardAt when the last probe was made that was heard, epoch milliseconds
 * @returns undefined if there is no later probe, or if the store does not answer
 */
export async function readCapabilities(
  { seller, store, clock }: Kept,
  heardAt: number,
): Promise<Capabilities | undefined> {
  const kept = readStored(capabilitiesFormat, await store.get(keyOf(seller)).catch(() => null));
  if (!kept || kept.probedAt <= heardAt) return undefined;
  const oldestAt = Math.max(heardAt, clock.now() - CAPABILITIES_TTL_MS);
  const old = Object.entries(kept.foundAt).filter(([, at]) => at <= oldestAt);
  return { ...kept, ...Object.fromEntries(old.map(([name]) => [name, null])) };
}

/** What a probe finds out. */
export type Found = Partial<Omit<Capabilities, 'probedAt' | 'foundAt'>>;

/** What this probe has not found out stays as an earlier one has found it, with its time. @returns whether it was stored */
export async function keepCapabilities(
  kept: Kept,
  { probedAt, ...found }: Found & Pick<Capabilities, 'probedAt'>,
): Promise<boolean> {
  const known = await readCapabilities(kept, 0);
  const foundNow = Object.fromEntries(Object.keys(found).map((name) => [name, probedAt]));
  const value = { ...known, ...found, probedAt, foundAt: { ...known?.foundAt, ...foundNow } };
  return kept.store
    .set(keyOf(kept.seller), JSON.stringify(value), CAPABILITIES_TTL_MS / SECOND)
    .catch(() => false);
}

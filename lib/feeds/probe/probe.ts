/**
 * Asks a shop what AliExpress's reference leaves open, in at most 12 calls. The answers are a text that a person can publish:
 * answers, names of fields and forms of values, without a value of the shop. What the feeds would otherwise find out by
 * themselves is stored for them.
 */

import { type Found, keepCapabilities } from '../../aliexpress/capabilities.ts';
import { PARCEL_PAGE_SIZES } from '../../aliexpress/methods/parcel-list.ts';
import type { FeedServices } from '../engine/feed.ts';
import type { Finding, Question, Shown } from './finding.ts';
import { abnormalParcels, disputes, merchant, permissionsOf, reviews, takeDowns } from './lists.ts';
import { endedOrders } from './orders.ts';
import { parcelListForm } from './parcels.ts';
import { type Report, reportOf } from './report.ts';
import { MAX_CALLS, startSession } from './session.ts';
import { shortTracking, trackingEvents } from './tracking.ts';

/** In this order: each is asked about what the ones before have shown. The last one takes the calls that are left. */
const questions: readonly Question[] = [
  endedOrders,
  parcelListForm,
  shortTracking,
  abnormalParcels,
  takeDowns,
  disputes,
  reviews,
  merchant,
  trackingEvents,
];

export interface Progress {
  about: Question['about'];
  /** Paid so far. */
  calls: number;
  maxCalls: number;
}

/**
 * @param version of the connector
 * @param onProgress called before each question
 * @throws Problem if no call can be made
 */
export async function probeShop(
  services: Pick<FeedServices, 'gateway' | 'clock' | 'store' | 'seller'>,
  version: string,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Report> {
  const session = startSession(services);
  const shown: Shown = { orders: [], parcels: [], pageSize: PARCEL_PAGE_SIZES[0] };
  const findings: Finding[] = [];
  for (const { about, answer } of questions) {
    onProgress({ about, calls: session.calls(), maxCalls: MAX_CALLS });
    findings.push(...(await answer(session, shown)));
  }
  const capabilities: Found = Object.assign({}, ...findings.map((found) => found.capabilities));
  const probedAt = services.clock.now();
  const isKept = await keepCapabilities(services, { ...capabilities, probedAt });
  return reportOf({ session, findings: [...findings, ...permissionsOf(session)], version, probedAt, isKept });
}

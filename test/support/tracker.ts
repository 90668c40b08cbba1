/** A stand-in for 17TRACK over the varied parcels of a shop, on a clock that a test sets. */

import { DAY } from '../../lib/runtime.ts';
import type { Parcel } from '../../sandbox/parcels.ts';
import { openShop } from '../../sandbox/shop.ts';
import { startTracker, type Tracker, type TrackerOptions } from '../../sandbox/tracker/server.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';

export const TRACKER_START = Date.parse('2026-11-21T00:00:00Z');

export interface TrackerAnswer {
  status: number;
  headers: Headers;
  json: {
    code: number;
    message?: string;
    data: Record<string, unknown> & {
      accepted: Record<string, unknown>[];
      rejected: { number: unknown; carrier: unknown; error: { code: number; message: string } }[];
      errors: { code: number; message: string }[];
    };
    page?: Record<string, number>;
  };
}

export interface TrackedShop {
  tracker: Tracker;
  clock: FixedClock;
  parcels: readonly Parcel[];
  /** One second after the request before. */
  post(endpoint: string, body: unknown): Promise<TrackerAnswer>;
  /** A parcel that was shipped not long before. @throws Error where none fits */
  parcelWhere(fits: (parcel: Parcel) => boolean): Parcel;
  close(): Promise<void>;
}

/** Sends a request of any form. */
export async function send(
  { url, key }: Tracker,
  endpoint: string,
  { body = '[]', token = key, method = 'POST' }: { body?: string; token?: string; method?: string } = {},
): Promise<TrackerAnswer> {
  const answer = await fetch(`${url}/${endpoint}`, {
    method,
    headers: { 'content-type': 'application/json', '17token': token },
    ...(method === 'POST' && { body }),
  });
  const text = await answer.text();
  const json = text.startsWith('{') ? JSON.parse(text) : undefined;
  return { status: answer.status, headers: answer.headers, json };
}

export async function openTrackedShop(options: Partial<TrackerOptions> = {}): Promise<TrackedShop> {
  const clock = fixedClock(new Date(TRACKER_START).toISOString());
  const { parcels } = openShop({
    seed: 3,
    curve: 'olist',
    ordersPerDay: 40,
    from: TRACKER_START,
    to: TRACKER_START + DAY,
    historyDays: 12,
    variedParcels: true,
    stallShare: 0.2,
  });
  const tracker = await startTracker({ clock, parcels: () => parcels, ...options });
  return {
    tracker,
    clock,
    parcels,
    post: (endpoint, body) => {
      clock.advance(1000);
      return send(tracker, endpoint, { body: JSON.stringify(body) });
    },
    parcelWhere: (fits) => {
      const found = parcels.find((parcel) => parcel.shippedAt < TRACKER_START && fits(parcel));
      if (!found) throw new Error('the shop has no such parcel');
      return found;
    },
    close: () => tracker.close(),
  };
}

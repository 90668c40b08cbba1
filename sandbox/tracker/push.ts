/** The webhook of 17TRACK. */

import { createHash } from 'node:crypto';
import type { Registration, Registry } from './registry.ts';
import { trackInfo } from './track-info.ts';

/** A plain hash over the bytes of the body, and no HMAC. */
export const signTrackerPush = (body: string, key: string): string =>
  createHash('sha256').update(`${body}/${key}`, 'utf8').digest('hex');

export interface PushOptions {
  url: string;
  key: string;
  /** Every so many pushes one is lost on its way, or sent twice; 0 for none. */
  lostEvery: number;
  doubledEvery: number;
}

/** Sends what has changed since the last time. */
export class Pusher {
  readonly #registry: Registry;
  readonly #options: () => PushOptions | undefined;
  readonly #reportedStops = new Set<Registration>();
  #count = 0;

  constructor(registry: Registry, options: () => PushOptions | undefined) {
    this.#registry = registry;
    this.#options = options;
  }

  /** @returns how many pushes arrived */
  async send(): Promise<number> {
    const options = this.#options();
    if (!options) return 0;
    let arrived = 0;
    for (const registration of this.#registry.registrations) {
      const { number, carrier, tag } = registration;
      const events = this.#registry.eventsOf(registration).length;
      if (events > (registration.push?.events ?? 0)) {
        const body = { event: 'TRACKING_UPDATED', data: trackInfo(this.#registry, registration) };
        arrived += await this.#deliver(registration, events, JSON.stringify(body), options);
      }
      if (registration.stopped?.reason === 'Expired' && !this.#reportedStops.has(registration)) {
        this.#reportedStops.add(registration);
        const body = { event: 'TRACKING_STOPPED', data: { number, carrier, param: null, tag } };
        arrived += await this.#deliver(registration, events, JSON.stringify(body), options);
      }
    }
    return arrived;
  }

  /** @returns how many pushes arrived */
  async #deliver(
    registration: Registration,
    events: number,
    body: string,
    { url, key, lostEvery, doubledEvery }: PushOptions,
  ): Promise<number> {
    this.#count += 1;
    const isTurn = (every: number) => every > 0 && this.#count % every === 0;
    const at = this.#registry.now();
    if (isTurn(lostEvery)) {
      registration.push = { at, status: 'Failure', code: 0, events };
      return 0;
    }
    const send = () =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', sign: signTrackerPush(body, key) },
        body,
      });
    const { status, ok } = await send();
    if (isTurn(doubledEvery)) await send();
    registration.push = { at, status: ok ? 'Success' : 'Failure', code: status, events };
    return isTurn(doubledEvery) ? 2 : 1;
  }
}

/** A clock that several processes share: it runs `speed` times as fast as real time since a moment that all know. */

import { type Clock, systemClock } from '../../lib/runtime.ts';

export interface Anchor {
  /** Epoch milliseconds of real time. */
  since: number;
  speed: number;
}

export interface HubProcessOptions {
  env: Record<string, string>;
  anchor: Anchor;
}

export const anchoredClock = ({ since, speed }: Anchor): Clock => ({
  now: () => since + (Date.now() - since) * speed,
  sleep: (ms, stop) => systemClock.sleep(ms / speed, stop),
});

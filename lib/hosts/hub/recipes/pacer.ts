/** Keeps the rate of messages below what a bot accepts. Several recipes may use the same bot. */

import type { Limits } from '../../../channels/channel.ts';
import { type Clock, MINUTE, SECOND } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';

export interface Pacer {
  /**
   * Milliseconds until a message may be sent to the address; 0 where it may be sent now, and then it counts as sent.
   * @param address held in memory only
   */
  delay(address: string, limits: Limits): number;
  /** The bot rejects every message until then, epoch milliseconds. */
  pause(address: string, until: number): void;
}

/** Messages that are on their way arrive closer together than they were sent. */
const SHARE = 0.9;

export function createPacer(clock: Clock): Pacer {
  const steady = steadyNow(clock);
  /** Times of the messages of the last minute. */
  const sent = new Map<string, number[]>();
  const paused = new Map<string, number>();
  return {
    delay: (address, { perMinute, perSecond = perMinute }) => {
      const now = steady();
      const recent = (sent.get(address) ?? []).filter((at) => at > now - MINUTE);
      const freeAt = (count: number, spanMs: number): number =>
        (recent.at(-Math.max(1, Math.floor(count * SHARE))) ?? -spanMs) + spanMs;
      const at = Math.max(freeAt(perMinute, MINUTE), freeAt(perSecond, SECOND), paused.get(address) ?? 0);
      if (at > now) return at - now;
      sent.set(address, [...recent, now]);
      return 0;
    },
    pause: (address, until) => {
      paused.set(address, steady() + until - clock.now());
    },
  };
}

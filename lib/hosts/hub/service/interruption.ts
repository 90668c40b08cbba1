/** Ends what still runs when the hub that is stopped waits no longer. */

import { Interrupted } from '../../../http/transport.ts';
import { type Clock, SECOND } from '../../../runtime.ts';

/** Whoever stops the hub waits for ten seconds. A busy machine takes some of them for the rest. */
export const INTERRUPT_AFTER_MS = 7 * SECOND;

/** A clock whose sleepers throw `Interrupted` when `signal` is aborted, but for those that have a stop of their own. */
export const interruptedBy = (clock: Clock, signal: AbortSignal): Clock => ({
  ...clock,
  sleep: async (ms, stop) => {
    if (stop) return clock.sleep(ms, stop);
    signal.throwIfAborted();
    await clock.sleep(ms, signal);
    signal.throwIfAborted();
  },
});

export interface Interruption {
  signal: AbortSignal;
  /** @param at interrupts everything when it is aborted */
  begin(at: AbortSignal): void;
}

export function createInterruption(): Interruption {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted(false));
  return {
    signal: controller.signal,
    begin: (at) => {
      if (at.aborted) interrupt();
      else at.addEventListener('abort', interrupt, { once: true });
    },
  };
}

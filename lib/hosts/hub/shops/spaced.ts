/** A transport that sends at most four requests a second. AliExpress bans an address for 15 minutes that sends more. */

import type { Transport } from '../../../http/transport.ts';
import { type Clock, SECOND } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';

const SPACING_MS = SECOND / 4;

/**
 * @param clock on which the requests are spaced
 * @param onTurn is told how long each request has waited, milliseconds
 */
export function spaced(
  transport: Transport,
  clock: Clock,
  onTurn: (waitedMs: number) => void = () => {},
): Transport {
  const steady = steadyNow(clock);
  let freeAt = 0;
  let lastTurn: Promise<void> = Promise.resolve();
  /** Planned when the one before is over: a busy process wakes late, and would wake several sleepers at once. */
  async function turn(): Promise<void> {
    const wait = freeAt - steady();
    const isLate = wait > 0 && (await sleepLate(clock, wait)) > SPACING_MS;
    // What was sent before may leave only now, so this one leaves in another second.
    if (isLate) await clock.sleep(SECOND);
    freeAt = steady() + SPACING_MS;
  }
  return async (request) => {
    const since = steady();
    const ownTurn = lastTurn.then(turn);
    lastTurn = ownTurn.catch(() => {});
    await ownTurn;
    onTurn(steady() - since);
    return transport(request);
  };
}

/** @returns how much later than planned the sleep has ended, milliseconds; 0 where no clock tells */
async function sleepLate({ sleep, elapsed = () => 0 }: Clock, ms: number): Promise<number> {
  const before = elapsed();
  await sleep(ms);
  return Math.max(0, elapsed() - before - ms);
}

/** A transport that sends at most four requests a second. AliExpress bans an address for 15 minutes that sends more. */

import type { Transport } from '../../../http/transport.ts';
import { type Clock, SECOND } from '../../../runtime.ts';
import { steadyNow } from '../schedule/steady-now.ts';

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
  return async (request) => {
    const now = steady();
    const sendAt = Math.max(now, freeAt);
    freeAt = sendAt + SPACING_MS;
    if (sendAt > now) await clock.sleep(sendAt - now);
    onTurn(sendAt - now);
    return transport(request);
  };
}

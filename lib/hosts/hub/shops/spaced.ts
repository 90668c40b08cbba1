/** A transport that sends at most four requests a second. AliExpress bans an address for 15 minutes that sends more. */

import type { Transport } from '../../../http/transport.ts';
import { type Clock, SECOND } from '../../../runtime.ts';

const SPACING_MS = SECOND / 4;

/** @param clock on which the requests are spaced */
export function spaced(transport: Transport, clock: Clock): Transport {
  let freeAt = 0;
  return async (request) => {
    const now = clock.now();
    const sendAt = Math.max(now, freeAt);
    freeAt = sendAt + SPACING_MS;
    if (sendAt > now) await clock.sleep(sendAt - now);
    return transport(request);
  };
}

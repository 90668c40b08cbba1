import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import { TransportFailure } from '../../../../lib/http/transport.ts';
import { type Log, MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const SHOPS = 15;
/** So long a renewal takes where AliExpress does not answer. */
const HANGS_MS = 12 * SECOND;

describe('Tokens of many shops', () => {
  let hub: TestHub;
  afterEach(() => hub.stop());

  test('Where AliExpress does not answer, every shop is tried, and the loop goes on every minute or two', async () => {
    const tried: string[] = [];
    const log: Log = (message, facts) => {
      if (message === 'tokens could not be renewed') tried.push(String(facts?.shop));
    };
    hub = await startTestHub({ log });
    const { runtime } = hub.hub;
    const { database, vault, clock, loops } = runtime;
    const shops = shopsIn(database, vault);
    const known = shops.connectionOf(hub.sandbox.accounts.sellerId);
    if (!known) throw new Error('the shop has no tokens');
    const ids = Array.from({ length: SHOPS }, (_, n) => String(2201234560000 + n));
    // The last one expires first.
    for (const [n, id] of ids.entries())
      shops.keep({
        ...known,
        seller_id: id,
        access_token: `access ${id}`,
        refresh_token: `refresh ${id}`,
        access_expires_at: new Date(clock.now() + 30 * MINUTE - n * SECOND).toISOString(),
      });
    let ahead = 0;
    let longest = 0;
    runtime.aliexpress = async () => {
      ahead += HANGS_MS;
      hub.setClock(ahead);
      longest = Math.max(longest, clock.now() - (loops.get('tokens')?.dueAt ?? 0));
      throw new TransportFailure('timeout');
    };
    await hub.pass(6 * MINUTE);
    expect(tried.slice(0, SHOPS)).toEqual(ids.reverse());
    expect(longest).toBeLessThan(2 * MINUTE);
  });
});

/**
 * A process that claims calls of one day as fast as it can. Its argument names the store and the number of claims. It
 * sends "ready", waits for a message, makes its claims and sends the results.
 */

import { type Claim, createLedger } from '../../lib/budget/ledger.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { sqliteStore } from '../../lib/stores/sqlite.ts';
import { zapierCacheStore } from '../../lib/stores/zapier-cache.ts';
import { fixedClock } from './fixed-clock.ts';
import { rpcCache } from './rpc-cache.ts';

export interface ClaimOrder {
  /** Path of a SQLite file, or the cache server to call. */
  store: { path: string } | { url: string; deployKey: string };
  /** Epoch milliseconds. */
  now: number;
  limit: number;
  tries: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as ClaimOrder;
const clock = fixedClock(order.now);
const ledger = createLedger({
  store:
    'path' in order.store ? sqliteStore(order.store.path, clock) : zapierCacheStore(rpcCache(order.store)),
  clock,
  random: Math.random,
  dayOf: dayIn('Asia/Shanghai'),
  limit: order.limit,
  connectedAt: order.now,
});

process.once('message', async () => {
  const claims: Claim[] = [];
  for (let n = 0; n < order.tries; n += 1) claims.push(await ledger.claim('shop', 'interactive'));
  process.send?.(claims, () => process.disconnect());
});
process.send?.('ready');

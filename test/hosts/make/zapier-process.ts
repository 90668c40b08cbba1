/**
 * The Zapier side as a process of its own: claims calls of a shop out of a Redis, as fast as it can. Where, and how
 * often, comes as its argument; it says "ready", waits for a message, and sends how many it was granted.
 */

import { dayIn } from '../../../lib/budget/day.ts';
import { createLedger } from '../../../lib/budget/ledger.ts';
import { axiosTransport } from '../../../lib/http/axios.ts';
import { redisOverHttp, redisStore } from '../../../lib/stores/redis.ts';
import { fixedClock } from '../../support/fixed-clock.ts';

export interface Hammering {
  url: string;
  token: string;
  seller: string;
  /** ISO 8601. */
  now: string;
  limit: number;
  tries: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as Hammering;
const ledger = createLedger({
  store: redisStore(redisOverHttp(order.url, order.token, axiosTransport())),
  clock: fixedClock(order.now),
  random: Math.random,
  dayOf: dayIn('Asia/Shanghai'),
  limit: order.limit,
});

process.once('message', async () => {
  const claims = await Promise.all(
    Array.from({ length: order.tries }, () => ledger.claim(order.seller, 'ask')),
  );
  process.send?.(claims.filter(({ granted }) => granted).length, () => process.disconnect());
});
process.send?.('ready');

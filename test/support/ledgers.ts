/** Ledgers over a memory store and a clock that the test moves. */

import { type Claim, createLedger, type Lane, type Ledger } from '../../lib/budget/ledger.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';
import { seededRandom } from './seeded-random.ts';

export const SHOP = '2201234567890';

export interface OpenLedger extends Ledger {
  clock: FixedClock;
  /** The memory store, with what a failing store has let through. */
  store: Store;
  /** Claims this many calls, one after the other. */
  claimMany(times: number, lane?: Lane): Promise<Claim[]>;
}

export interface LedgerOptions {
  /** Now, ISO 8601. */
  at?: string;
  limit?: number;
  zone?: string;
  /** The store that the ledger sees instead of the memory store. */
  through?: (store: Store, clock: FixedClock) => Store;
  /** Another ledger whose clock and store are shared. */
  sharing?: { clock: FixedClock; store: Store };
  seed?: number;
  /** Epoch milliseconds; the shop is connected now if it is left out. */
  connectedAt?: number | undefined;
}

export function openLedger(options: LedgerOptions = {}): OpenLedger {
  const { limit = 200, zone = 'Asia/Shanghai', through = (store) => store, seed = 1 } = options;
  const clock = options.sharing?.clock ?? fixedClock(options.at ?? '2026-11-21T02:00:00Z');
  const store = options.sharing?.store ?? memoryStore(clock);
  const ledger = createLedger({
    store: through(store, clock),
    clock,
    random: seededRandom(seed),
    dayOf: dayIn(zone),
    limit,
    connectedAt: 'connectedAt' in options ? options.connectedAt : clock.now(),
  });
  return {
    ...ledger,
    clock,
    store,
    claimMany: async (times, lane = 'interactive') => {
      const claims: Claim[] = [];
      for (let n = 0; n < times; n += 1) claims.push(await ledger.claim(SHOP, lane));
      return claims;
    },
  };
}

/** The slots of the granted claims, in the order of the claims. */
export const slotsOf = (claims: Claim[]): number[] =>
  claims.flatMap((claim) => (claim.granted ? [claim.slot] : []));

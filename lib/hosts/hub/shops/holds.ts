/** What would be refused again is not sent again: calls are held until it is known that they may succeed. */

import type { Problem } from '../../../problems.ts';
import type { Clock } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';

export interface Holds {
  /** @throws Problem for which the shop's calls, or those of all shops, are held */
  check(shop: string): void;
  /** Why the shop's calls are held. */
  reasonOf(shop: string): Problem | undefined;
  /** Holds the calls of all shops: AliExpress has refused the app itself. */
  holdAll(problem: Problem): void;
  isAllHeld(): boolean;
  releaseAll(): void;
  holdShop(shop: string, problem: Problem, durationMs: number): void;
  /** The shop was connected again. */
  releaseShop(shop: string): void;
}

export function createHolds(clock: Clock): Holds {
  const now = steadyNow(clock);
  let all: Problem | undefined;
  const shops = new Map<string, { problem: Problem; until: number }>();
  const reasonOf = (shop: string): Problem | undefined => {
    const held = shops.get(shop);
    return all ?? (held && held.until > now() ? held.problem : undefined);
  };
  return {
    reasonOf,
    check: (shop) => {
      const problem = reasonOf(shop);
      if (problem) throw problem;
    },
    holdAll: (problem) => {
      all = problem;
    },
    isAllHeld: () => all !== undefined,
    releaseAll: () => {
      all = undefined;
    },
    holdShop: (shop, problem, durationMs) => {
      shops.set(shop, { problem, until: now() + durationMs });
    },
    releaseShop: (shop) => {
      shops.delete(shop);
    },
  };
}

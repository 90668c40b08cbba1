/** The faults that can happen to a hub: its store is a file on its own machine, which does not answer late or forget. */

import { randomSource } from '../../sandbox/random.ts';
import { type FaultName, type FaultRates, faults } from '../faults.ts';
import type { History } from '../history.ts';

/** With `poll_lost` and `restart` a webhook fails, or the hub is killed while it is sent. */
const OF_THE_PROCESS: readonly FaultName[] = ['killed', 'frozen', 'frozen_asleep', 'poll_lost', 'restart'];

/** The faults of the history that can happen, and at least one of the process. */
export function hubRates({ seed, rates }: Pick<History, 'seed' | 'rates'>): FaultRates {
  const random = randomSource(seed, 'hub/rates');
  const possible = Object.entries(rates).filter(
    ([name]) => faults[name as FaultName].at === 'call' || OF_THE_PROCESS.some((known) => known === name),
  );
  const highest = { killed: -2, frozen: -2, frozen_asleep: -1, poll_lost: -0.4, restart: -0.7 };
  const fault = random.pick(Object.keys(highest) as (keyof typeof highest)[]);
  return { ...Object.fromEntries(possible), [fault]: 10 ** random.between(-2.4, highest[fault]) };
}

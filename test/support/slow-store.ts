/** A store each of whose commands takes the same time on a virtual clock. Commands that wait side by side take it once. */

import type { Store } from '../../lib/stores/store.ts';
import type { VirtualClock } from '../../sandbox/virtual-clock.ts';

/** Turns of the event loop without another command, after which all that were sent side by side have arrived. */
const QUIET_TURNS = 50;

export interface SlowStore {
  store: Store;
  /** The keys that were written. */
  written: string[];
  /** How often commands were waited for; those that were sent side by side count once. */
  roundTrips(): number;
}

export function slowStore(store: Store, clock: VirtualClock, commandMs: number): SlowStore {
  let commands = 0;
  let roundTrips = 0;
  let waiting: Promise<void> | undefined;
  const written: string[] = [];

  async function untilAllHaveArrived(): Promise<void> {
    for (let [turns, known] = [0, commands]; turns < QUIET_TURNS; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (known !== commands) [turns, known] = [0, commands];
    }
    waiting = undefined;
    roundTrips += 1;
    clock.advanceTo(clock.now() + commandMs);
  }

  const slow =
    <A extends [string, ...unknown[]], R>(command: (...request: A) => Promise<R>, isWrite: boolean) =>
    async (...request: A): Promise<R> => {
      commands += 1;
      if (isWrite) written.push(request[0]);
      waiting ??= untilAllHaveArrived();
      await waiting;
      return command(...request);
    };

  return {
    store: {
      get: slow(store.get, false),
      set: slow(store.set, true),
      add: slow(store.add, true),
      delete: slow(store.delete, true),
    },
    written,
    roundTrips: () => roundTrips,
  };
}

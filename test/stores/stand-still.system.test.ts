import { stat } from 'node:fs/promises';
import { systemClock } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { timeLimited } from '../../lib/stores/time-limit.ts';

/** Longer than a command may take; two of them are longer than all commands of a step may. */
const STAND_STILL_MS = 3100;

function standStill() {
  const until = performance.now() + STAND_STILL_MS;
  while (performance.now() < until);
}

test('An answer of the store that arrives while the process stands still is taken, and its time does not count', async () => {
  const get = (key: string) => stat('.').then(() => key);
  const store = timeLimited({ ...memoryStore(systemClock), get });
  for (const key of ['one', 'two', 'three']) {
    const answer = store.get(key);
    standStill();
    expect(await answer).toBe(key);
  }
});

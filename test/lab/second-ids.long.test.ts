/** Answers that come late, and snapshots that are lost whole: what was announced is not announced under another id. */

import type { faults } from '../../lab/faults.ts';
import { findingsOf } from '../../lab/findings.ts';
import { drawQuietHistory } from '../../lab/quiet-history.ts';
import { type Outcome, runHistory } from '../../lab/run-history.ts';
import { feeds } from '../../lab/subjects/index.ts';
import { randomSource } from '../../sandbox/random.ts';
import { losingStore } from '../support/losing-store.ts';

const SEEDS = [1, 2, 3];
const HOURS = 12;
/** Of the commands of the store, before which the snapshots of all feeds are lost. */
const LOSS_SHARE = 0.002;
const SNAPSHOT = ['snap1:', 'chunk1:', 'watch1:'];

async function playWithLosses(feed: (typeof feeds)[number], seed: number) {
  const rates = { slow: 0.3, store_slow: 0.05, restart: 0.05 } satisfies Partial<
    Record<keyof typeof faults, number>
  >;
  const history = { ...drawQuietHistory(feed, seed, HOURS), rates };
  const losing = losingStore();
  const random = randomSource(seed, 'losses');
  let losses = 0;
  const outcome: Outcome = await runHistory(history, {
    withFaults: true,
    damage: {
      store: (store) => {
        const before =
          <A extends unknown[], R>(run: (...request: A) => Promise<R>) =>
          async (...request: A): Promise<R> => {
            if (random.next() < LOSS_SHARE && (await losing.lose(...SNAPSHOT)) > 0) losses += 1;
            return run(...request);
          };
        const { getMany, ...through } = losing.through(store);
        return {
          ...through,
          get: before(through.get),
          set: before(through.set),
          add: before(through.add),
          ...(getMany && { getMany: before(getMany) }),
        };
      },
    },
  });
  return { ...findingsOf(history, outcome, outcome), losses, outcome };
}

describe.each(feeds)('Late answers and lost snapshots of %s', (feed) => {
  let played: Awaited<ReturnType<typeof playWithLosses>>[];
  beforeAll(async () => {
    played = [];
    for (const seed of SEEDS) played.push(await playWithLosses(feed, seed));
  });
  const sumOf = (count: (each: (typeof played)[number]) => number) =>
    played.reduce((sum, each) => sum + count(each), 0);

  test('Nothing is announced under a second id', () => {
    expect(played.flatMap(({ findings }) => findings.filter(({ kind }) => kind === 'doubled'))).toEqual([]);
  });

  test('Snapshots are lost, answers are late, and events are announced', () => {
    expect(sumOf(({ losses }) => losses)).toBeGreaterThan(10);
    expect(sumOf(({ outcome }) => outcome.strikes.length)).toBeGreaterThan(100);
    expect(sumOf(({ events }) => events)).toBeGreaterThan(0);
  });
});

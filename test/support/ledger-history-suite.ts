/** The promises of the ledger as a suite of tests, for any number of histories. */

import fc from 'fast-check';
import { axiosTransport } from '../../lib/http/axios.ts';
import type { Clock } from '../../lib/runtime.ts';
import { redisOverHttp, redisStore } from '../../lib/stores/redis.ts';
import { fixedClock } from './fixed-clock.ts';
import { histories, play, type Round } from './ledger-histories.ts';
import { BrokenPromise, holdPromises, type LedgerPromise, occasions, promises } from './ledger-promises.ts';
import { describeWithRedis, startRedis } from './redis.ts';
import { type OpenStore, storeKinds } from './stores.ts';

type Open = (clock: Clock) => Promise<OpenStore>;

/** Redis expires values by its own clock, which the histories do not move. */
const openRedis: Open = async () => {
  const front = await startRedis();
  return {
    store: redisStore(redisOverHttp(front.url, front.token, axiosTransport())),
    close: async () => front.close(),
  };
};

const stores = {
  memory: storeKinds.memory,
  SQLite: storeKinds.SQLite,
  'Zapier cache': storeKinds['Zapier cache'],
  'Redis over HTTP': openRedis,
} satisfies Record<string, Open | undefined>;
/** With fewer histories an occasion may be missing by accident. */
const MIN_HISTORIES_FOR_ALL_OCCASIONS = 1000;

interface Run {
  /** Occasions that happened at least once. */
  met: Set<string>;
  broken?: LedgerPromise;
  /** The shortest history that failed; undefined if none did. */
  report: string | undefined;
}

/** Plays `count` histories over one store, each as another shop, and stops at the first broken promise. */
async function playAll(open: Open, count: number): Promise<Run> {
  const met = new Set<string>();
  const check = (round: Round) => {
    for (const [occasion, happens] of Object.entries(occasions)) if (happens(round)) met.add(occasion);
    holdPromises(round);
  };
  const clock = fixedClock(0);
  const { store, close } = await open(clock);
  try {
    const details = await fc.check(
      fc.asyncProperty(histories, (history) => play(history, store, clock, check)),
      { numRuns: count },
    );
    const { errorInstance: error } = details;
    const report = await fc.asyncDefaultReportMessage(details);
    if (!(error instanceof BrokenPromise)) return { met, report };
    return { met, broken: error.promise, report: `${report}\n${error.message}` };
  } finally {
    await close();
  }
}

/** @param counts how many histories are played over each store */
export function describeLedgerHistories(counts: Record<keyof typeof stores, number>) {
  for (const [kind, open] of Object.entries(stores))
    describeHistories(kind, open, counts[kind as keyof typeof stores]);
}

function describeHistories(kind: string, open: Open | undefined, count: number) {
  const describeHere = open === openRedis ? describeWithRedis : describe;

  describeHere(`Ledger histories in the ${kind} store`, () => {
    let run: Run;
    beforeAll(async () => {
      if (!open) throw new Error(`there is no ${kind} store`);
      run = await playAll(open, count);
    });

    test.each(Object.keys(promises))('%s', (promise) => {
      expect(run.broken === promise ? run.report : undefined).toBeUndefined();
    });

    test(`The ledger keeps all promises in ${count} histories`, () => {
      expect(run.broken ?? run.report).toBeUndefined();
    });

    if (count >= MIN_HISTORIES_FOR_ALL_OCCASIONS) {
      test('The histories contain every occasion', () => {
        expect([...run.met].sort()).toEqual(Object.keys(occasions).sort());
      });
    }
  });
}

import fc from 'fast-check';
import { axiosTransport } from '../../lib/http/axios.ts';
import type { Clock } from '../../lib/runtime.ts';
import { redisOverHttp, redisStore } from '../../lib/stores/redis.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { histories, play, type Round } from '../support/ledger-histories.ts';
import {
  BrokenPromise,
  holdPromises,
  type LedgerPromise,
  occasions,
  promises,
} from '../support/ledger-promises.ts';
import { describeWithRedis, startRedis } from '../support/redis.ts';
import { type OpenStore, storeKinds } from '../support/stores.ts';

type Open = (clock: Clock) => Promise<OpenStore>;

/** Redis ends values by its own clock, which no history waits for. */
const openRedis: Open = async () => {
  const front = await startRedis();
  return {
    store: redisStore(redisOverHttp(front.url, front.token, axiosTransport())),
    close: async () => front.close(),
  };
};

/** The stores, and how many histories each is given: in `npm test`, and in `npm run test:long`, 100,000 of them. */
const stores: { kind: string; open?: Open; short: number; long: number }[] = [
  { kind: 'memory', open: storeKinds.memory, short: 2500, long: 92_500 },
  { kind: 'SQLite', open: storeKinds.SQLite, short: 250, long: 5000 },
  { kind: 'Zapier cache', open: storeKinds['Zapier cache'], short: 60, long: 1500 },
  { kind: 'Redis over HTTP', open: openRedis, short: 40, long: 1000 },
];
const length = process.env.LEDGER_HISTORIES === 'long' ? 'long' : 'short';
/** With fewer, something may be missing by chance. */
const ENOUGH_TO_MEET_EVERYTHING = 1000;

interface Run {
  /** What happened at least once. */
  met: Set<string>;
  broken?: LedgerPromise;
  /** The shortest history that was found to fail, if any did. */
  report: string | undefined;
}

/** Plays `count` histories over one store, each as a shop of its own, and stops at the first broken promise. */
async function playAll(open: Open, count: number): Promise<Run> {
  const met = new Set<string>();
  const judge = (round: Round) => {
    for (const [occasion, happens] of Object.entries(occasions)) if (happens(round)) met.add(occasion);
    holdPromises(round);
  };
  const clock = fixedClock(0);
  const { store, close } = await open(clock);
  try {
    const details = await fc.check(
      fc.asyncProperty(histories, (history) => play(history, store, clock, judge)),
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

for (const { kind, open, [length]: count } of stores) {
  const describeHere = open === openRedis ? describeWithRedis : describe;

  describeHere(`Whatever callers, networks and clocks do, in the ${kind} store`, () => {
    let run: Run;
    beforeAll(async () => {
      if (!open) throw new Error(`there is no ${kind} store`);
      run = await playAll(open, count);
    });

    test.each(Object.keys(promises))('%s', (promise) => {
      expect(run.broken === promise ? run.report : undefined).toBeUndefined();
    });

    test(`${count} histories are played to their end`, () => {
      expect(run.broken ?? run.report).toBeUndefined();
    });

    if (count >= ENOUGH_TO_MEET_EVERYTHING) {
      test('everything that can happen has happened', () => {
        expect([...run.met].sort()).toEqual(Object.keys(occasions).sort());
      });
    }
  });
}

import { join } from 'node:path';
import fc from 'fast-check';
import { createLedger, type Lane } from '../../lib/budget/ledger.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import { DAY, HOUR, MINUTE, type Random } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { redisOverHttp, redisStore } from '../../lib/stores/redis.ts';
import { sqliteStore } from '../../lib/stores/sqlite.ts';
import type { Store } from '../../lib/stores/store.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

/** A day in Beijing begins. */
const START = Date.parse('2026-11-20T16:00:00Z');
const dayOf = dayIn('Asia/Shanghai');

const SPOILT_KEYS = ['used', 'used:2', 'used:3', 'closed', 'marker', 'pause'] as const;
type SpoiltKey = (typeof SPOILT_KEYS)[number];
const IMPOSSIBLE = ['', 'noon', '1e300', '-1', '999999999999999', `1${'0'.repeat(400)}`, '2026-13'];

type Step =
  | { does: 'claim'; lane: Lane; isGated: boolean; times: number }
  /** Repeats the granted claim that is so many before the last one. */
  | { does: 'repeat'; lane: Lane; back: number }
  | { does: 'lose'; keys: readonly ('used' | 'used:2' | 'used:3' | 'closed' | 'marker' | 'slots')[] }
  /** Replaces values by one that cannot be true. */
  | { does: 'spoil'; keys: readonly SpoiltKey[]; value: string }
  | { does: 'close' | 'pause' | 'count' }
  | { does: 'wait'; ms: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        does: fc.constant('claim' as const),
        lane: fc.constantFrom<Lane>('interactive', 'polling'),
        isGated: fc.boolean(),
        times: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant('repeat' as const),
        lane: fc.constantFrom<Lane>('interactive', 'polling'),
        back: fc.nat({ max: 5 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('lose' as const),
        keys: fc.subarray(['used', 'used:2', 'used:3', 'closed', 'marker', 'slots'] as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('spoil' as const),
        keys: fc.subarray([...SPOILT_KEYS], { minLength: 1 }),
        value: fc.constantFrom(...IMPOSSIBLE),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ does: 'close' }, { does: 'pause' }, { does: 'count' }) },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant('wait' as const),
        ms: fc.constantFrom(5 * MINUTE, HOUR, 9 * HOUR, DAY),
      }),
    },
  ),
  { maxLength: 14 },
);

interface Card {
  store: Store;
  clock: FixedClock;
  random: Random;
  /** Of the granted claims, in order. */
  ids: string[];
  hasLostSlots?: true;
}

/** Single commands read a card twice that is lost, which takes a second. No form runs past midnight alone. */
const toNextMinute = (clock: FixedClock): void => clock.advance(MINUTE - (clock.now() % MINUTE));

/** What the caller of one form sees of one step. */
async function play(step: Step, played: Card, shop: string, limit: number): Promise<unknown> {
  const { store, clock, random, ids } = played;
  const ledger = createLedger({
    store,
    clock,
    random,
    dayOf,
    limit,
    connectedAt: START,
  });
  switch (step.does) {
    case 'claim': {
      const seen: unknown[] = [];
      for (let n = 0; n < step.times; n += 1) {
        const claim = await ledger.claim(shop, step.lane, { isGated: step.isGated });
        if (claim.granted) ids.push(claim.id);
        seen.push(claim.granted ? claim.slot : [claim.reason, 'until' in claim && claim.until]);
        toNextMinute(clock);
      }
      return seen;
    }
    case 'repeat': {
      // By single commands it cannot be known whether a lost slot was this claim's own.
      if (played.hasLostSlots) return undefined;
      const id = ids.at(-1 - step.back);
      const claim = await ledger.claim(shop, step.lane, { id });
      if (claim.granted && claim.id !== id) ids.push(claim.id);
      return claim.granted ? claim.slot : claim.reason;
    }
    case 'lose': {
      const card = `slots:${shop}:${dayOf(clock.now()).name}`;
      if (step.keys.includes('slots')) {
        played.hasLostSlots = true;
        for (let slot = 1; slot <= limit; slot += 1) await store.delete(`${card}:${slot}`);
      }
      for (const key of step.keys)
        await store.delete(key === 'marker' ? `slots:${shop}:day` : `${card}:${key}`);
      return undefined;
    }
    case 'spoil': {
      const card = `slots:${shop}:${dayOf(clock.now()).name}`;
      const named: Partial<Record<SpoiltKey, string>> = {
        marker: `slots:${shop}:day`,
        pause: `pause:${shop}`,
      };
      for (const key of step.keys) await store.set(named[key] ?? `${card}:${key}`, step.value, 30 * 86_400);
      return undefined;
    }
    case 'close':
      return ledger.close(shop, clock.now());
    case 'pause':
      await store.set(`pause:${shop}`, String(clock.now() + 10 * MINUTE), 600);
      return undefined;
    case 'count':
      return [await ledger.used(shop), await ledger.isForgotten(shop)];
    case 'wait':
      clock.advance(step.ms);
      return undefined;
  }
}

describeWithRedis('Claims by single commands, in a transaction and by script', () => {
  let front: RedisFront;
  let folder: TemporaryFolder;
  let shops = 0;
  beforeAll(async () => {
    front = await startRedis();
    folder = temporaryFolder();
  });
  afterAll(() => {
    front.close();
    folder.remove();
  });

  test('All three forms give the same answers, whatever happens to the card', async () => {
    const redis = redisStore(redisOverHttp(front.url, front.token, axiosTransport()));
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.integer({ min: 1, max: 12 }),
        fc.nat({ max: DAY / MINUTE }),
        async (all, limit, minutes) => {
          shops += 1;
          const card = (open: (clock: FixedClock) => Store): Card => {
            const clock = fixedClock(START + minutes * MINUTE);
            return { store: open(clock), clock, random: seededRandom(shops), ids: [] };
          };
          const sqlite = card((clock) => sqliteStore(join(folder.path, `${shops}.sqlite`), clock));
          const cards = [card(memoryStore), sqlite, card(() => redis)];
          try {
            for (const step of all) {
              const seen: unknown[] = [];
              for (const each of cards) seen.push(await play(step, each, `shop-${shops}`, limit));
              expect(seen[1]).toEqual(seen[0]);
              expect(seen[2]).toEqual(seen[0]);
              for (const { clock } of cards) toNextMinute(clock);
            }
          } finally {
            (sqlite.store as ReturnType<typeof sqliteStore>).close();
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

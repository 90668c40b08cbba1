/** A store in memory that fails as real ones do. It keeps time by the shared clock, whatever its callers' clocks say. */

import { claimOnCard } from '../lib/stores/card.ts';
import type { Store } from '../lib/stores/store.ts';
import type { RandomSource } from '../sandbox/random.ts';
import type { Struck } from './faults.ts';
import { drawCommandLag } from './lag.ts';
import type { Invocation } from './process.ts';
import type { VirtualTime } from './virtual-time.ts';

interface Stored {
  value: string;
  expiresAt: number;
}

export interface SharedStore {
  /** It carries out several commands in one round trip. */
  isTransactional: boolean;
  get(key: string): string | null;
  /** The value before the last write. */
  getBefore(key: string): string | null;
  set(key: string, value: string, ttlSeconds: number): boolean;
  add(key: string, value: string, ttlSeconds: number): boolean;
  delete(key: string): boolean;
  /** @returns the key of the value; undefined where there is none */
  evictOne(random: RandomSource): string | undefined;
  empty(): void;
}

/** @param onWrite called with every value that is written */
export function sharedStore(
  time: VirtualTime,
  isTransactional: boolean,
  onWrite: (key: string, value: string) => void,
): SharedStore {
  const values = new Map<string, Stored>();
  const before = new Map<string, Stored>();
  const live = (from: Map<string, Stored>, key: string) => {
    const found = from.get(key);
    return found && found.expiresAt > time.now() ? found : undefined;
  };
  const set = (key: string, value: string, ttlSeconds: number) => {
    onWrite(key, value);
    const last = live(values, key);
    if (last) before.set(key, last);
    else before.delete(key);
    values.set(key, { value, expiresAt: time.now() + ttlSeconds * 1000 });
    return true;
  };
  return {
    isTransactional,
    get: (key) => live(values, key)?.value ?? null,
    getBefore: (key) => live(before, key)?.value ?? null,
    set,
    add: (key, value, ttlSeconds) => !live(values, key) && set(key, value, ttlSeconds),
    delete: (key) => live(values, key) !== undefined && values.delete(key),
    evictOne: (random) => {
      const keys = [...values.keys()];
      if (keys.length === 0) return undefined;
      const key = random.pick(keys);
      values.delete(key);
      return key;
    },
    empty: () => {
      values.clear();
      before.clear();
    },
  };
}

/** Longer than any caller waits. */
const SILENCE_MS = 120_000;

/** The shared store as one invocation reaches it. */
export function storeOf(shared: SharedStore, invocation: Invocation): Store {
  const { time } = invocation;

  /** @param otherwise the answer under a fault that this kind of command has */
  async function command<T>(kind: 'read' | 'write', apply: () => T, otherwise: () => T): Promise<T> {
    const struck = invocation.draw('store', kind);
    await invocation.pass(struck ? struck.random.between(1, 40) : drawCommandLag(invocation.lagOf('store')));
    const answer = struck ? await strike(struck, apply, otherwise) : apply();
    await invocation.pass(0);
    return answer;
  }

  async function strike<T>(
    { fault, strike, random }: Struck,
    apply: () => T,
    otherwise: () => T,
  ): Promise<T> {
    switch (fault) {
      case 'store_slow':
        await invocation.pass(random.between(200, 5000));
        return apply();
      case 'store_silent':
        await invocation.pass(SILENCE_MS);
        throw new Error('the store did not answer');
      case 'store_lost':
        throw new Error('the command did not reach the store');
      case 'store_answer_lost':
        apply();
        throw new Error('the answer of the store was lost');
      case 'store_late':
        time.at(time.now() + random.between(4000, 90_000), apply);
        await invocation.pass(SILENCE_MS);
        throw new Error('the store did not answer');
      case 'store_stale':
      case 'store_declined':
        return otherwise();
      case 'eviction':
        Object.assign(strike, { evicted: shared.evictOne(random) });
        return apply();
      case 'store_emptied':
        shared.empty();
        return apply();
      case 'killed':
        if (random.next() < 0.5) apply();
        return invocation.kill();
      default: {
        // Frozen, before or after the command.
        const isApplied = random.next() < 0.5;
        const early = isApplied ? apply() : undefined;
        await invocation.freeze(random.between(31_000, 3_600_000));
        return isApplied ? (early as T) : apply();
      }
    }
  }

  const declined = () => false;
  const single: Store = {
    get: (key) =>
      command(
        'read',
        () => shared.get(key),
        () => shared.getBefore(key),
      ),
    set: (key, value, ttl) => command('write', () => shared.set(key, value, ttl), declined),
    add: (key, value, ttl) => command('write', () => shared.add(key, value, ttl), declined),
    delete: (key) => command('write', () => shared.delete(key), declined),
  };
  if (!shared.isTransactional) return single;
  return {
    ...single,
    getMany: (keys) =>
      command(
        'read',
        () => keys.map(shared.get),
        () => keys.map(shared.getBefore),
      ),
    claim: (claim) => {
      const apply = () => claimOnCard(shared, claim);
      return command('write', apply, apply);
    },
  };
}

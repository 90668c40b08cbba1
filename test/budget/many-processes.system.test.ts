import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Claim } from '../../lib/budget/ledger.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { startCacheServer } from '../../sandbox/platform/cache-server.ts';
import type { ClaimOrder } from '../support/claim-process.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { slotsOf } from '../support/ledgers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const script = fileURLToPath(new URL('../support/claim-process.ts', import.meta.url));
const NOW = Date.parse('2026-11-21T02:00:00Z');
const PROCESSES = 8;
const TRIES = 1000;
const LIMIT = 200;

/** Lets all processes claim at the same time, and returns every result. */
async function claimInProcesses(store: ClaimOrder['store']): Promise<Claim[]> {
  const order: ClaimOrder = { store, now: NOW, limit: LIMIT, tries: TRIES / PROCESSES };
  const processes = Array.from({ length: PROCESSES }, () =>
    fork(script, [JSON.stringify(order)], { execArgv: ['--disable-warning=ExperimentalWarning'] }),
  );
  try {
    await Promise.all(processes.map(nextMessage));
    const answers = processes.map(nextMessage);
    for (const each of processes) each.send('go');
    return ((await Promise.all(answers)) as Claim[][]).flat();
  } finally {
    for (const each of processes) each.kill();
  }
}

async function nextMessage(each: ChildProcess): Promise<unknown> {
  const exited = once(each, 'exit').then(([code]) => {
    throw new Error(`a process ended with ${code} before it answered`);
  });
  const [message] = await Promise.race([once(each, 'message'), exited]);
  exited.catch(() => {});
  return message;
}

const storesInUse: Record<
  string,
  (claim: (store: ClaimOrder['store']) => Promise<Claim[]>) => Promise<Claim[]>
> = {
  'one SQLite file': async (claim) => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'store.sqlite');
    try {
      return await claim({ path });
    } finally {
      folder.remove();
    }
  },
  'one cache server': async (claim) => {
    const server = await startCacheServer(memoryStore(fixedClock(NOW)), 'a deploy key');
    try {
      return await claim({ url: server.url, deployKey: 'a deploy key' });
    } finally {
      await server.close();
    }
  },
};

describe.each(Object.entries(storesInUse))('Ledger in eight processes that share %s', (_, withStore) => {
  let claims: Claim[];
  beforeAll(async () => {
    claims = await withStore(claimInProcesses);
  });

  test('Eight processes make a thousand claims', () => {
    expect(claims).toHaveLength(TRIES);
  });

  test('Every slot of the day is granted once', () => {
    expect(slotsOf(claims).sort((a, b) => a - b)).toEqual(Array.from({ length: LIMIT }, (_, n) => n + 1));
  });

  test('Refused claims are refused as used up, and for no other reason', () => {
    const reasons = claims.map((claim) => (claim.granted ? 'granted' : claim.reason));
    expect(new Set(reasons)).toEqual(new Set(['granted', 'used_up']));
  });
});

import * as fc from 'fast-check';
import type { Connection } from '../../authentication/connection.ts';
import { exchangeCode, refreshTokens } from '../../authentication/tokens.ts';
import { createGateway } from '../../lib/aliexpress/gateway.ts';
import { GATEWAY_URL } from '../../lib/aliexpress/gateway-url.ts';
import { type Transport, TransportFailure } from '../../lib/http/transport.ts';
import { isProblem } from '../../lib/problems.ts';
import { MINUTE, SECOND } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { createVault } from '../../lib/vault.ts';
import { Accounts, type OldRefreshToken, TEST_STATUS } from '../../sandbox/accounts.ts';
import { eventClock } from '../support/event-clock.ts';
import { losingAnswers, silentStore } from '../support/failing-stores.ts';
import { recordingStore } from '../support/recording-store.ts';
import { answered } from '../support/scripted-transport.ts';
import { seededRandom } from '../support/seeded-random.ts';

const SECRET = 'helloworld';
const TIMEOUT_MS = 10 * SECOND;

/** What happens to a request to AliExpress: how long it takes, and whether it or its answer is lost. */
interface Travel {
  there: number;
  back: number;
  lost: 'nothing' | 'request' | 'answer';
}

interface World {
  oldRefreshToken?: OldRefreshToken;
  /** The travels of the requests, in order. Those beyond them take a second. */
  travels?: Travel[];
  /** Milliseconds that a store command takes, in order; repeated. */
  storeMs?: number[];
  store?: (inner: Store) => Store;
}

const travel = (lost: Travel['lost'] = 'nothing', there = 500, back = 500): Travel => ({ there, back, lost });

/** A connected shop at AliExpress, whose tokens any number of steps renew. */
async function connected({ oldRefreshToken = 'ends_at_once', travels = [], storeMs = [0], store }: World) {
  const clock = eventClock('2026-10-09T08:00:00Z');
  const accounts = new Accounts(clock, TEST_STATUS, '2201234567890', oldRefreshToken);
  const inner = memoryStore(clock);
  const recorded = recordingStore((store ?? slowed)(inner));
  let commands = 0;
  let requests = 0;

  function slowed(fast: Store): Store {
    const slow =
      <A extends unknown[], R>(verb: (...request: A) => Promise<R>) =>
      async (...request: A): Promise<R> => {
        const ms = storeMs[commands % storeMs.length] ?? 0;
        commands += 1;
        await clock.sleep(ms);
        const answer = await verb(...request);
        await clock.sleep(ms);
        return answer;
      };
    return { get: slow(fast.get), set: slow(fast.set), add: slow(fast.add), delete: slow(fast.delete) };
  }

  const transport: Transport = async ({ url, body }) => {
    const form = new URLSearchParams(body);
    if (url.endsWith('/create')) return answered(accounts.redeem(form.get('code') ?? ''));
    const { there, back, lost } = travels[requests] ?? travel();
    requests += 1;
    const timeout = async () => {
      await clock.sleep(TIMEOUT_MS - there);
      throw new TransportFailure('timeout');
    };
    await clock.sleep(there);
    if (lost === 'request') return timeout();
    const answer = accounts.refresh(form.get('refresh_token') ?? '');
    if (lost === 'answer') return timeout();
    await clock.sleep(back);
    return answered(answer ?? { type: 'ISV', code: 'IllegalRefreshToken', message: 'no', request_id: '1' });
  };

  const services = {
    clock,
    random: seededRandom(),
    store: recorded,
    vault: createVault(SECRET, 'tokens'),
    gateway: createGateway<'interactive'>({
      baseUrl: GATEWAY_URL,
      appKey: '512345',
      appSecret: SECRET,
      transport,
      clock,
    }),
  };
  const connection = await exchangeCode(accounts.issueCode(), 'https://a.example/cb', services);
  /** Renews the tokens in one step for each delay, in milliseconds from now. */
  const renew = async (delays: number[], old: Connection = connection) => {
    const steps = delays.map(async (delay) => {
      await clock.sleep(delay);
      return refreshTokens(old, services);
    });
    return (await clock.run(steps)).map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : kindOf(outcome.reason),
    );
  };
  return { accounts, clock, connection, inner, recorded, renew };
}

const kindOf = (error: unknown): string => (isProblem(error) ? error.kind : String(error));
const kinds = (outcomes: (Connection | string)[]) =>
  outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : 'renewed'));

describe('Simultaneous renewals', () => {
  test('Ten simultaneous renewals send one request', async () => {
    const { renew, accounts } = await connected({});
    await renew(Array(10).fill(0));
    expect(accounts.refreshes).toBe(1);
  });

  test('Ten simultaneous renewals return the same valid tokens', async () => {
    const { renew, accounts } = await connected({});
    const outcomes = (await renew(Array(10).fill(0))) as Connection[];
    expect(new Set(outcomes.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    expect(outcomes.every(({ access_token }) => accounts.isValid(access_token))).toBe(true);
  });

  test('A step that comes within ten minutes gets the tokens of the first', async () => {
    const { renew } = await connected({});
    const [first, late] = await renew([0, 10 * MINUTE - SECOND]);
    expect(late).toEqual(first);
  });

  test('A step that waits ten seconds for another renewal ends without ending the connection', async () => {
    const { renew } = await connected({ travels: [travel('nothing', 5000, 15_000)] });
    expect(kinds(await renew([0, 0]))).toEqual(['renewed', 'token_renewal_pending']);
  });

  test('Renewed tokens can be renewed again at once', async () => {
    const { renew } = await connected({});
    const [first] = (await renew([0])) as [Connection];
    const [second] = (await renew([0], first)) as [Connection];
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  test('An access token that fails is renewed again where the refresh token stays the same', async () => {
    const { renew, connection } = await connected({ oldRefreshToken: 'stays_valid' });
    const [first] = (await renew([0])) as [Connection];
    const kept = { ...first, refresh_token: connection.refresh_token };
    const [second] = (await renew([0], kept)) as [Connection];
    expect(second.access_token).not.toBe(first.access_token);
  });

  test('A step that was killed during a renewal blocks the others for 30 seconds', async () => {
    const { renew, recorded, inner } = await connected({ oldRefreshToken: 'valid_5_minutes' });
    await renew([0]);
    await leaveLease(recorded, inner);
    expect(kinds(await renew([0, 29 * SECOND]))).toEqual(['token_renewal_pending', 'renewed']);
  });

  test('No token stands in the store', async () => {
    const { renew, recorded, accounts } = await connected({});
    await renew([0, 0]);
    expect(accounts.issued.filter((token) => recorded.text().includes(token))).toEqual([]);
  });

  test('Tokens that another app secret encrypted are not returned', async () => {
    const { renew, recorded, inner, accounts } = await connected({ oldRefreshToken: 'stays_valid' });
    await renew([0]);
    const [key = ''] = recorded.text().split('\n');
    await inner.set(key, createVault('another secret', 'tokens').encrypt('{}', key), 600);
    const [connection] = (await renew([0])) as [Connection];
    expect(accounts.isValid(connection.access_token)).toBe(true);
  });
});

/** Puts the store into the state of a step that is killed now. */
async function leaveLease(recorded: { text(): string }, store: Store): Promise<void> {
  const [key = ''] = recorded.text().split('\n');
  await store.set(key, 'renewing of a killed step', 30);
}

describe('Lost answer to a renewal', () => {
  test.each<OldRefreshToken>(['stays_valid', 'valid_5_minutes'])(
    'A lost answer is requested again where the old refresh token %s',
    async (oldRefreshToken) => {
      const { renew, accounts } = await connected({ oldRefreshToken, travels: [travel('answer')] });
      const [connection] = (await renew([0])) as [Connection];
      expect(accounts.isValid(connection.access_token)).toBe(true);
    },
  );

  test('A request that did not arrive is sent again where a refresh token works once', async () => {
    const { renew } = await connected({ travels: [travel('request')] });
    expect(kinds(await renew([0]))).toEqual(['renewed']);
  });

  test('A lost answer ends in one step that asks for a new connection', async () => {
    const { renew } = await connected({ travels: [travel('answer')] });
    const outcomes = await renew([0, 100, 5000, 20_000, 5 * MINUTE]);
    expect(kinds(outcomes).filter((kind) => kind !== 'token_renewal_pending')).toEqual(['reconnect_needed']);
  });

  test('A renewal without any answer leaves the connection to the next step', async () => {
    const lost = travel('request', 100);
    const { renew } = await connected({ travels: [lost, lost] });
    expect(kinds(await renew([0, 40 * SECOND]))).toEqual(['aliexpress_unreachable', 'renewed']);
  });

  test('A renewal ends within 25 seconds', async () => {
    const lost = travel('answer');
    const { renew, clock } = await connected({
      oldRefreshToken: 'stays_valid',
      travels: [lost, lost, lost],
      storeMs: [1000],
    });
    const start = clock.now();
    await renew([0]);
    expect(clock.now() - start).toBeLessThanOrEqual(25 * SECOND);
  });
});

describe('Store that does not answer', () => {
  test('A single renewal succeeds', async () => {
    const { renew } = await connected({ store: () => silentStore });
    expect(kinds(await renew([0]))).toEqual(['renewed']);
  });

  test('Simultaneous renewals do not end the connection', async () => {
    const { renew } = await connected({ store: () => silentStore });
    expect(kinds(await renew([0, 0])).sort()).toEqual(['renewed', 'token_renewal_pending']);
  });

  test('A renewal succeeds where the store takes no writes', async () => {
    const readOnly = (inner: Store): Store => ({ ...silentStore, get: inner.get });
    const { renew } = await connected({ store: readOnly });
    expect(kinds(await renew([0]))).toEqual(['renewed']);
  });

  test('A lease whose confirmation was lost is used', async () => {
    const { renew, accounts } = await connected({ store: (inner) => losingAnswers(inner, 'add') });
    expect(kinds(await renew([0, 0]))).toEqual(['renewed', 'renewed']);
    expect(accounts.refreshes).toBe(1);
  });

  test('A step whose tokens were refused takes those that another step renewed without a lease', async () => {
    let isSilent = true;
    const { renew } = await connected({
      travels: [travel(), travel('nothing', 500, 2000)],
      store: (inner) => ({
        ...inner,
        add: (...request) => (isSilent ? silentStore : inner).add(...request),
        get: (...request) => {
          const store = isSilent ? silentStore : inner;
          isSilent = false;
          return store.get(...request);
        },
      }),
    });
    expect(kinds(await renew([0, 100]))).toEqual(['renewed', 'renewed']);
  });

  test('A step that finds the lease of another just given back takes it, however long it has waited', async () => {
    const storeMs = [51, 0, 239];
    const { renew } = await connected({
      travels: [travel('request', 0, 0), travel('request', 0, 0)],
      storeMs,
    });
    expect(kinds(await renew([13_362, 13_884, 0, 3463]))).not.toContain('reconnect_needed');
  });

  test('A step whose tokens were refused leaves them to a step that took its lost lease', async () => {
    let leases = 0;
    const { renew } = await connected({
      travels: [travel('nothing', 2000), travel('nothing', 500, 4000)],
      store: (inner) => ({
        ...inner,
        add: async (...request) => {
          leases += 1;
          if (leases === 2) await inner.delete(request[0]);
          return inner.add(...request);
        },
      }),
    });
    expect(kinds(await renew([0, 100]))).toEqual(['token_renewal_pending', 'renewed']);
  });
});

describe('Any interleaving', () => {
  const travels = (lost: Travel['lost'][]) =>
    fc.array(
      fc.record({
        there: fc.integer({ min: 0, max: 9000 }),
        back: fc.integer({ min: 0, max: 900 }),
        lost: fc.constantFrom(...lost),
      }),
      { maxLength: 8 },
    );
  const storeMs = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 20 });
  const delays = fc.array(fc.integer({ min: 0, max: 15_000 }), { minLength: 1, maxLength: 6 });
  const runs = { numRuns: 300 };

  test.each<OldRefreshToken>(['stays_valid', 'valid_5_minutes'])(
    'No race and no lost answer ends a connection where the old refresh token %s',
    async (oldRefreshToken) => {
      const history = fc.asyncProperty(
        travels(['nothing', 'request', 'answer']),
        storeMs,
        delays,
        async (sent, slow, starts) => {
          const { renew, accounts } = await connected({ oldRefreshToken, travels: sent, storeMs: slow });
          const outcomes = [...(await renew(starts)), ...(await renew([MINUTE]))];
          expect(kinds(outcomes)).not.toContain('reconnect_needed');
          const renewed = outcomes.filter((outcome) => typeof outcome !== 'string');
          expect(renewed.every(({ access_token }) => accounts.isValid(access_token))).toBe(true);
        },
      );
      await fc.assert(history, runs);
    },
  );

  test('No race ends a connection where a refresh token works once', async () => {
    const history = fc.asyncProperty(
      travels(['nothing', 'request']),
      storeMs,
      delays,
      async (sent, slow, starts) => {
        const { renew, accounts } = await connected({ travels: sent, storeMs: slow });
        const outcomes = kinds([...(await renew(starts)), ...(await renew([MINUTE]))]);
        expect(outcomes).not.toContain('reconnect_needed');
        expect(accounts.refreshes).toBeLessThanOrEqual(1);
      },
    );
    await fc.assert(history, runs);
  });

  test('A lost answer asks for a new connection once where a refresh token works once', async () => {
    const history = fc.asyncProperty(
      travels(['nothing', 'request', 'answer']),
      storeMs,
      delays,
      async (sent, slow, starts) => {
        const { renew, accounts } = await connected({ travels: sent, storeMs: slow });
        const later = [1, 2, 3, 4, 5].map((minutes) => minutes * MINUTE);
        const outcomes = kinds([...(await renew(starts)), ...(await renew(later))]);
        const reconnects = outcomes.filter((kind) => kind === 'reconnect_needed').length;
        const isLost = accounts.refreshes === 1 && !outcomes.includes('renewed');
        expect(reconnects).toBe(isLost ? 1 : 0);
      },
    );
    await fc.assert(history, runs);
  });
});

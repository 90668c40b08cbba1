/**
 * The tokens of the shops. They are renewed an hour before they expire, whether or not anything else is to be done for the
 * shop.
 */

import type { Connection } from '../../../../authentication/connection.ts';
import { refreshTokens } from '../../../../authentication/tokens.ts';
import { createGateway, type Gateway } from '../../../aliexpress/gateway.ts';
import { tokenCreate } from '../../../aliexpress/methods/token.ts';
import { requestGate } from '../../../budget/app-scope.ts';
import { fail, isProblem } from '../../../problems.ts';
import { HOUR, MINUTE } from '../../../runtime.ts';
import { steadyNow } from '../../../steady-now.ts';
import type { Store } from '../../../stores/store.ts';
import { createVault } from '../../../vault.ts';
import { endExpiredKeys } from '../access/ended-keys.ts';
import { grantsIn } from '../oauth/grants.ts';
import type { HubRuntime } from '../runtime.ts';
import { startLoop } from '../schedule/loop.ts';
import { deletionGate, serverNow, serverTimeOf } from './server-time.ts';
import { endAppRefused, reportAppRefused, reportSignIn } from './shop-alerts.ts';
import { shopsIn } from './shops.ts';
import { signInsIn } from './sign-ins.ts';

/** Renewal begins so long before the expiry. Every attempt that fails is followed by another. */
const RENEW_BEFORE_MS = HOUR;
const PAUSE_MS = 5 * MINUTE;
/** Where AliExpress does not answer, many shops take longer. The work ends meanwhile, which shows that it goes on. */
const MAX_WORK_MS = MINUTE;

/** For sign-in and the renewal of tokens. */
export function openSignIn(runtime: HubRuntime, store: Store = runtime.database.store) {
  const { settings, appKey, random, aliexpress, database } = runtime;
  const { clock, measuring } = serverTimeOf(runtime);
  const shared = { store: database.store, clock, random };
  const gateway: Gateway<'interactive'> = createGateway({
    baseUrl: settings.gatewayUrl,
    ...appKey,
    transport: measuring(aliexpress),
    clock,
    gate: requestGate(shared, { appKey: appKey.appKey, address: 'hub', isSpaced: true }),
  });
  return { gateway, clock, random, store, vault: createVault(appKey.appSecret, 'tokens') };
}

/** A store that takes nothing for a shop that was removed. What still runs for it leaves nothing behind. */
export function storeOf({ database, vault }: HubRuntime, id: string): Store {
  const { store } = database;
  const shops = shopsIn(database, vault);
  const isThere = () => shops.find(id) !== undefined;
  return {
    get: store.get,
    set: async (...entry) => isThere() && store.set(...entry),
    add: async (...entry) => isThere() && store.add(...entry),
    delete: store.delete,
    ...(store.claim && { claim: claimWhile(isThere, store.claim) }),
  };
}

const claimWhile =
  (isThere: () => boolean, claim: NonNullable<Store['claim']>): NonNullable<Store['claim']> =>
  async (request) => {
    if (!isThere()) throw new Error('the shop was removed');
    return claim(request);
  };

/**
 * The shop's tokens, renewed if they expire soon.
 * @throws Problem `reconnect_needed`, or what the renewal of tokens that have expired throws
 */
export async function validConnection(runtime: HubRuntime, id: string): Promise<Connection> {
  const shops = shopsIn(runtime.database, runtime.vault);
  const connection = shops.connectionOf(id);
  if (!connection || shops.find(id)?.state !== 'connected') return fail('reconnect_needed', {});
  const msLeft = Date.parse(connection.access_expires_at) - serverNow(runtime);
  if (msLeft > RENEW_BEFORE_MS / 2) return connection;
  return renewConnection(runtime, connection).catch((error: unknown) => {
    if (msLeft > MINUTE && !isProblem(error, 'reconnect_needed')) return connection;
    throw error;
  });
}

/**
 * Renews the tokens of a shop. The new ones are on disk before they are used.
 * @param old the tokens that have expired, or soon will
 * @returns what is stored, if it is newer than `old`
 * @throws Problem `reconnect_needed`, which is then the shop's state
 */
export async function renewConnection(runtime: HubRuntime, old: Connection): Promise<Connection> {
  const { seller_id: id } = old;
  const shops = shopsIn(runtime.database, runtime.vault);
  const newer = () => {
    const stored = shops.connectionOf(id) ?? fail('reconnect_needed', {});
    return stored.access_token === old.access_token ? undefined : stored;
  };
  const stored = newer();
  if (stored) return stored;
  try {
    const renewed = await refreshTokens(old, openSignIn(runtime, storeOf(runtime, id)));
    return newer() ?? keep(renewed);
  } catch (error) {
    if (isProblem(error, 'app_key_refused')) {
      runtime.holds.holdAll(error);
      reportAppRefused(runtime, error);
    }
    if (!isProblem(error, 'reconnect_needed')) throw error;
    const since = newer();
    if (since) return since;
    shops.needsReconnect(id);
    reportSignIn(runtime, id, error);
    runtime.log('a shop must be connected again', { shop: id });
    throw error;
  }

  function keep(renewed: Connection): Connection {
    shops.renew(renewed);
    return renewed;
  }
}

export interface TokenKeeper {
  /** How many shops' tokens are being renewed. */
  running(): number;
  stop(): Promise<void>;
}

/** Renews what expires soon, and finds out whether a refused app is accepted again. */
export function startTokenKeeper(runtime: HubRuntime): TokenKeeper {
  const { clock, database, vault, log } = runtime;
  let running = 0;
  let probedAt = Number.NEGATIVE_INFINITY;
  const steady = steadyNow(clock);
  const gate = deletionGate(runtime, PAUSE_MS);

  async function renew(id: string): Promise<void> {
    const connection = shopsIn(database, vault).connectionOf(id);
    if (!connection) return;
    await renewConnection(runtime, connection).catch((error: unknown) =>
      log('tokens could not be renewed', {
        shop: id,
        because: isProblem(error) ? error.kind : String(error),
      }),
    );
  }

  /** Those of this round. */
  const tried = new Set<string>();

  /** @returns whether the round has ended */
  async function renewDue(): Promise<boolean> {
    const end = steady() + MAX_WORK_MS;
    const soon = serverNow(runtime) + RENEW_BEFORE_MS;
    for (const id of shopsIn(database, vault).expiringBefore(soon)) {
      if (tried.has(id) || loop.isStopped()) continue;
      if (steady() >= end) return false;
      tried.add(id);
      await renew(id);
    }
    tried.clear();
    return true;
  }

  // After a start no calls are held.
  endAppRefused(runtime);
  const loop = startLoop(runtime, 'tokens', async () => {
    running += 1;
    try {
      if (runtime.holds.isAllHeld() && steady() - probedAt >= HOUR) {
        probedAt = steady();
        await probeApp(runtime);
      }
      if (!(await renewDue())) return 0;
      signInsIn(database).sweep(clock.now());
      gate(() => deleteExpired(runtime));
    } finally {
      running -= 1;
    }
    return PAUSE_MS;
  });
  return { running: () => running, stop: loop.stop };
}

/** Redeems a code that does not exist. If AliExpress refuses the code, and not the app, calls may be made again. */
async function probeApp(runtime: HubRuntime): Promise<void> {
  try {
    await openSignIn(runtime).gateway.call(tokenCreate, { code: 'probe' }, { lane: 'interactive' });
  } catch (error) {
    if (!isProblem(error, 'code_refused')) return;
    runtime.holds.releaseAll();
    endAppRefused(runtime);
  }
}

function deleteExpired(runtime: HubRuntime): void {
  endExpiredKeys(runtime);
  grantsIn(runtime.database).sweep(serverNow(runtime));
}

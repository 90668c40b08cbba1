/** Opens the engine's services of one shop, with tokens that are valid for long enough. */

import type { Connection } from '../../../../authentication/connection.ts';
import { refreshTokens } from '../../../../authentication/tokens.ts';
import { createGateway, type Gateway } from '../../../aliexpress/gateway.ts';
import { serverTime } from '../../../aliexpress/server-time.ts';
import { createBudget } from '../../../budget/budget.ts';
import type { Shop } from '../../../engine/shop.ts';
import { fail, isProblem } from '../../../problems.ts';
import { MINUTE } from '../../../runtime.ts';
import { createVault } from '../../../vault.ts';
import type { HubRuntime } from '../runtime.ts';
import { programBudget } from './search-calls.ts';
import { shopsIn } from './shops.ts';

/** Tokens are renewed so long before they expire. */
export const RENEW_BEFORE_MS = 30 * MINUTE;

/** For sign-in and the renewal of tokens. */
export function openSignIn(runtime: HubRuntime) {
  const { settings, appKey, clock: host, random, memo, aliexpress, database } = runtime;
  const { clock, measuring } = serverTime(host, memo.time);
  const gateway: Gateway<'interactive'> = createGateway({
    baseUrl: settings.gatewayUrl,
    ...appKey,
    transport: measuring(aliexpress),
    clock,
  });
  return { gateway, clock, random, store: database.store, vault: createVault(appKey.appSecret, 'tokens') };
}

/**
 * @param caller `program`: a client that searches, whose calls are limited
 * @throws Problem `reconnect_needed`, or what the renewal of tokens throws
 */
export async function openShop(
  runtime: HubRuntime,
  id: string,
  caller: 'hub' | 'program' = 'hub',
): Promise<Shop> {
  const { settings, appKey, clock: host, random, memo, aliexpress, database, log } = runtime;
  const connection = await validConnection(runtime, id);
  const { clock, measuring, load, offset } = serverTime(host, memo.time);
  const memory = { store: database.store, seller: id };
  await load(memory);
  const { store } = database;
  const connectedAt = Date.parse(connection.connected_at);
  const policy = { limit: settings.dailyCallLimit, zone: settings.quotaDayZone };
  const ownBudget = createBudget({ seller: id, store, clock, random, policy, connectedAt });
  const program = {
    database,
    seller: id,
    clock,
    callsPerDay: runtime.hub.searchCallsPerDay,
    zone: policy.zone,
  };
  const budget = caller === 'program' ? programBudget(ownBudget, program) : ownBudget;
  const gateway: Shop['gateway'] = createGateway({
    baseUrl: settings.gatewayUrl,
    ...appKey,
    transport: measuring(aliexpress, memory),
    clock,
    shop: { accessToken: connection.access_token, meter: budget },
  });
  const renewBy = Date.parse(connection.refresh_expires_at);
  return {
    seller: id,
    gateway,
    budget,
    memo,
    store,
    clock,
    clockOffset: offset,
    random,
    log: (message, facts = {}) => log(message, { shop: id, ...facts }),
    ...(renewBy && { renewBy }),
  };
}

/** The shop's tokens, renewed if they expire soon. */
async function validConnection(runtime: HubRuntime, id: string): Promise<Connection> {
  const shops = shopsIn(runtime.database, runtime.vault);
  const connection = shops.connectionOf(id);
  if (!connection || shops.find(id)?.state !== 'connected') return fail('reconnect_needed', {});
  const { now } = serverTime(runtime.clock, runtime.memo.time).clock;
  if (Date.parse(connection.access_expires_at) - now() > RENEW_BEFORE_MS) return connection;
  return renewConnection(runtime, id);
}

/**
 * Renews the shop's tokens. The new ones are on disk before they are used.
 * @throws Problem `reconnect_needed`, which is then the shop's state
 */
export async function renewConnection(runtime: HubRuntime, id: string): Promise<Connection> {
  const shops = shopsIn(runtime.database, runtime.vault);
  const old = shops.connectionOf(id) ?? fail('reconnect_needed', {});
  try {
    const renewed = await refreshTokens(old, openSignIn(runtime));
    shops.keep(renewed);
    return renewed;
  } catch (error) {
    if (isProblem(error, 'reconnect_needed')) shops.needsReconnect(id);
    throw error;
  }
}

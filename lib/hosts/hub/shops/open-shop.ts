/** Opens the engine's services of one shop, with tokens that are valid for long enough. */

import type { Connection } from '../../../../authentication/connection.ts';
import { createGateway } from '../../../aliexpress/gateway.ts';
import { createBudget } from '../../../budget/budget.ts';
import type { Shop } from '../../../engine/shop.ts';
import { isProblem } from '../../../problems.ts';
import { MINUTE } from '../../../runtime.ts';
import type { HubRuntime } from '../runtime.ts';
import { programBudget } from './search-calls.ts';
import { serverTimeOf } from './server-time.ts';
import { reportAppRefused } from './shop-alerts.ts';
import { renewConnection, storeOf, validConnection } from './tokens.ts';
import { trackerOf, trackerUpdatesOf } from './tracker.ts';

/** How long no call is made with a token that was refused although it is new. */
const REFUSED_MS = 15 * MINUTE;

/**
 * The calls of a shop, on AliExpress's clock.
 * @param connectedAt epoch milliseconds
 */
export async function budgetOf(runtime: HubRuntime, id: string, connectedAt: number) {
  const { settings, random, appKey, aliexpress } = runtime;
  const time = serverTimeOf(runtime);
  const memory = { store: storeOf(runtime, id), seller: id };
  await time.load(memory);
  const transport = time.measuring(aliexpress, memory);
  const fetchTime = () => time.fetchTime(transport, settings.gatewayUrl);
  const policy = { limit: settings.dailyCallLimit, zone: settings.quotaDayZone };
  const budget = createBudget({
    ...memory,
    clock: time.clock,
    time: { range: time.range, fetchTime },
    random,
    policy,
    connectedAt,
    app: {
      appKey: appKey.appKey,
      address: 'hub',
      callsPerDay: settings.appDailyCallLimit,
      isSpaced: true,
      connectedAt,
    },
  });
  return { time, fetchTime, memory, transport, budget };
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
  const { settings, appKey, random, memo, database, log } = runtime;
  const connection = await validConnection(runtime, id);
  const {
    time,
    fetchTime,
    memory,
    transport,
    budget: ownBudget,
  } = await budgetOf(runtime, id, Date.parse(connection.connected_at));
  const { clock, offset, isConfirmed, lastAnswerAt } = time;
  const { store } = memory;
  const program = {
    database,
    seller: id,
    clock,
    callsPerDay: runtime.hub.searchCallsPerDay,
    zone: settings.quotaDayZone,
  };
  const budget = caller === 'program' ? programBudget(ownBudget, program) : ownBudget;
  const gatewayOf = ({ access_token: accessToken }: Connection): Shop['gateway'] =>
    createGateway({
      baseUrl: settings.gatewayUrl,
      ...appKey,
      transport,
      clock,
      shop: { accessToken, meter: budget },
    });
  const tracker = trackerOf(runtime, id);
  const renewBy = Date.parse(connection.refresh_expires_at);
  return {
    seller: id,
    gateway: withRenewal(runtime, connection, gatewayOf),
    budget,
    ...(tracker && { tracker, trackerUpdates: trackerUpdatesOf(runtime, id) }),
    memo,
    store,
    clock,
    clockOffset: offset,
    isClockConfirmed: isConfirmed,
    fetchTime,
    lastAnswerAt,
    random,
    log: (message, facts = {}) => log(message, { shop: id, ...facts }),
    ...(renewBy && { renewBy }),
  };
}

/** Renews a token that AliExpress refuses before its time, once, and makes no call that would be refused again. */
function withRenewal(
  runtime: HubRuntime,
  first: Connection,
  open: (connection: Connection) => Shop['gateway'],
): Shop['gateway'] {
  const { holds, log, interruption } = runtime;
  const { seller_id: shop } = first;
  let connection = first;
  let gateway = open(first);

  async function renew(refused: Connection): Promise<void> {
    // Another call may have renewed them meanwhile.
    if (connection === refused) {
      const renewed = await renewConnection(runtime, refused);
      if (connection === refused) {
        connection = renewed;
        gateway = open(renewed);
      }
    }
  }

  return {
    call: async (method, request, options) => {
      for (let isSecond = false; ; isSecond = true) {
        // A call is paid before it is sent.
        interruption.throwIfAborted();
        holds.check(shop);
        const used = connection;
        try {
          return await gateway.call(method, request, options);
        } catch (error) {
          if (isProblem(error, 'app_key_refused')) {
            holds.holdAll(error);
            reportAppRefused(runtime, error);
            log('AliExpress has refused the app, no calls are made', { code: error.facts.code });
          }
          if (!isProblem(error, 'token_expired')) throw error;
          if (isSecond) {
            holds.holdShop(shop, error, REFUSED_MS);
            throw error;
          }
          await renew(used);
        }
      }
    },
  };
}

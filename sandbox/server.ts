/** The sandbox: simulators for AliExpress and every messenger, over real HTTP on this machine. */

import { randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { type Clock, DAY, systemClock } from '../lib/runtime.ts';
import {
  Accounts,
  type AppRegistration,
  type Lifetimes,
  type OldRefreshToken,
  TEST_STATUS,
} from './accounts.ts';
import { type GatewayState, mountAliExpress } from './aliexpress.ts';
import { simulators } from './channels/index.ts';
import { type FaultName, faultNames, noFaults } from './faults.ts';
import { type GatewayErrorName, gatewayErrors } from './gateway-errors.ts';
import { emptyCallLog } from './limits.ts';
import { type Group, mountGroup } from './messengers.ts';
import { openShop, type ShopOptions } from './shop.ts';
import { defaultVariants, type Variants } from './variants.ts';
import { mountWebhooks, type Webhooks } from './webhooks.ts';

/** Includes the shop's options. By default orders are placed for a week from the start of the day on. */
export interface SandboxOptions extends Partial<ShopOptions> {
  clock?: Clock;
  port?: number;
  /** The callback URL registered for the app. */
  callbackUrl: string;
  dailyLimit?: number;
  lifetimes?: Partial<Lifetimes>;
  /** What becomes of a refresh token that was used; it ends at once. */
  oldRefreshToken?: OldRefreshToken;
  slowMs?: number;
  alwaysWrapped?: boolean;
  /** What is not known of AliExpress, where it is not as usual. */
  variants?: Partial<Variants>;
  /** The bots of all groups check signatures made with it. */
  signingSecret?: string;
}

export type Groups = Record<keyof typeof simulators, Group>;

export interface Sandbox extends GatewayState {
  url: string;
  /** A group at every messenger. */
  groups: Groups;
  /** A receiver of the hub's webhooks. */
  webhooks: Webhooks;
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock = systemClock, callbackUrl, dailyLimit = 200, slowMs = 12_000 } = options;
  const from = options.from ?? Math.floor(clock.now() / DAY) * DAY;
  const app: AppRegistration = {
    appKey: '512345',
    appSecret: randomBytes(16).toString('hex'),
    callbackUrl,
  };
  const state: GatewayState = {
    clock,
    app,
    accounts: new Accounts(
      clock,
      { ...TEST_STATUS, ...options.lifetimes },
      '2201234567890',
      options.oldRefreshToken,
    ),
    shop: openShop({
      ...options,
      seed: options.seed ?? 1,
      curve: options.curve ?? 'olist',
      ordersPerDay: options.ordersPerDay ?? 100,
      from,
      to: options.to ?? from + 7 * DAY,
    }),
    faults: noFaults(),
    slowMs,
    alwaysWrapped: options.alwaysWrapped ?? false,
    dailyLimit,
    calls: emptyCallLog(),
    variants: { ...defaultVariants, ...options.variants },
    refusal: null,
  };
  const server = fastify({
    forceCloseConnections: true,
    // A test says by a header from which address it calls.
    trustProxy: true,
    routerOptions: { maxParamLength: 500 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  mountAliExpress(server, state);
  const groups = mountGroups(server, clock, options.signingSecret);
  mountControl(server, state, groups);
  const webhooks = mountWebhooks(server, clock);
  const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  for (const group of Object.values(groups)) group.address = url + group.path;

  return Object.assign(state, {
    url,
    groups,
    webhooks,
    close: () => server.close(),
  });
}

function mountGroups(server: FastifyInstance, clock: Clock, secret: string | undefined): Groups {
  const options = { clock, ...(secret !== undefined && { secret }) };
  const groups = Object.entries(simulators).map(([key, simulator]) => [
    key,
    mountGroup(server, simulator, options),
  ]);
  return Object.fromEntries(groups) as Groups;
}

/** For a person: the calls and deliveries so far, and the fault switches. */
function mountControl(server: FastifyInstance, state: GatewayState, groups: Groups): void {
  const summary = () => ({
    now: new Date(state.clock.now()).toISOString(),
    calls: Object.fromEntries(
      [...state.calls.byDay].map(([day, methods]) => [day, Object.fromEntries(methods)]),
    ),
    over_limit: state.calls.overLimit,
    bans: state.calls.bans,
    orders_placed: state.shop.orders.filter((order) => order.placedAt <= state.clock.now()).length,
    messages: Object.entries(groups).flatMap(([group, { cards }]) =>
      cards.map(({ at, title }) => ({ group, at: new Date(at).toISOString(), title })),
    ),
    fault: state.faults.active,
    refusal: state.refusal,
  });
  server.get('/sandbox', async () => summary());
  server.put<{ Params: { name: string } }>('/sandbox/fault/:name', async ({ params }, reply) => {
    if (!(params.name in faultNames)) return reply.code(404).send({ faults: faultNames });
    state.faults.active = params.name as FaultName;
    return summary();
  });
  server.delete('/sandbox/fault', async () => {
    state.faults.active = null;
    return summary();
  });
  server.put<{ Params: { name: string } }>('/sandbox/refusal/:name', async ({ params }, reply) => {
    if (!Object.hasOwn(gatewayErrors, params.name)) return reply.code(404).send({ refusals: gatewayErrors });
    state.refusal = params.name as GatewayErrorName;
    return summary();
  });
  server.delete('/sandbox/refusal', async () => {
    state.refusal = null;
    return summary();
  });
}

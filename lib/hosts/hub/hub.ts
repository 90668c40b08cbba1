/** The hub: one process with one database. It visits the shops' feeds, delivers their events and answers requests. */

import { hostname } from 'node:os';
import { emptyProcessMemo } from '../../engine/shop.ts';
import { axiosTransport } from '../../http/axios.ts';
import { DEFAULT_LIMITS, type Transport } from '../../http/transport.ts';
import type { Clock, Log, Random } from '../../runtime.ts';
import type { AppKey, Settings } from '../../settings.ts';
import type { Vault } from '../../vault.ts';
import { renewSetUpToken } from './access/set-up.ts';
import { startAlertSender } from './alerts/sender.ts';
import { startListeners } from './api/listeners.ts';
import { type Database, openDatabase } from './database/database.ts';
import { startDeliverer } from './deliveries/deliverer.ts';
import { deliveriesIn } from './deliveries/deliveries.ts';
import { resumeInterrupted } from './deliveries/resume.ts';
import { startRetention } from './events/retention.ts';
import { openVault } from './key-file.ts';
import { createPacer } from './recipes/pacer.ts';
import { keepPresets } from './recipes/presets.ts';
import { runStep } from './recipes/run-step.ts';
import type { RecipePresets } from './recipes/steps.ts';
import type { HubRegistry, HubRuntime } from './runtime.ts';
import { startScheduler } from './schedule/scheduler.ts';
import { WEBHOOK } from './schedule/steps.ts';
import { createCounts } from './service/counts.ts';
import { newInstance } from './service/health.ts';
import { createInterruption, INTERRUPT_AFTER_MS, interruptedBy } from './service/interruption.ts';
import { startLoopAlerts } from './service/loop-alerts.ts';
import { addressesOf, type HubSettings } from './settings.ts';
import { startSheets } from './sheets/sheets.ts';
import { createHolds } from './shops/holds.ts';
import { serverTimeOf } from './shops/server-time.ts';
import { shopsIn } from './shops/shops.ts';
import { spaced } from './shops/spaced.ts';
import { startTokenKeeper } from './shops/tokens.ts';
import { sendWebhook } from './webhooks/send.ts';
import { createTargets } from './webhooks/targets.ts';

export interface HubOptions {
  version: string;
  registry: HubRegistry;
  settings: Settings;
  hub: HubSettings;
  appKey: AppKey;
  clock: Clock;
  random: Random;
  log: Log;
  /** Settings of recipes for the first shop. */
  presets?: RecipePresets;
  /** How AliExpress is reached. */
  aliexpress?: Transport;
  /** How messengers are reached. */
  messengers?: Transport;
  /** How the trackers of parcels are reached. */
  tracker?: Transport;
}

export interface Hub {
  runtime: HubRuntime;
  /** Where the page is. */
  url: string;
  /** Where the owner signs in for the first time; undefined once there is an admin key. */
  setUpUrl?: string;
  /** How many visits, deliveries and renewals are being made. */
  running(): number;
  /**
   * Finishes what is running.
   * @param end when it is aborted, what still runs is interrupted; by default after `INTERRUPT_AFTER_MS`
   * @returns how many deliveries wait for the next start
   */
  stop(end?: AbortSignal): Promise<number>;
}

/** A message of which no answer came is not sent again by itself, so a hub that stops waits for the answer. */
const MESSAGE_LIMITS = { timeoutMs: INTERRUPT_AFTER_MS, maxBytes: 64 * 1024 };

function vaultOf(database: Database, { keyFile }: HubSettings): Vault {
  try {
    return openVault(database, keyFile);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What AliExpress's time was found to be before the last stop, so that no key expires by a wrong clock until it answers. */
async function loadTime(runtime: HubRuntime): Promise<void> {
  const { database, vault } = runtime;
  const { load } = serverTimeOf(runtime);
  for (const { id: seller } of shopsIn(database, vault).all()) await load({ store: database.store, seller });
}

/** @throws Problem `already_running`, `database_damaged`, `bad_setting`, the last one also for a port in use */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { hub } = options;
  const interruption = createInterruption();
  const { signal: stop } = interruption;
  const {
    aliexpress = axiosTransport(DEFAULT_LIMITS, { stop }),
    messengers = axiosTransport(MESSAGE_LIMITS, { stop }),
    tracker = axiosTransport(DEFAULT_LIMITS, { stop }),
  } = options;
  const clock = interruptedBy(options.clock, stop);
  const database = openDatabase(hub.folder, clock);
  const counts = createCounts();
  const runtime: HubRuntime = {
    ...options,
    clock,
    database,
    vault: vaultOf(database, hub),
    memo: emptyProcessMemo(hostname()),
    aliexpress: spaced(aliexpress, clock, counts.waited),
    messengers,
    tracker,
    holds: createHolds(clock),
    counts,
    loops: new Map(),
    alertsReadAt: new Map(),
    trackerUpdates: new Map(),
    foundLast: new Map(),
    interruption: stop,
    instance: newInstance(),
  };
  const ownPorts = [hub.port, hub.publicPort];
  const targets = createTargets({ allowed: hub.allowedTargets, ownPorts, stop });
  await loadTime(runtime);
  resumeInterrupted(runtime);
  keepPresets(runtime);
  const sheets = startSheets(runtime);
  const steps = { runtime, targets, sheets, pacer: createPacer(clock) };
  const deliverer = startDeliverer(runtime, async (delivery) =>
    delivery.step === WEBHOOK ? sendWebhook(runtime, targets, delivery) : runStep(steps, delivery),
  );
  const scheduler = startScheduler(runtime, deliverer.wake);
  const retention = startRetention(runtime);
  const tokens = startTokenKeeper(runtime);
  const alertSender = startAlertSender(runtime);
  const loopAlerts = startLoopAlerts(runtime);
  const setUpToken = renewSetUpToken(database, clock.now());
  const finish = async () => {
    await Promise.all([
      scheduler.stop(),
      deliverer.stop(),
      tokens.stop(),
      retention.stop(),
      alertSender.stop(),
      loopAlerts.stop(),
    ]);
    await sheets.stop();
  };
  const close = () => {
    const waiting = deliveriesIn(database).waiting();
    database.close();
    return waiting;
  };
  const listeners = await startListeners({
    runtime,
    scheduler,
    deliverer,
    targets,
    alertSender,
    retention,
    pushes: new Map(),
  }).catch(async (error: unknown) => {
    await finish();
    close();
    throw error;
  });
  const { page } = addressesOf(hub);
  return {
    runtime,
    url: page,
    ...(setUpToken && { setUpUrl: `${page}/set-up?token=${setUpToken}` }),
    running: () =>
      [scheduler, deliverer, tokens, alertSender, sheets].reduce((sum, part) => sum + part.running(), 0),
    stop: async (end = AbortSignal.timeout(INTERRUPT_AFTER_MS)) => {
      interruption.begin(end);
      await Promise.all([listeners.close(), finish()]);
      return close();
    },
  };
}

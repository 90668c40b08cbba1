/** The process of a hub in the lab. It is killed and started again on the same database. */

import { channels } from '../../channels/index.ts';
import { messageId } from '../../lib/hosts/hub/events/subscriptions.ts';
import { type Hub, startHub } from '../../lib/hosts/hub/hub.ts';
import { readHubSettings } from '../../lib/hosts/hub/settings.ts';
import { Interrupted, type Transport } from '../../lib/http/transport.ts';
import type { Random } from '../../lib/runtime.ts';
import { readSettings } from '../../lib/settings.ts';
import type { Store } from '../../lib/stores/store.ts';
import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';
import type { HubClock } from './clock.ts';

export interface HubLife {
  hub: Hub;
  clock: HubClock;
  /** Ends as an ordinary stop does. */
  stop(): Promise<void>;
  /**
   * Ends at once: from now on nothing that it does has an effect.
   * @returns the messages that were under way
   */
  kill(): string[];
  /** Resolves when nothing of a killed process is left. */
  isGone(): Promise<void>;
  /** Whether messages are under way. */
  isSending(): boolean;
}

export interface LifeOptions {
  clock: HubClock;
  folder: string;
  port: number;
  dailyLimit: number;
  random: Random;
  /** Host and port of the receiver. */
  target: string;
  aliexpress: Transport;
  /** How messengers are reached. */
  messengers?: Transport;
  /** Before every command of the engine to its store. */
  onCommand(): Promise<void>;
  onLog(line: string): void;
}

const APP_KEY = { appKey: '512345', appSecret: 'secret-of-the-lab' };

export async function startLife(options: LifeOptions): Promise<HubLife> {
  const { clock, folder, port, dailyLimit, random, target, onCommand, onLog } = options;
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => {});
  let isOver = false;
  const untilDeath =
    (transport: Transport): Transport =>
    (request) => {
      if (isOver) return death.promise;
      return Promise.race([transport(request).finally(clock.awake), death.promise]);
    };
  const env = { HUB_DATA: folder, HUB_KEY_FILE: `${folder}.key`, HUB_PORT: String(port) };
  const hub = await startHub({
    version: '0.0.0',
    registry: { ...operations, channels, recipes },
    settings: readSettings({ DAILY_CALL_LIMIT: String(dailyLimit) }),
    hub: readHubSettings({ ...env, HUB_ALLOWED_TARGETS: target }, folder),
    appKey: APP_KEY,
    clock,
    random,
    log: (message, facts) => onLog(`${message} ${JSON.stringify(facts)}`),
    aliexpress: untilDeath(options.aliexpress),
    ...(options.messengers && { messengers: untilDeath(options.messengers) }),
  });
  const { database } = hub.runtime;
  const { store } = database;
  const before =
    <A extends unknown[], R>(run: (...command: A) => Promise<R>) =>
    async (...command: A): Promise<R> => {
      if (isOver) return death.promise;
      await Promise.race([onCommand().then(clock.awake), death.promise]);
      return run(...command);
    };
  const through: Store = {
    get: before(store.get),
    set: before(store.set),
    add: before(store.add),
    delete: before(store.delete),
    ...(store.claim && { claim: before(store.claim) }),
  };
  database.store = through;
  const underWay = () =>
    database
      .prepare(
        `SELECT deliveries.subscription, event_id AS event FROM deliveries JOIN events ON seq = event
         WHERE started_at IS NOT NULL`,
      )
      .all()
      .map(({ subscription, event }) => messageId(String(subscription), String(event)));
  let gone: Promise<unknown> = Promise.resolve();
  return {
    hub,
    clock,
    isSending: () => !isOver && underWay().length > 0,
    stop: async () => {
      isOver = true;
      const stopped = hub.stop();
      death.reject(new Interrupted(false));
      clock.end(hub.runtime.interruption);
      await stopped;
    },
    kill: () => {
      const messages = underWay();
      isOver = true;
      database.close();
      death.reject(new Error('the process was killed'));
      // Its parts end with errors, because the database is closed.
      gone = hub.stop().catch(() => {});
      clock.end(hub.runtime.interruption);
      return messages;
    },
    isGone: async () => {
      await gone;
    },
  };
}

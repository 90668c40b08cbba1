/** The local host: the app in its thread, the cache that the app sees, and the platform that runs them. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { axiosTransport } from '../../http/axios.ts';
import type { TransportLimits } from '../../http/transport.ts';
import type { Clock } from '../../runtime.ts';
import type { AppKey, Settings } from '../../settings.ts';
import type { Store } from '../../stores/store.ts';
import { createVault } from '../../vault.ts';
import { type OnLog, startAppThread } from './app-thread.ts';
import { startCacheServer } from './cache-server.ts';
import { type PlatformMemory, platformMemory, type QueuedStep } from './memory.ts';
import { createPlatform, type Platform } from './platform.ts';
import { csvSheet } from './sheets.ts';
import { ticketFolder, ticketWebhook } from './tickets.ts';
import type { Failure, Outbox } from './workflow.ts';

export interface LocalHost {
  platform: Platform;
  memory: PlatformMemory;
  close(): Promise<void>;
}

export interface LocalHostOptions {
  /** Address of the `AppModule` that the thread loads. */
  appModule: URL;
  settings: Settings;
  appKey: AppKey;
  clock: Clock;
  /** The clock of the app's thread; left out for the machine's own time. */
  sharedClock?: SharedArrayBuffer;
  limits?: TransportLimits;
  /** The store behind the app's cache. */
  store: Store;
  /** Path of the platform's own file, or ":memory:". */
  memoryPath: string;
  /** Folder of sheets and tickets. */
  folder: string;
  /** Where tickets are posted instead of kept as files. */
  ticketAddress?: string;
  onFailure: (failure: Failure) => void;
  onDelivered?: (step: QueuedStep) => void;
  /** Aborted when the user stops the host. */
  stop?: AbortSignal;
  onLog?: OnLog;
}

/** @throws Problem `already_running` when another host uses the same file */
export async function startLocalHost(options: LocalHostOptions): Promise<LocalHost> {
  const { appModule, settings, appKey, clock, sharedClock, limits, store, onLog = () => {} } = options;
  const { onFailure, onDelivered, stop, folder, ticketAddress } = options;
  // The memory comes first, because it throws when another host uses it.
  const memory = platformMemory(
    options.memoryPath,
    clock,
    createVault(appKey.appSecret, 'connection of the local host'),
  );
  const deployKey = randomBytes(16).toString('hex');
  const cache = await startCacheServer(store, deployKey);
  const threadOptions = {
    appModule: appModule.href,
    settings,
    appKey,
    cacheUrl: cache.url,
    deployKey,
    ...(sharedClock && { clock: sharedClock }),
    ...(limits && { limits }),
  };
  const thread = startAppThread(threadOptions, onLog);
  const platform = createPlatform({
    thread,
    memory,
    outbox: openOutbox(folder, ticketAddress),
    clock,
    onFailure,
    ...(onDelivered && { onDelivered }),
    ...(stop && { stop }),
  });
  return {
    platform,
    memory,
    close: async () => {
      await thread.close();
      await cache.close();
      memory.close();
    },
  };
}

function openOutbox(folder: string, ticketAddress: string | undefined): Outbox {
  const tickets = join(folder, 'tickets');
  return {
    sheetOf: ({ key }) => csvSheet(join(folder, 'sheets', `${key}.csv`)),
    tickets: ticketAddress
      ? ticketWebhook(ticketAddress, axiosTransport(), ticketFolder(join(tickets, 'refused')))
      : ticketFolder(tickets),
  };
}

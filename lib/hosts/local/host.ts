/** The local host, put together: the pack in its thread, the cache it sees, the platform that drives it. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { axiosTransport } from '../../http/axios.ts';
import type { TransportLimits } from '../../http/transport.ts';
import type { Clock } from '../../runtime.ts';
import type { AppKey, Settings } from '../../settings.ts';
import type { Store } from '../../stores/store.ts';
import { type OnLog, startAppThread } from './app-thread.ts';
import { startCacheServer } from './cache-server.ts';
import { type PlatformMemory, platformMemory, type QueuedStep } from './memory.ts';
import { createPlatform, type Failure, type Outbox, type Platform } from './platform.ts';
import { csvSheet } from './sheets.ts';
import { ticketFolder, ticketWebhook } from './tickets.ts';
import { createVault } from './vault.ts';

export interface LocalHost {
  platform: Platform;
  memory: PlatformMemory;
  close(): Promise<void>;
}

export async function startLocalHost(options: {
  settings: Settings;
  appKey: AppKey;
  clock: Clock;
  /** The clock for the pack's thread; left out for the machine's own time. */
  sharedClock?: SharedArrayBuffer;
  limits?: TransportLimits;
  /** What the pack's cache is kept in. */
  store: Store;
  /** Path of the platform's own file, or ":memory:". */
  memoryPath: string;
  /** Where sheets and tickets go. */
  folder: string;
  /** Where tickets are posted to instead. */
  ticketAddress?: string;
  onFailure: (failure: Failure) => void;
  onDelivered?: (step: QueuedStep) => void;
  stop?: AbortSignal;
  /** A line that the pack logged. */
  onLog?: OnLog;
}): Promise<LocalHost> {
  const {
    settings,
    appKey,
    clock,
    sharedClock,
    limits,
    store,
    memoryPath,
    folder,
    ticketAddress,
    onFailure,
    onDelivered,
    stop,
    onLog = () => {},
  } = options;
  // First of all: it says no when another run has the file open.
  const memory = platformMemory(memoryPath, clock, createVault(appKey.appSecret));
  const deployKey = randomBytes(16).toString('hex');
  const cache = await startCacheServer(store, deployKey);
  const thread = startAppThread(
    {
      settings,
      appKey,
      cacheUrl: cache.url,
      deployKey,
      ...(sharedClock && { clock: sharedClock }),
      ...(limits && { limits }),
    },
    onLog,
  );
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

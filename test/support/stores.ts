/** All stores of the connector, opened for a test. */

import { join } from 'node:path';
import zapier, { type ZObject } from 'zapier-platform-core';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import type { Clock } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { sqliteStore } from '../../lib/stores/sqlite.ts';
import type { Store } from '../../lib/stores/store.ts';
import { type ZapierCache, zapierCacheStore } from '../../lib/stores/zapier-cache.ts';
import { startCacheServer } from '../../sandbox/platform/cache-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface OpenStore {
  store: Store;
  close(): Promise<void>;
}

export const storeKinds: Record<string, (clock: Clock) => Promise<OpenStore>> = {
  memory: async (clock) => ({ store: memoryStore(clock), close: async () => {} }),
  SQLite: async (clock) => {
    const folder = temporaryFolder();
    const store = sqliteStore(join(folder.path, 'store.sqlite'), clock);
    return {
      store,
      close: async () => {
        store.close();
        folder.remove();
      },
    };
  },
  'Zapier cache': async (clock) => {
    const deployKey = 'a deploy key';
    const server = await startCacheServer(memoryStore(clock), deployKey);
    const step = await openZapierStep(server.url, deployKey);
    return {
      store: zapierCacheStore(step.z.cache as ZapierCache),
      close: async () => {
        await step.end();
        await server.close();
      },
    };
  },
};

/** A step inside the real zapier-platform-core that runs until it is ended, so that a test can use its `z`. */
export async function openZapierStep(
  cacheUrl: string,
  deployKey: string,
  storeKey = 'connection',
): Promise<{ z: ZObject; end(): Promise<void> }> {
  const started = Promise.withResolvers<ZObject>();
  const ended = Promise.withResolvers<object[]>();
  const perform = (z: ZObject) => {
    started.resolve(z);
    return ended.promise;
  };
  const display = { label: 'Probe', description: 'Triggers when probed.' };
  const handler = createAppHandler({
    version: '1.0.0',
    platformVersion: zapier.version,
    triggers: { probe: { key: 'probe', noun: 'Probe', display, operation: { perform } } },
  });
  process.env.ZAPIER_DEPLOY_KEY = deployKey;
  const running = handler({
    command: 'execute',
    method: 'triggers.probe.operation.perform',
    bundle: {},
    rpc_base: cacheUrl,
    storeKey,
    calledFromCli: true,
  });
  return {
    z: await started.promise,
    end: async () => {
      ended.resolve([]);
      await running;
    },
  };
}

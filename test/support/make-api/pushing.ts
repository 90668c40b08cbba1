/** Pushes of a copy of `make/` to a stand-in for Make. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXAMPLE } from '../../../tools/make/options.ts';
import { readApp } from '../../../tools/make/push/app-folder.ts';
import { type PushOptions, push } from '../../../tools/make/push/push.ts';
import { PushError } from '../../../tools/make/push/push-error.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { HeldApp } from './account.ts';
import { type MakeApi, startMakeApi } from './server.ts';
import { shapeOfFolder } from './shape.ts';

export const MAKE = fileURLToPath(new URL('../../../make/', import.meta.url));
const ICON = readFileSync(new URL('../../../tools/make/icon.png', import.meta.url));
const HUB = 'https://hub.my-shop.com';
export const CLIENT = { clientId: 'CANARY-client', clientSecret: 'CANARY-secret' };

/** Parts of the app, for tests that need no more. */
const PARTS: Readonly<Record<'chain' | 'types', Readonly<Record<string, readonly string[]>>>> = {
  /** A component of each kind, each of which refers to others. */
  chain: {
    connection: ['hub', 'hubKey'],
    webhook: ['lowStock'],
    rpc: ['listProducts'],
    module: ['lowStock'],
  },
  /** A module of each type, with what they use. */
  types: {
    connection: ['hub', 'hubKey'],
    webhook: ['lowStock'],
    rpc: ['listOrders', 'listParcels', 'listProducts'],
    module: ['watchEvents', 'lowStock', 'findOrder', 'findReviews', 'makeApiCall'],
  },
};

// biome-ignore lint/suspicious/noExplicitAny: a file of the app, which has no type here
type Content = any;

export interface Pushed {
  /** Every line, with the error as the last one. */
  output: string;
  failed: string | undefined;
}

export interface Pushing {
  api: MakeApi;
  folder: string;
  /** The only app of the account. */
  app(): HeldApp;
  /** What `make/` says. */
  wanted(): object;
  edit(file: string, change: (content: Content) => unknown): void;
  push(options?: Partial<PushOptions>): Promise<Pushed>;
  close(): Promise<void>;
}

/** @param part of the app; left out, the whole */
export async function startPushing(part?: keyof typeof PARTS): Promise<Pushing> {
  const api = await startMakeApi();
  const folder = temporaryFolder();
  const path = (file: string) => join(folder.path, file);
  const edit: Pushing['edit'] = (file, change) =>
    writeFileSync(path(file), JSON.stringify(change(JSON.parse(readFileSync(path(file), 'utf8'))), null, 2));
  const manifest: Content = JSON.parse(readFileSync(join(MAKE, 'makecomapp.json'), 'utf8'));
  if (part)
    for (const [kind, names] of Object.entries(PARTS[part]))
      manifest.components[kind] = Object.fromEntries(
        names.map((name) => [name, manifest.components[kind][name]]),
      );
  for (const [, file = ''] of JSON.stringify(manifest).matchAll(/"([\w/.-]+\.(?:json|md))"/g)) {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), readFileSync(join(MAKE, file), 'utf8').replaceAll(EXAMPLE.hub, HUB));
  }
  writeFileSync(path('makecomapp.json'), JSON.stringify(manifest));
  if (part) edit('modules/groups.json', () => [{ label: 'All', modules: PARTS[part].module }]);
  return {
    api,
    folder: folder.path,
    app() {
      const [app, ...more] = api.apps;
      if (!app || more.length > 0) throw new Error(`the account has ${api.apps.length} apps`);
      return app;
    },
    wanted: () => shapeOfFolder(folder.path),
    edit,
    async push(options = {}) {
      const lines: string[] = [];
      let failed: string | undefined;
      try {
        await push({
          app: readApp(folder.path),
          icon: ICON,
          newIcon: false,
          token: api.token,
          zone: api.zone,
          appId: undefined,
          newApp: false,
          client: CLIENT,
          prune: false,
          visible: false,
          dryRun: false,
          say: ({ en }) => lines.push(en),
          sleep: async () => {},
          ...options,
        });
      } catch (error) {
        if (!(error instanceof PushError)) throw error;
        failed = error.message;
        lines.push(failed);
      }
      return { output: lines.join('\n'), failed };
    },
    async close() {
      await api.close();
      folder.remove();
    },
  };
}

/** What the account holds of the app. Only reads. */

import * as z from 'zod';
import type { AppFiles } from './app-files.ts';
import type { MakeApi } from './make-api.ts';
import type { Held, Remote, RemoteConnection, RemoteModule } from './plan.ts';
import { PushError } from './push-error.ts';

export const VERSION = 1;

/** What a new app is created with; nothing in `make/` says this. */
export const NEW_APP = {
  /** The server adds a suffix. */
  name: 'aliexpress-seller',
  label: 'AliExpress Seller',
  description:
    'Watches and finds orders, reviews, parcels, disputes and products of an AliExpress shop. Reads only.',
  theme: '#e43225',
  language: 'en',
  audience: 'global',
  private: true,
};

/**
 * The app that `appId` names. Without one, the app that an earlier push created and whose name nobody has set since;
 * undefined where there is none.
 *
 * @throws PushError where there is no such app, or more than one that it could be
 */
export async function findApp(api: MakeApi, appId: string | undefined): Promise<string | undefined> {
  if (appId !== undefined) {
    const app = await api.ask(
      `app ${appId}`,
      async (make) => App.parse(await make.sdk.apps.get(appId, VERSION)),
      {
        ifMissing: `There is no app ${appId}, version ${VERSION}, in this account on ${api.zone}. Correct MAKE_APP_ID or MAKE_ZONE; without MAKE_APP_ID a new app is created.`,
      },
    );
    return app.name;
  }
  const apps = await api.ask('list of apps', async (make) =>
    z.array(App).parse(await make.sdk.apps.list({ cols: ['name', 'label', 'version'] })),
  );
  const [found, ...more] = apps.filter(
    ({ name, label, version }) => CREATED_NAME.test(name) && label === NEW_APP.label && version === VERSION,
  );
  if (more.length > 0) {
    throw new PushError(
      `The account has several apps that may be meant: ${[found, ...more].map((app) => app?.name).join(', ')}. Set MAKE_APP_ID to one of them.`,
    );
  }
  return found?.name;
}

const CREATED_NAME = new RegExp(`^${NEW_APP.name}(-[0-9a-z]+)?$`);
const App = z.object({ name: z.string(), label: z.string(), version: z.number() });

const Connection = z.object({ name: z.string(), label: z.string(), type: z.string() });
const Common = z
  .record(z.string(), z.unknown())
  .nullable()
  .transform((common) => common ?? {});

const text = z
  .string()
  .nullish()
  .transform((given) => given ?? '');
const Module = z.object({
  name: z.string(),
  typeId: z.number(),
  label: text,
  description: text,
  crud: z.string().nullable(),
  connection: z.string().nullable(),
});
/** A list that leaves out what a module alone is answered with is enough to know its name. */
const Listed = z.union([Module, z.object({ name: z.string() })]);

/** The sections of a module that `make/` does not have are not read. */
export async function readRemote(api: MakeApi, appId: string, app: AppFiles): Promise<Remote> {
  const general = (section: 'base' | 'groups') =>
    api.look(
      `app: ${section}`,
      (make): Promise<unknown> => make.sdk.apps.getSection(appId, VERSION, section),
    );
  return {
    sections: { base: await general('base'), groups: await general('groups') },
    readme:
      (await api.look('app: readme', async (make) =>
        text.parse(await make.sdk.apps.getDocs(appId, VERSION)),
      )) ?? '',
    common:
      (await api.look('app: common data', async (make) =>
        Common.parse(await make.sdk.apps.getCommon(appId, VERSION)),
      )) ?? {},
    connections: await readConnections(api, appId, app),
    modules: await readModules(api, appId, app),
  };
}

async function readConnections(api: MakeApi, appId: string, app: AppFiles): Promise<RemoteConnection[]> {
  const listed = await api.ask('list of connections', async (make) =>
    z.array(Connection).parse(await make.sdk.connections.list(appId)),
  );
  const names = new Set(app.connections.flatMap(({ sections }) => sections.map(({ section }) => section)));
  const connections: RemoteConnection[] = [];
  for (const connection of listed) {
    const { name } = connection;
    const sections = await readSections(names, (section) =>
      api.look(`connection ${name}: ${section}`, (make) => make.sdk.connections.getSection(name, section)),
    );
    const common = await api.look(`connection ${name}: common data`, async (make) =>
      Common.parse(await make.sdk.connections.getCommon(name)),
    );
    connections.push({ ...connection, sections, common: common ?? {} });
  }
  return connections;
}

async function readModules(api: MakeApi, appId: string, app: AppFiles): Promise<RemoteModule[]> {
  const listed = await api.ask('list of modules', async (make) =>
    z.array(Listed).parse(await make.sdk.modules.list(appId, VERSION)),
  );
  const wanted = new Map(app.modules.map(({ name, sections }) => [name, sections]));
  const modules: RemoteModule[] = [];
  for (const entry of listed) {
    const { name } = entry;
    const files = wanted.get(name);
    const module =
      'typeId' in entry
        ? entry
        : await api.ask(`module ${name}`, async (make) =>
            Module.parse(await make.sdk.modules.get(appId, VERSION, name)),
          );
    const sections = await readSections(files?.map(({ section }) => section) ?? [], (section) =>
      api.look(`module ${name}: ${section}`, (make) =>
        make.sdk.modules.getSection(appId, VERSION, name, section),
      ),
    );
    modules.push({ ...module, sections });
  }
  return modules;
}

async function readSections<Name extends string>(
  names: Iterable<Name>,
  read: (section: Name) => Promise<unknown>,
): Promise<Held> {
  const sections: Record<string, unknown> = {};
  for (const name of names) sections[name] = await read(name);
  return sections;
}

/** What stands at Make. Nothing here changes anything. */

import * as z from 'zod';
import { both } from '../../../lib/language.ts';
import type { Bilingual } from '../../../lib/problems.ts';
import type { Account } from './account.ts';
import { type App, type Component, keyOf } from './app-folder.ts';
import { readSame } from './comparison.ts';
import { type Fields, KIND_NAMES, KINDS, type KindName, type RemoteComponent, VERSION } from './kinds.ts';
import { pair } from './pairs.ts';
import { PushError } from './push-error.ts';

/** What Make knows of the app itself, and nothing in `make/` says. */
export const APP_FIELDS = {
  label: 'AliExpress Seller',
  description:
    'Watches orders, reviews, parcels, disputes and products of an AliExpress shop, and looks them up. Changes nothing in the shop.',
  theme: '#b23a2e',
  language: 'en',
};

/** Make adds letters and digits to it. */
export const APP_NAME = 'aliexpress-seller';

export interface Remote {
  name: string;
  fields: Fields;
  /** By `keyOf` of the component in `make/`. */
  paired: ReadonlyMap<string, RemoteComponent>;
  /** Those that `make/` does not have. */
  others: readonly RemoteComponent[];
  /** `fileKey` of everything that is as in `make/`. */
  same: ReadonlySet<string>;
  /** Common data of the connections, by `keyOf`. */
  common: ReadonlyMap<string, Fields>;
  hasIcon: boolean;
  /** Sellers may have it, so that Make removes nothing from it. */
  isPublished: boolean;
}

const appSchema = z.object({ name: z.string(), version: z.number() });
const fieldsSchema = z.record(z.string(), z.json());

/**
 * @param appId the app that is meant; left out, the one that an earlier push has created
 * @returns undefined where there is none yet
 * @throws PushError where there is no such app, or more than one that may be meant
 */
export async function findApp(account: Account, appId: string | undefined): Promise<string | undefined> {
  if (appId !== undefined) {
    const app = await account.request(
      both(`app ${appId}`),
      async (make) => appSchema.parse(await make.sdk.apps.get(appId, VERSION)),
      {
        ifMissing: {
          en: `The account has no app ${appId}, version ${VERSION}, in the zone ${account.zone}. Check --app-id and --zone. Without --app-id a new app is created.`,
          zh: `账号在区域 ${account.zone} 中没有应用 ${appId}（版本 ${VERSION}）。请检查 --app-id 和 --zone。不加 --app-id 会新建应用。`,
        },
      },
    );
    return app.name;
  }
  const apps = await account.request(listOf('app'), async (make) =>
    z.array(appSchema).parse(await make.sdk.apps.list()),
  );
  const [found, ...more] = apps.filter(({ name, version }) => CREATED_NAME.test(name) && version === VERSION);
  if (found && more.length > 0)
    throw new PushError(severalApps([found, ...more].map(({ name }) => name).join(', ')));
  return found?.name;
}

const severalApps = (names: string): Bilingual => ({
  en: `The account has several apps that may be meant: ${names}. Name one with --app-id.`,
  zh: `账号中有多个可能的应用：${names}。请用 --app-id 指定其中一个。`,
});

/** What is read, for an error. */
export const listOf = (kind: KindName | 'app'): Bilingual => ({ en: `list of ${kind}s`, zh: `${kind} 列表` });

const CREATED_NAME = new RegExp(`^${APP_NAME}(-[0-9a-z]+)?$`);

export async function readRemote(account: Account, name: string, app: App): Promise<Remote> {
  const fields = await account.request(both(`app ${name}`), async (make) =>
    fieldsSchema.parse(await make.sdk.apps.get(name, VERSION)),
  );
  const all: RemoteComponent[] = [];
  for (const kind of KIND_NAMES) all.push(...(await readComponents(account, name, kind)));
  const paired = pair(app.components, all);
  const chosen = new Set(paired.values());
  return {
    name,
    fields,
    paired,
    others: all.filter((component) => !chosen.has(component)),
    same: await readSame(account, name, app, paired),
    common: await readCommon(account, app.components, paired),
    hasIcon:
      (await account.find(both('app: icon'), (make) => make.sdk.apps.getIcon(name, VERSION))) !== undefined,
    isPublished: fields.public === true,
  };
}

const listedSchema = z.looseObject({ name: z.string() });
const detailsSchema = z
  .object({ name: z.string(), label: z.string(), public: z.boolean().default(false) })
  .catchall(z.json());

/** A list may leave out what belongs to a component, so each is asked for where its connection is missing. */
async function readComponents(account: Account, app: string, kind: KindName): Promise<RemoteComponent[]> {
  const listed = await account.request(listOf(kind), async (make) =>
    z.array(listedSchema).parse(await KINDS[kind].of(make, app).list()),
  );
  const components: RemoteComponent[] = [];
  for (const entry of listed) {
    const isWhole = kind === 'connection' || 'connection' in entry;
    const {
      name,
      public: isVisible,
      ...fields
    } = await account.request(both(`${kind} ${entry.name}`), async (make) =>
      detailsSchema.parse(isWhole ? entry : await KINDS[kind].of(make, app).get(entry.name)),
    );
    components.push({ kind, name, fields, isVisible });
  }
  return components;
}

async function readCommon(
  account: Account,
  components: readonly Component[],
  paired: ReadonlyMap<string, RemoteComponent>,
): Promise<Map<string, Fields>> {
  const common = new Map<string, Fields>();
  for (const component of components.filter(hasCommon)) {
    const remote = paired.get(keyOf(component));
    const held =
      remote &&
      (await account.find(both(`${keyOf(component)}: common data`), async (make) =>
        fieldsSchema.nullable().parse(await make.sdk.connections.getCommon(remote.name)),
      ));
    common.set(keyOf(component), held ?? {});
  }
  return common;
}

/** Whether a component needs the hub's client secret. */
export const hasCommon = ({ kind, fields }: Component): boolean =>
  kind === 'connection' && fields.type === 'oauth';

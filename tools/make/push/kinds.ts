/** The kinds of components that an app has at Make, and how Make's client reads and writes each. */

import type {
  JSONValue,
  Make,
  SDKConnectionSectionType,
  SDKModuleSectionType,
  SDKRPCSectionType,
  SDKWebhookSectionType,
} from '@makehq/sdk';

/** Of the app. A later version would be another app to Make. */
export const VERSION = 1;

export type Fields = Readonly<Record<string, JSONValue>>;

/** The components of one kind in one app. A file has its name of the manifest. */
export interface Components {
  list(): Promise<unknown>;
  get(name: string): Promise<unknown>;
  create(fields: Fields): Promise<unknown>;
  update(name: string, fields: Fields): Promise<unknown>;
  remove(name: string): Promise<void>;
  read(name: string, file: string): Promise<unknown>;
  write(name: string, file: string, text: string): Promise<void>;
}

export interface Kind {
  /** A file's name in the manifest → the section that it is at Make. */
  sections: Readonly<Record<string, string>>;
  of(make: Make, app: string): Components;
}

interface SectionClient<Section> {
  list(): Promise<unknown>;
  get(name: string): Promise<unknown>;
  remove(name: string): Promise<void>;
  read(name: string, section: Section): Promise<unknown>;
  write(name: string, section: Section, text: string): Promise<void>;
}

/**
 * @param isVersioned whether components of this kind belong to a version of the app, or to the app
 * @param client the methods of Make's client. Those that create and update leave out most of the fields that Make's
 *   own editor sends, so these requests are written here.
 */
function kind<Section extends string>(
  plural: string,
  isVersioned: boolean,
  sections: Readonly<Record<string, Section>>,
  client: (sdk: Make['sdk'], app: string) => SectionClient<Section>,
): Kind {
  const sectionOf = (file: string): Section => {
    const section = sections[file];
    if (section === undefined) throw new Error(`${plural} have no file ${file}`);
    return section;
  };
  return {
    sections,
    of(make, app) {
      const { list, get, remove, read, write } = client(make.sdk, app);
      const all = `/sdk/apps/${app}/${isVersioned ? `${VERSION}/` : ''}${plural}`;
      const one = (name: string) => (isVersioned ? `${all}/${name}` : `/sdk/apps/${plural}/${name}`);
      return {
        list,
        get,
        create: (fields) => make.fetch(all, { method: 'POST', body: { ...fields } }),
        update: (name, fields) => make.fetch(one(name), { method: 'PATCH', body: { ...fields } }),
        remove,
        read: (name, file) => read(name, sectionOf(file)),
        write: (name, file, text) => write(name, sectionOf(file), text),
      };
    },
  };
}

/** In the order in which each can refer to those before it. */
export const KIND_NAMES = ['connection', 'rpc', 'webhook', 'module'] as const;
export type KindName = (typeof KIND_NAMES)[number];

export const KINDS: Readonly<Record<KindName, Kind>> = {
  connection: kind<SDKConnectionSectionType>(
    'connections',
    false,
    {
      communication: 'api',
      params: 'parameters',
      scopeList: 'scopes',
      defaultScope: 'scope',
      installSpec: 'installSpec',
      installDirectives: 'install',
    },
    ({ connections }, app) => ({
      list: () => connections.list(app),
      get: (name) => connections.get(name),
      remove: (name) => connections.delete(name),
      read: (name, section) => connections.getSection(name, section),
      write: (name, section, text) => connections.setSection(name, section, text),
    }),
  ),
  rpc: kind<SDKRPCSectionType>(
    'rpcs',
    true,
    { communication: 'api', params: 'parameters' },
    ({ rpcs }, app) => ({
      list: () => rpcs.list(app, VERSION),
      get: (name) => rpcs.get(app, VERSION, name),
      remove: (name) => rpcs.delete(app, VERSION, name),
      read: (name, section) => rpcs.getSection(app, VERSION, name, section),
      write: (name, section, text) => rpcs.setSection(app, VERSION, name, section, text),
    }),
  ),
  webhook: kind<SDKWebhookSectionType>(
    'webhooks',
    false,
    {
      communication: 'api',
      params: 'parameters',
      attach: 'attach',
      detach: 'detach',
      requiredScope: 'scope',
    },
    ({ webhooks }, app) => ({
      list: () => webhooks.list(app),
      get: (name) => webhooks.get(name),
      remove: (name) => webhooks.delete(name),
      read: (name, section) => webhooks.getSection(name, section),
      write: (name, section, text) => webhooks.setSection(name, section, text),
    }),
  ),
  module: kind<SDKModuleSectionType>(
    'modules',
    true,
    {
      communication: 'api',
      epoch: 'epoch',
      staticParams: 'parameters',
      mappableParams: 'expect',
      interface: 'interface',
      samples: 'samples',
      scope: 'scope',
    },
    ({ modules }, app) => ({
      list: () => modules.list(app, VERSION),
      get: (name) => modules.get(app, VERSION, name),
      remove: (name) => modules.delete(app, VERSION, name),
      read: (name, section) => modules.getSection(app, VERSION, name, section),
      write: (name, section, text) => modules.setSection(app, VERSION, name, section, text),
    }),
  ),
};

/** The fields that name another component, and its kind. */
export const REFERENCES: Readonly<Record<string, KindName>> = {
  connection: 'connection',
  altConnection: 'connection',
  webhook: 'webhook',
};

/** A component as it stands at Make. */
export interface RemoteComponent {
  kind: KindName;
  name: string;
  /** References are names at Make. */
  fields: Fields;
  /** Of modules: whether those who are invited see it. */
  isVisible: boolean;
}

/**
 * A Make app as a folder of files, read by its manifest `makecomapp.json` as Make's local development does.
 * [facts/make.md §1.2, §1.3] Everything the manifest names is read; nothing is run.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import * as z from 'zod';
import { AppError } from './errors.ts';
import { type Collection, isArray, isCollection, kindOf, type Value } from './value.ts';

const COMPONENT_TYPES = ['connection', 'endpoint', 'function', 'module', 'rpc', 'webhook'] as const;
type ComponentType = (typeof COMPONENT_TYPES)[number];

/** Component type → the code it may have. */
const CODE_TYPES: Record<ComponentType, readonly string[]> = {
  connection: [
    'communication',
    'params',
    'common',
    'scopeList',
    'defaultScope',
    'installSpec',
    'installDirectives',
  ],
  module: ['communication', 'staticParams', 'mappableParams', 'interface', 'samples', 'scope', 'epoch'],
  rpc: ['communication', 'params'],
  webhook: ['communication', 'params', 'attach', 'detach', 'update', 'requiredScope'],
  function: ['code', 'test'],
  endpoint: ['communication', 'inputParameters', 'outputParameters', 'scope', 'context'],
};

/** Only an OAuth connection has these. */
const OAUTH_CODE = ['scopeList', 'defaultScope', 'installSpec', 'installDirectives'];

/** Code in which `{{ }}` is IML. */
const TEMPLATED = ['communication', 'epoch', 'attach', 'detach', 'update'];

const pathOrNull = z.string().nullable();

const metaSchema = z.strictObject({
  label: z.string().optional(),
  description: z.string().optional(),
  connectionType: z.enum(['basic', 'oauth']).optional(),
  webhookType: z.enum(['web', 'web-shared']).optional(),
  moduleType: z.enum(['trigger', 'action', 'search', 'instant_trigger', 'responder', 'universal']).optional(),
  actionCrud: z.enum(['create', 'read', 'update', 'delete']).nullish(),
  connection: pathOrNull.optional(),
  altConnection: pathOrNull.optional(),
  webhook: pathOrNull.optional(),
  attachedAccounts: z.array(z.string()).optional(),
  annotations: z.record(z.string(), z.boolean()).optional(),
  codeFiles: z.record(z.string(), pathOrNull),
});

const componentsSchema = z.record(z.string(), metaSchema.nullable());

const manifestSchema = z.strictObject({
  fileVersion: z.number(),
  generalCodeFiles: z.strictObject({
    base: pathOrNull,
    common: pathOrNull,
    groups: pathOrNull,
    readme: pathOrNull,
  }),
  components: z.strictObject({
    connection: componentsSchema,
    endpoint: componentsSchema,
    function: componentsSchema,
    module: componentsSchema,
    rpc: componentsSchema,
    webhook: componentsSchema,
  }),
  origins: z.array(z.record(z.string(), z.unknown())),
});

export type Meta = z.infer<typeof metaSchema>;

export interface Component {
  name: string;
  type: ComponentType;
  meta: Meta;
  /** Parsed where the file is JSON, and its text otherwise. Absent where the manifest says null. */
  code: Readonly<Record<string, Value>>;
}

export interface MakeApp {
  /** `common` and `base` are `{}` where the manifest does not track them. */
  base: Collection;
  common: Collection;
  groups: Value;
  readme: string | undefined;
  connections: ReadonlyMap<string, Component>;
  modules: ReadonlyMap<string, Component>;
  rpcs: ReadonlyMap<string, Component>;
  webhooks: ReadonlyMap<string, Component>;
  functions: ReadonlyMap<string, Component>;
  endpoints: ReadonlyMap<string, Component>;
  /** Every file the manifest names, relative to it. */
  files: string[];
  /** What lies in the folder beside them. */
  orphans: string[];
}

/** @throws AppError naming the file, or the place in the manifest */
export function loadApp(folder: string): MakeApp {
  const files: string[] = [];

  const text = (file: string): string => {
    if (isAbsolute(file) || normalize(file).startsWith('..')) {
      throw new AppError(`${file} lies outside the app's folder`);
    }
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch {
      throw new AppError(`${file} is named by the manifest and does not exist`);
    }
  };

  const json = (file: string): Value => {
    try {
      const parsed: Value = JSON.parse(text(file));
      return parsed;
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError(`${file} is no JSON`);
    }
  };

  const code = (file: string): Value => {
    if (files.includes(file)) throw new AppError(`${file} is named twice`);
    files.push(file);
    return file.endsWith('.json') ? json(file) : text(file);
  };

  const parsed = manifestSchema.safeParse(json('makecomapp.json'));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'unknown shape' };
    throw new AppError(`makecomapp.json, ${path.join('.') || 'top level'}: ${message}`);
  }
  const { components, generalCodeFiles } = parsed.data;

  const componentsOf = (type: ComponentType): Map<string, Component> => {
    const read = new Map<string, Component>();
    for (const [name, meta] of Object.entries(components[type])) {
      if (!meta) throw new AppError(`${type} ${name} is reserved in the manifest and not there`);
      const found: Record<string, Value> = {};
      for (const [codeType, file] of Object.entries(meta.codeFiles)) {
        if (!CODE_TYPES[type].includes(codeType)) throw new AppError(`a ${type} has no ${codeType}: ${name}`);
        if (OAUTH_CODE.includes(codeType) && meta.connectionType !== 'oauth') {
          throw new AppError(`only an OAuth connection has ${codeType}: ${name}`);
        }
        if (codeType === 'epoch' && meta.moduleType !== 'trigger') {
          throw new AppError(`only a trigger has an epoch: ${name}`);
        }
        if (file !== null) found[codeType] = code(file);
      }
      read.set(name, { name, type, meta, code: found });
    }
    return read;
  };

  const { base, common, groups, readme } = generalCodeFiles;
  const app: MakeApp = {
    base: base === null ? {} : asCollection(code(base), base),
    common: common === null ? {} : asCollection(code(common), common),
    groups: groups === null ? undefined : code(groups),
    readme: readme === null ? undefined : String(code(readme)),
    connections: componentsOf('connection'),
    endpoints: componentsOf('endpoint'),
    functions: componentsOf('function'),
    modules: componentsOf('module'),
    rpcs: componentsOf('rpc'),
    webhooks: componentsOf('webhook'),
    files,
    orphans: [],
  };
  checkReferences(app);
  app.orphans = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .filter((file) => file !== 'makecomapp.json' && !files.includes(file))
    .sort();
  return app;
}

function asCollection(value: Value, file: string): Collection {
  if (isCollection(value)) return value;
  throw new AppError(`${file} must hold an object and holds ${kindOf(value)}`);
}

function checkReferences(app: MakeApp): void {
  for (const { name, meta, type } of [
    ...app.modules.values(),
    ...app.rpcs.values(),
    ...app.webhooks.values(),
  ]) {
    for (const connection of [meta.connection, meta.altConnection]) {
      if (connection && !app.connections.has(connection)) {
        throw new AppError(`${type} ${name} names the connection ${connection}, which does not exist`);
      }
    }
    if (type === 'module' && !meta.moduleType) throw new AppError(`module ${name} has no moduleType`);
    if (meta.moduleType === 'instant_trigger' && !(meta.webhook && app.webhooks.has(meta.webhook))) {
      throw new AppError(`module ${name} is an instant trigger without a webhook of this app`);
    }
  }
}

/** A text of the app's code that holds IML, and where it stands: "module getOrder communication[2].body.sign". */
export interface PlacedTemplate {
  place: string;
  template: string;
}

/** Every text in which `{{ }}` is IML, so that a test can `check` each of them. */
export function templatesOf(app: MakeApp): PlacedTemplate[] {
  const found: PlacedTemplate[] = [];
  const visit = (value: Value, place: string): void => {
    if (typeof value === 'string') found.push({ place, template: value });
    else if (isArray(value)) {
      for (const [index, each] of value.entries()) visit(each, `${place}[${index + 1}]`);
    } else if (isCollection(value)) {
      for (const [name, each] of Object.entries(value)) visit(each, `${place}.${name}`);
    }
  };
  visit(app.base, 'base');
  for (const components of [app.connections, app.modules, app.rpcs, app.webhooks, app.endpoints]) {
    for (const { name, type, code } of components.values()) {
      for (const each of TEMPLATED) visit(code[each], `${type} ${name} ${each}`);
    }
  }
  return found;
}

/** An app written down in a test, as the loader would have read it. */

import type { Component, MakeApp, Meta } from './app.ts';
import type { Collection, Value } from './value.ts';

type ModuleType = NonNullable<Meta['moduleType']>;

/** The code of one component, and what of its manifest entry is not the usual. */
export interface Written extends Collection {
  readonly communication: Value;
}

export interface WrittenApp {
  base?: Collection;
  common?: Collection;
  /** Module type → its code; the module has the type's name. */
  modules?: Partial<Record<ModuleType, Written>>;
  rpc?: Written;
  /** The connection "shop", with which the modules then run. */
  oauth?: Written;
  /** The same with a key instead of OAuth. */
  key?: Written;
}

export const CONNECTION = 'shop';

export function inlineApp({ base = {}, common = {}, modules = {}, rpc, oauth, key }: WrittenApp): MakeApp {
  const connection = oauth || key ? CONNECTION : null;
  const component = (
    name: string,
    type: Component['type'],
    code: Written,
    meta: Partial<Meta>,
  ): [string, Component] => [name, { name, type, code, meta: { codeFiles: {}, ...meta } }];
  return {
    base,
    common,
    groups: [],
    readme: undefined,
    connections: new Map([
      ...(oauth ? [component(CONNECTION, 'connection', oauth, { connectionType: 'oauth' })] : []),
      ...(key ? [component(CONNECTION, 'connection', key, { connectionType: 'basic' })] : []),
    ]),
    modules: new Map(
      Object.entries(modules).map(([type, code]) =>
        component(type, 'module', code, { moduleType: type as ModuleType, connection }),
      ),
    ),
    rpcs: new Map(rpc ? [component('rpc', 'rpc', rpc, { connection })] : []),
    webhooks: new Map(),
    functions: new Map(),
    endpoints: new Map(),
    files: [],
    orphans: [],
  };
}

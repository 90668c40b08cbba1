/** The Make app as its files: path → content. Make's local-development layout. [facts/make.md §1] */

import { base } from './base.ts';
import { connectionCommunication, connectionParameters } from './connection.ts';
import type { Json } from './json.ts';
import type { MakeModule } from './module.ts';
import { type Operations, toModules } from './modules/index.ts';
import { CONNECTION, folderName, makeName } from './names.ts';
import { readme } from './readme.ts';

export type Files = Map<string, string>;

const write = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;

/** Manifest key → name of the file and its content. */
type CodeFiles = [codeType: string, name: string, content: Json][];

function codeFilesOf(module: MakeModule): CodeFiles {
  return [
    ['communication', 'communication', module.communication],
    ['staticParams', 'static-params', module.staticParams],
    ['mappableParams', 'mappable-params', module.mappableParams],
    ['interface', 'interface', module.interface],
    ['samples', 'samples', module.samples],
    ['scope', 'scope', []],
    ...(module.epoch === undefined ? [] : [['epoch', 'epoch', module.epoch] satisfies CodeFiles[number]]),
  ];
}

function component(folder: string, id: string, codeFiles: CodeFiles, files: Files): Record<string, string> {
  return Object.fromEntries(
    codeFiles.map(([codeType, name, content]) => {
      const file = `${folder}/${id}/${id}.${name}.iml.json`;
      files.set(file, write(content));
      return [codeType, file];
    }),
  );
}

const GROUPS: [label: string, type: MakeModule['type']][] = [
  ['Triggers', 'trigger'],
  ['Searches', 'search'],
  ['Actions', 'action'],
];

export function toMakeApp(operations: Operations): Files {
  const files: Files = new Map();
  const modules = toModules(operations);
  const manifest = {
    fileVersion: 1,
    generalCodeFiles: {
      base: 'general/base.iml.json',
      // The publisher's secrets; never in a repository.
      common: null,
      groups: 'modules/groups.json',
      readme: 'README.md',
    },
    components: {
      connection: {
        [CONNECTION]: {
          label: 'AliExpress Seller',
          connectionType: 'oauth',
          codeFiles: {
            ...component(
              'connections',
              CONNECTION,
              [
                ['communication', 'oauth-communication', connectionCommunication()],
                ['params', 'params', connectionParameters()],
                ['scopeList', 'scope-list', {}],
                ['defaultScope', 'default-scope', []],
              ],
              files,
            ),
            common: null,
          },
        },
      },
      endpoint: {},
      function: {},
      module: Object.fromEntries(
        modules.map((module) => [
          makeName(module.key),
          {
            label: module.label,
            description: module.description,
            moduleType: module.type,
            ...(module.crud && { actionCrud: module.crud }),
            connection: module.needsNoShop ? null : CONNECTION,
            codeFiles: component('modules', folderName(module.key), codeFilesOf(module), files),
          },
        ]),
      ),
      rpc: {},
      webhook: {},
    },
    origins: [],
  };
  files.set('makecomapp.json', write(manifest));
  files.set('general/base.iml.json', write(base()));
  files.set(
    'modules/groups.json',
    write(
      GROUPS.map(([label, type]) => ({
        label,
        modules: modules.filter((module) => module.type === type).map(({ key }) => makeName(key)),
      })).filter(({ modules: members }) => members.length > 0),
    ),
  );
  const labels = new Map(
    [...operations.triggers, ...operations.searches, ...operations.actions, ...modules].map(
      ({ key, label }) => [key, label] as const,
    ),
  );
  files.set('README.md', readme(modules, labels));
  return files;
}

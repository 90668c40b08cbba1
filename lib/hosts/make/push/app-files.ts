/**
 * The folder `make/` as what is to stand at Make: the manifest names the files, the files are the sections. A manifest
 * with something in it that a push would leave out is refused.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SDKAppSectionType, SDKConnectionSectionType, SDKModuleSectionType } from '@makehq/sdk';
import * as z from 'zod';
import type { Json } from '../json.ts';
import { PushError } from './push-error.ts';

export interface Section<Name extends string> {
  section: Name;
  /** As the file has it; this is what is sent. */
  text: string;
  /** The same, parsed; this is what is compared. */
  content: Json;
}

export interface ConnectionFiles {
  id: string;
  type: string;
  label: string;
  sections: Section<SDKConnectionSectionType>[];
}

export interface ModuleFields {
  typeId: number;
  label: string;
  description: string;
  /** Of actions only. */
  crud?: string;
  /** The connection's id in the manifest, not its name at Make. */
  connection: string | null;
}

export interface ModuleFiles {
  name: string;
  fields: ModuleFields;
  sections: Section<SDKModuleSectionType>[];
}

export interface AppFiles {
  base: Section<SDKAppSectionType>;
  groups: Section<SDKAppSectionType>;
  readme: string;
  connections: ConnectionFiles[];
  modules: ModuleFiles[];
}

/** Key in the manifest → section in the API. [facts/make.md §1.3] */
const CONNECTION_SECTIONS = {
  communication: 'api',
  params: 'parameters',
  scopeList: 'scopes',
  defaultScope: 'scope',
} as const satisfies Record<string, SDKConnectionSectionType>;

const MODULE_SECTIONS = {
  communication: 'api',
  staticParams: 'parameters',
  mappableParams: 'expect',
  interface: 'interface',
  samples: 'samples',
  scope: 'scope',
  epoch: 'epoch',
} as const satisfies Record<string, SDKModuleSectionType>;

const TYPE_IDS = { trigger: 1, action: 4, search: 9 };

/** The rules of Make's editor. [facts/make.md §1.3] */
const MODULE_NAME = /^[a-zA-Z][0-9a-zA-Z]{2,63}$/;

const none = z.strictObject({});
/** Secrets come from the environment, never from a file. */
const noCommon = z.null();

const Manifest = z.object({
  generalCodeFiles: z.strictObject({
    base: z.string(),
    common: noCommon,
    groups: z.string(),
    readme: z.string(),
  }),
  components: z.strictObject({
    connection: z.record(
      z.string(),
      z.strictObject({
        label: z.string(),
        connectionType: z.string(),
        codeFiles: z.strictObject({
          communication: z.string(),
          params: z.string(),
          scopeList: z.string(),
          defaultScope: z.string(),
          common: noCommon,
        }),
      }),
    ),
    module: z.record(
      z.string().regex(MODULE_NAME),
      z.strictObject({
        label: z.string(),
        description: z.string(),
        moduleType: z.enum(['trigger', 'action', 'search']),
        actionCrud: z.string().optional(),
        connection: z.string().nullable(),
        codeFiles: z.strictObject({
          communication: z.string(),
          staticParams: z.string(),
          mappableParams: z.string(),
          interface: z.string(),
          samples: z.string(),
          scope: z.string(),
          epoch: z.string().optional(),
        }),
      }),
    ),
    endpoint: none,
    function: none,
    rpc: none,
    webhook: none,
  }),
});

/**
 * @param folder where `makecomapp.json` lies
 * @throws PushError naming the file that is missing or not as it should be
 */
export function readAppFiles(folder: string): AppFiles {
  const text = (path: string): string => {
    try {
      return readFileSync(join(folder, path), 'utf8');
    } catch {
      throw new PushError(`make/${path} cannot be read. Write the folder anew with npm run make:build.`);
    }
  };
  const json = (path: string): Json => {
    const content = text(path);
    try {
      return z.json().parse(JSON.parse(content));
    } catch {
      throw new PushError(`make/${path} is not JSON. Write the folder anew with npm run make:build.`);
    }
  };
  const section = <Name extends string>(name: Name, path: string): Section<Name> => ({
    section: name,
    text: text(path),
    content: json(path),
  });
  const sections = <Key extends string, Name extends string>(
    names: Record<Key, Name>,
    files: Partial<Record<string, string | null>>,
  ): Section<Name>[] =>
    Object.entries<Name>(names).flatMap(([key, name]) => {
      const path = files[key];
      return path ? [section(name, path)] : [];
    });

  const { generalCodeFiles, components } = readManifest(json('makecomapp.json'));
  return {
    base: section('base', generalCodeFiles.base),
    groups: section('groups', generalCodeFiles.groups),
    readme: text(generalCodeFiles.readme),
    connections: Object.entries(components.connection).map(([id, { label, connectionType, codeFiles }]) => ({
      id,
      type: connectionType,
      label,
      sections: sections(CONNECTION_SECTIONS, codeFiles),
    })),
    modules: Object.entries(components.module).map(([name, module]) => ({
      name,
      fields: {
        typeId: TYPE_IDS[module.moduleType],
        label: module.label,
        description: module.description,
        ...(module.actionCrud && { crud: module.actionCrud }),
        connection: module.connection,
      },
      sections: sections(MODULE_SECTIONS, module.codeFiles),
    })),
  };
}

function readManifest(json: Json): z.infer<typeof Manifest> {
  const manifest = Manifest.safeParse(json);
  if (manifest.success) return manifest.data;
  const issue = manifest.error.issues[0];
  throw new PushError(
    `make/makecomapp.json has something a push does not know, at ${issue?.path.join('.')}: ${issue?.message}. Write the folder anew with npm run make:build.`,
  );
}

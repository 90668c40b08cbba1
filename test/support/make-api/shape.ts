/** An app as it should be after a push, read from the folder, and as it is in an account: in one shape, to compare. Sections as digests. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { HeldApp } from './server.ts';

const SECTION: Record<string, Record<string, string>> = {
  connection: { communication: 'api', params: 'parameters', scopeList: 'scopes', defaultScope: 'scope' },
  module: {
    communication: 'api',
    staticParams: 'parameters',
    mappableParams: 'expect',
    interface: 'interface',
    samples: 'samples',
    scope: 'scope',
    epoch: 'epoch',
  },
};
const TYPE_ID: Record<string, number> = { trigger: 1, action: 4, search: 9 };

/** The same for the same JSON, in whatever order the keys of an object stand. */
const digest = (content: unknown): string =>
  createHash('sha256')
    .update(
      JSON.stringify(content, (_, part) =>
        part && typeof part === 'object' && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).sort())
          : part,
      ),
    )
    .digest('hex');

const digests = (sections: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(sections).map(([name, content]) => [name, digest(content)]));

const Component = z.looseObject({
  label: z.string(),
  description: z.string().optional(),
  connectionType: z.string().optional(),
  moduleType: z.string().optional(),
  actionCrud: z.string().optional(),
  connection: z.string().nullish(),
  codeFiles: z.record(z.string(), z.string().nullable()),
});
const Manifest = z.object({
  generalCodeFiles: z.object({ base: z.string(), groups: z.string(), readme: z.string() }),
  components: z.object({
    connection: z.record(z.string(), Component),
    module: z.record(z.string(), Component),
  }),
});

export function shapeOfFolder(folder: string): unknown {
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  const json = (file: string): unknown => JSON.parse(text(file));
  const section = (file: string) => digest(json(file));
  const { generalCodeFiles, components } = Manifest.parse(json('makecomapp.json'));
  const sections = (kind: string, files: Record<string, string | null>) =>
    Object.fromEntries(
      Object.entries(files).flatMap(([key, file]) => (file ? [[SECTION[kind]?.[key], section(file)]] : [])),
    );
  return {
    base: section(generalCodeFiles.base),
    groups: section(generalCodeFiles.groups),
    readme: text(generalCodeFiles.readme),
    connections: Object.values(components.connection).map(({ label, connectionType, codeFiles }) => ({
      label,
      type: connectionType,
      sections: sections('connection', codeFiles),
    })),
    modules: Object.fromEntries(
      Object.entries(components.module).map(([name, module]) => [
        name,
        {
          label: module.label,
          description: module.description,
          typeId: TYPE_ID[module.moduleType ?? ''],
          crud: module.actionCrud ?? null,
          connectionLabel: module.connection ? components.connection[module.connection]?.label : null,
          sections: sections('module', module.codeFiles),
        },
      ]),
    ),
  };
}

export const shapeOfApp = (app: HeldApp | undefined): unknown =>
  app && {
    base: digest(app.sections.base),
    groups: digest(app.sections.groups),
    readme: app.readme,
    connections: app.connections.map(({ fields: { label, type }, sections }) => ({
      label,
      type,
      sections: digests(sections),
    })),
    modules: Object.fromEntries(
      app.modules.map(({ fields, sections }) => [
        fields.name,
        {
          label: fields.label,
          description: fields.description,
          typeId: fields.typeId,
          crud: fields.crud,
          connectionLabel:
            app.connections.find((connection) => connection.fields.name === fields.connection)?.fields
              .label ?? null,
          sections: digests(sections),
        },
      ]),
    ),
  };

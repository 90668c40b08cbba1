/** An app as `make/` says it, and as it stands at Make, in one form that can be compared. Files are told apart by digests. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { HeldApp } from './account.ts';

/** File in the manifest → section at Make. */
const SECTIONS: Readonly<Record<string, string>> = {
  communication: 'api',
  params: 'parameters',
  scopeList: 'scopes',
  defaultScope: 'scope',
  installDirectives: 'install',
  requiredScope: 'scope',
  staticParams: 'parameters',
  mappableParams: 'expect',
};
export const sectionOf = (file: string): string => SECTIONS[file] ?? file;

const TYPE_IDS: Readonly<Record<string, number>> = {
  trigger: 1,
  action: 4,
  search: 9,
  instant_trigger: 10,
  universal: 12,
};

const digest = (text: string): string =>
  createHash('sha256')
    .update(JSON.stringify(JSON.parse(text)))
    .digest('hex');

const text = z.string();
const componentSchema = z.strictObject({
  label: text,
  description: text.optional(),
  connectionType: text.optional(),
  webhookType: text.optional(),
  moduleType: text.optional(),
  actionCrud: text.optional(),
  connection: text.optional(),
  altConnection: text.optional(),
  webhook: text.optional(),
  codeFiles: z.record(text, text.nullable()),
});
const manifestSchema = z.object({
  generalCodeFiles: z.object({ base: text, groups: text, readme: text }),
  components: z.record(text, z.record(text, componentSchema)),
});

export function shapeOfFolder(folder: string): object {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const { generalCodeFiles, components } = manifestSchema.parse(JSON.parse(read('makecomapp.json')));
  const labelOf = (kind: string, id: string | undefined) =>
    id === undefined ? null : (components[kind]?.[id]?.label ?? id);
  return {
    base: digest(read(generalCodeFiles.base)),
    groups: digest(read(generalCodeFiles.groups)),
    readme: read(generalCodeFiles.readme),
    components: Object.entries(components)
      .flatMap(([kind, entries]) =>
        Object.entries(entries).map(([id, entry]) => ({
          kind,
          ...((kind === 'module' || kind === 'rpc') && { name: id }),
          label: entry.label,
          type: entry.connectionType ?? entry.webhookType ?? TYPE_IDS[entry.moduleType ?? ''] ?? null,
          description: entry.description ?? null,
          crud: entry.actionCrud ?? null,
          connection: labelOf('connection', entry.connection),
          altConnection: labelOf('connection', entry.altConnection),
          webhook: labelOf('webhook', entry.webhook),
          sections: Object.fromEntries(
            Object.entries(entry.codeFiles).flatMap(([file, path]) =>
              path === null ? [] : [[sectionOf(file), digest(read(path))]],
            ),
          ),
        })),
      )
      .sort(byLabel),
  };
}

export function shapeOfApp({ texts, readme, components }: HeldApp): object {
  const labelOf = (wanted: string, name: unknown) =>
    components.find(({ kind, fields }) => kind === wanted && fields.name === name)?.fields.label ?? null;
  return {
    base: digest(texts.get('base') ?? ''),
    groups: digest(texts.get('groups') ?? ''),
    readme,
    components: components
      .map(({ kind, fields, texts }) => ({
        kind,
        ...((kind === 'module' || kind === 'rpc') && { name: fields.name }),
        label: fields.label,
        type: fields.type ?? fields.typeId ?? null,
        description: fields.description ?? null,
        crud: fields.crud ?? null,
        connection: labelOf('connection', fields.connection),
        altConnection: labelOf('connection', fields.altConnection),
        webhook: labelOf('webhook', fields.webhook),
        sections: Object.fromEntries([...texts].map(([section, text]) => [section, digest(text)])),
      }))
      .sort(byLabel),
  };
}

const byLabel = (a: { kind: string; label: string }, b: { kind: string; label: string }) =>
  `${a.kind} ${a.label}` < `${b.kind} ${b.label}` ? -1 : 1;

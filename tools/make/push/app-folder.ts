/** The folder `make/` as what is to stand at Make. Anything in the manifest that a push would leave out is refused. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Bilingual } from '../../../lib/problems.ts';
import { EXAMPLE } from '../options.ts';
import { type Fields, KIND_NAMES, KINDS, type KindName } from './kinds.ts';
import { PushError } from './push-error.ts';

export interface Section {
  /** Its name in the manifest. */
  file: string;
  /** As it is sent. */
  text: string;
  /** As it is compared. */
  content: unknown;
}

export interface Component {
  kind: KindName;
  /** Its key in the manifest. */
  id: string;
  fields: Fields;
  sections: readonly Section[];
}

export const keyOf = ({ kind, id }: { kind: KindName; id: string }): string => `${kind} ${id}`;

export interface App {
  base: Section;
  groups: Section;
  readme: string;
  components: readonly Component[];
  /** Whether the folder is the one of the repository, which names no real hub. */
  isExample: boolean;
}

const TYPE_IDS = { trigger: 1, action: 4, search: 9, instant_trigger: 10, universal: 12 };

/** The rule of Make's editor for the names of modules and remote procedures, and stricter than the one for others. */
const NAME = /^[a-zA-Z][0-9a-zA-Z]{2,63}$/;
const label = z.string();
const reference = z.string().nullable().default(null);
const accounts = { connection: reference, altConnection: reference };
const codeFiles = z.record(z.string(), z.string().nullable());
const none = z.strictObject({});

interface Entry {
  fields: Fields;
  codeFiles: Readonly<Record<string, string | null>>;
}
const entries = <Schema extends z.ZodType<Entry>>(schema: Schema) => z.record(z.string().regex(NAME), schema);

const manifestSchema = z.object({
  // Secrets come from the environment, never from a file.
  generalCodeFiles: z.strictObject({
    base: z.string(),
    common: z.null(),
    groups: z.string(),
    readme: z.string(),
  }),
  components: z.strictObject({
    connection: entries(
      z
        .strictObject({ label, connectionType: z.enum(['basic', 'oauth']), codeFiles })
        .transform(({ connectionType: type, codeFiles, ...fields }) => ({
          fields: { ...fields, type },
          codeFiles,
        })),
    ),
    rpc: entries(
      z
        .strictObject({ label, ...accounts, codeFiles })
        .transform(({ codeFiles, ...fields }) => ({ fields, codeFiles })),
    ),
    webhook: entries(
      z
        .strictObject({ label, webhookType: z.literal('web'), ...accounts, codeFiles })
        .transform(({ webhookType: type, codeFiles, ...fields }) => ({
          fields: { ...fields, type },
          codeFiles,
        })),
    ),
    module: entries(
      z
        .strictObject({
          label,
          description: z.string(),
          moduleType: z.enum(['trigger', 'action', 'search', 'instant_trigger', 'universal']),
          actionCrud: z.enum(['create', 'read', 'update', 'delete']).optional(),
          ...accounts,
          webhook: reference,
          codeFiles,
        })
        .transform(({ moduleType, actionCrud, codeFiles, ...fields }) => ({
          fields: { ...fields, typeId: TYPE_IDS[moduleType], ...(actionCrud && { crud: actionCrud }) },
          codeFiles,
        })),
    ),
    endpoint: none,
    function: none,
  }),
});

/** @param text without a full stop */
const folderError = ({ en, zh }: Bilingual): PushError =>
  new PushError({
    en: `${en}. Write the folder again with: npm run make:build`,
    zh: `${zh}。请重新生成文件夹：npm run make:build`,
  });

/**
 * @param folder where `makecomapp.json` is
 * @throws PushError that names the file which is missing or wrong
 */
export function readApp(folder: string): App {
  const text = (path: string): string => {
    try {
      return readFileSync(join(folder, path), 'utf8');
    } catch {
      throw folderError({ en: `make/${path} cannot be read`, zh: `无法读取 make/${path}` });
    }
  };
  const json = (path: string): unknown => {
    const content = text(path);
    try {
      return JSON.parse(content);
    } catch {
      throw folderError({ en: `make/${path} is not JSON`, zh: `make/${path} 不是 JSON` });
    }
  };
  const section = (file: string, path: string): Section => ({ file, text: text(path), content: json(path) });
  const { generalCodeFiles, components } = manifestOf(json('makecomapp.json'));
  const componentsOf = (kind: KindName): Component[] =>
    Object.entries<Entry>(components[kind]).map(([id, { fields, codeFiles }]) => ({
      kind,
      id,
      fields,
      sections: Object.entries(codeFiles).flatMap(([file, path]) => {
        if (path === null) return [];
        if (!Object.hasOwn(KINDS[kind].sections, file))
          throw unknown(`components.${kind}.${id}.codeFiles.${file}`);
        return [section(file, path)];
      }),
    }));
  const app = {
    base: section('base', generalCodeFiles.base),
    groups: section('groups', generalCodeFiles.groups),
    readme: text(generalCodeFiles.readme),
    components: KIND_NAMES.flatMap(componentsOf),
  };
  checkLabels(app.components);
  return { ...app, isExample: app.base.text.includes(EXAMPLE.hub) };
}

function manifestOf(content: unknown): z.infer<typeof manifestSchema> {
  const manifest = manifestSchema.safeParse(content);
  if (manifest.success) return manifest.data;
  throw unknown(manifest.error.issues[0]?.path.join('.') ?? 'its top');
}

const unknown = (place: string): PushError =>
  folderError({
    en: `make/makecomapp.json has something at ${place} that a push does not know`,
    zh: `make/makecomapp.json 的 ${place} 处有无法识别的内容`,
  });

/** Make names connections and webhooks itself, so that a push recognizes them by their labels. */
function checkLabels(components: readonly Component[]): void {
  for (const kind of ['connection', 'webhook'] as const) {
    const labels = components
      .filter((component) => component.kind === kind)
      .map(({ fields }) => fields.label);
    const twice = labels.find((label, index) => labels.indexOf(label) !== index);
    if (twice !== undefined)
      throw folderError({
        en: `make/makecomapp.json has two ${kind}s with the label "${twice}"`,
        zh: `make/makecomapp.json 中有两个 ${kind} 使用标签“${twice}”`,
      });
  }
}

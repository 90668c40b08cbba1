/** Which files at Make are as in `make/`. */

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { both } from '../../../lib/language.ts';
import type { Account } from './account.ts';
import { type App, keyOf, type Section } from './app-folder.ts';
import { KINDS, type RemoteComponent, VERSION } from './kinds.ts';

const CHECKSUM_LISTS = { connection: 'accounts', webhook: 'hooks', module: 'modules', rpc: 'rpcs' } as const;

const sumsSchema = z
  .array(z.object({ name: z.string().nullish(), checksum: z.record(z.string(), z.string().nullable()) }))
  .default([]);
const checksumSchema = z.object({
  app: sumsSchema,
  accounts: sumsSchema,
  hooks: sumsSchema,
  modules: sumsSchema,
  rpcs: sumsSchema,
});
type Sums = Readonly<Record<string, string | null>>;

/** `keyOf` a component, or of the app. */
export const APP_KEY = 'app';
export const fileKey = (key: string, file: string): string => `${key}: ${file}`;

interface Comparison {
  key: string;
  section: Section;
  /** The section's name at Make. */
  name: string;
  sums: Sums;
  read: () => Promise<unknown>;
}

/**
 * One answer of Make holds the MD5 of every file, as far as Make's editor shows: no reference describes it. A file with
 * another MD5, or with none, is read, because Make may have written the same JSON differently.
 * @returns `fileKey` of every file that is the same
 */
export async function readSame(
  account: Account,
  app: string,
  { base, groups, readme, components }: App,
  paired: ReadonlyMap<string, RemoteComponent>,
): Promise<Set<string>> {
  const answer = await account.find(both('checksums'), (make) =>
    make.fetch(`/sdk/apps/${app}/${VERSION}/checksum`),
  );
  const sums = checksumSchema.safeParse(answer).data;
  const ofApp = sums?.app[0]?.checksum ?? {};
  const comparisons: Comparison[] = (
    [
      ['base', base],
      ['groups', groups],
    ] as const
  ).map(([name, section]) => ({
    key: APP_KEY,
    section,
    name,
    sums: ofApp,
    read: () => account.find(both(`app: ${name}`), (make) => make.sdk.apps.getSection(app, VERSION, name)),
  }));
  for (const component of components) {
    const remote = paired.get(keyOf(component));
    if (!remote) continue;
    const { sections, of } = KINDS[component.kind];
    const known = sums?.[CHECKSUM_LISTS[component.kind]].find(({ name }) => name === remote.name);
    for (const section of component.sections)
      comparisons.push({
        key: keyOf(component),
        section,
        name: sections[section.file] ?? '',
        sums: known?.checksum ?? {},
        read: () =>
          account.find(both(`${keyOf(component)}: ${section.file}`), (make) =>
            of(make, app).read(remote.name, section.file),
          ),
      });
  }
  const same = new Set<string>();
  for (const { key, section, name, sums, read } of comparisons) {
    const sum = createHash('md5').update(section.text).digest('hex');
    const isKnown = [section.file, name].some((file) => [sums[file], sums[`${file}_jsonc`]].includes(sum));
    if (isKnown || isSame(await read(), section.content)) same.add(fileKey(key, section.file));
  }
  const held = await account.find(both('app: readme'), (make) => make.sdk.apps.getDocs(app, VERSION));
  if (held !== undefined && trimmed(held) === trimmed(readme)) same.add(fileKey(APP_KEY, 'readme'));
  return same;
}

/** Make may write the same JSON in another way. What it does not answer as JSON is its own example. */
function isSame(held: unknown, wanted: unknown): boolean {
  try {
    const content: unknown = typeof held === 'string' ? JSON.parse(held) : held;
    return canonical(content) === canonical(wanted);
  } catch {
    return false;
  }
}

/** JSON with the keys of every object in one order. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? '';

const trimmed = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

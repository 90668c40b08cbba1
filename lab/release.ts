/**
 * The releases of the connector that may run next to each other: this one, one with other fields in its stored values,
 * and one that was tagged earlier.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { checkOut } from '../tools/releases/checkout.ts';
import { loadRelease } from '../tools/releases/load.ts';
import type { Release } from './this-release.ts';

export { type Release, thisRelease } from './this-release.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const ENTRY = "export { thisRelease } from './lab/this-release.ts';";

/** A field of each feed's state, and the files that name it. The other release has a field of another name instead. */
const REPLACED: readonly [files: RegExp, field: string][] = [
  [/feeds[\\/]orders?[\w-]*\.ts$/, 'unshippedInterestAt'],
  [/feeds[\\/]reviews?[\w-]*\.ts$/, 'coverage'],
  [/feeds[\\/]parcels?[\w-]*\.ts$/, 'deliveryInterestAt'],
  [/feeds[\\/]abnormal[\w-]*\.ts$/, 'beijingUntil'],
  [/feeds[\\/]disputes?[\w-]*\.ts$/, 'deadlineInterestAt'],
  [/feeds[\\/]products?[\w-]*\.ts$/, 'readAt'],
  [/feeds[\\/]stock[\w-]*\.ts$/, 'checkedAt'],
];
const FORMAT = 'z.looseObject(shape)';
const FORMAT_WITH_A_FIELD_MORE =
  'z.looseObject({ ...shape, field_of_another_release: z.number().default(7) })';

/** A field more in every stored format, and in the state of every feed a field that this release does not have. */
function withOtherFields(replaced: Set<string>): Plugin {
  const change = (path: string, source: string): string => {
    const [, field] = REPLACED.find(([files]) => files.test(path)) ?? [];
    if (field === undefined) return source;
    const changed = source.replaceAll(new RegExp(`\\b${field}\\b`, 'g'), `${field}_of_another_release`);
    if (changed !== source) replaced.add(field);
    return changed;
  };
  return {
    name: 'other fields in the stored values',
    setup: ({ onLoad }) => {
      onLoad({ filter: /stores[\\/]stored\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        if (!source.includes(FORMAT)) throw new Error(`${path} no longer contains ${FORMAT}`);
        return { contents: source.replace(FORMAT, FORMAT_WITH_A_FIELD_MORE), loader: 'ts' };
      });
      onLoad({ filter: /lib[\\/]feeds[\\/][\w-]+\.ts$/ }, ({ path }) => ({
        contents: change(path, readFileSync(path, 'utf8')),
        loader: 'ts',
      }));
    },
  };
}

let other: Promise<Release> | undefined;

/** Built once for a process. */
export function otherRelease(): Promise<Release> {
  other ??= buildOther();
  return other;
}

async function buildOther(): Promise<Release> {
  const replaced = new Set<string>();
  const { thisRelease } = await load(root, [withOtherFields(replaced)]);
  const missing = REPLACED.filter(([, field]) => !replaced.has(field));
  if (missing.length > 0) throw new Error(`no module has the field ${missing[0]?.[1]}`);
  return thisRelease;
}

const load = (folder: string, plugins: Plugin[] = []) =>
  loadRelease<{ thisRelease: Release }>(folder, ENTRY, plugins);

/** @param tag of a release that had a lab */
export async function taggedRelease(tag: string): Promise<Release> {
  const { folder, remove } = checkOut(tag);
  try {
    return (await load(folder)).thisRelease;
  } finally {
    remove();
  }
}

/**
 * The releases of the connector that may run next to each other: this one, and one whose stored formats all have a field
 * more. A release with a field more is to this one what this one is to a release with a field fewer.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { pollTrigger } from '../lib/engine/poll-trigger.ts';
import { openShop } from '../lib/hosts/zapier/session.ts';
import { operations } from '../operations.ts';

/** What the lab runs of a release. */
export interface Release {
  pollTrigger: typeof pollTrigger;
  openShop: typeof openShop;
  operations: typeof operations;
}

export const thisRelease: Release = { pollTrigger, openShop, operations };

const root = fileURLToPath(new URL('../', import.meta.url));
const ENTRY = `
  export { pollTrigger } from './lib/engine/poll-trigger.ts';
  export { openShop } from './lib/hosts/zapier/session.ts';
  export { operations } from './operations.ts';
`;
const FORMAT = 'z.looseObject(shape)';
const FORMAT_WITH_A_FIELD_MORE =
  'z.looseObject({ ...shape, field_of_another_release: z.number().default(7) })';

const withFieldMore: Plugin = {
  name: 'a field more in every stored format',
  setup: ({ onLoad }) => {
    onLoad({ filter: /stores[\\/]stored\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes(FORMAT)) throw new Error(`${path} no longer contains ${FORMAT}`);
      return { contents: source.replace(FORMAT, FORMAT_WITH_A_FIELD_MORE), loader: 'ts' };
    });
  },
};

let other: Promise<Release> | undefined;

/** Built once for a process. */
export function otherRelease(): Promise<Release> {
  other ??= buildOther();
  return other;
}

async function buildOther(): Promise<Release> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    // CommonJS packages in the bundle need it.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [withFieldMore],
  });
  const folder = mkdtempSync(join(tmpdir(), 'lab-release-'));
  try {
    const file = join(folder, 'release.mjs');
    writeFileSync(file, outputFiles[0]?.text ?? '');
    return (await import(pathToFileURL(file).href)) as Release;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

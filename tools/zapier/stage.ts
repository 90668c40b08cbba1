/**
 * The folder that is pushed to Zapier: the bundle, its sources and the packages it needs at run time. The project's own
 * folder cannot be pushed: the command line tool of Zapier would copy all of `node_modules` at once.
 */

import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { withoutWhitespace } from './bundle.ts';
import { external, root } from './project.ts';
import { SetupError } from './setup-error.ts';

const versions = z.record(z.string(), z.string());
const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  exports: z.string(),
  dependencies: versions,
  overrides: versions,
});
const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      dependencies: versions.optional(),
      optionalDependencies: versions.optional(),
      optional: z.boolean().optional(),
    }),
  ),
});
type Lock = z.infer<typeof lockSchema>;

const readJson = <T>(schema: z.ZodType<T>, name: string): T =>
  schema.parse(JSON.parse(readFileSync(join(root, name), 'utf8')));

const writeJson = (file: string, value: object) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

export interface Stage {
  version: string;
  packages: number;
}

/**
 * @param folder must be empty
 * @param sources what the bundle was made of
 * @param link the content of `.zapierapprc`
 */
export async function fillStage(folder: string, sources: readonly string[], link: string): Promise<Stage> {
  const { dependencies, ...project } = readJson(packageSchema, 'package.json');
  const lock = readJson(lockSchema, 'package-lock.json');
  const needed = Object.fromEntries(external.map((name) => [name, dependencies[name] ?? '']));

  // A folder is copied whole, because files that hold types alone are not part of the bundle.
  const folders = new Set(sources.map((file) => file.split('/')[0] as string));
  for (const name of ['dist', '.gitignore', 'LICENSE', 'tsconfig.json', ...folders])
    cpSync(join(root, name), join(folder, name), { recursive: true });

  writeFileSync(join(folder, '.zapierapprc'), link);
  writeJson(join(folder, 'package.json'), {
    ...project,
    private: true,
    type: 'module',
    dependencies: needed,
  });
  const packages = installedFor(Object.keys(needed), lock);
  writeJson(join(folder, 'package-lock.json'), {
    ...lock,
    packages: {
      '': { name: project.name, version: project.version, license: project.license, dependencies: needed },
      ...Object.fromEntries(packages.map((path) => [path, lock.packages[path]])),
    },
  });
  const installed = packages.filter((path) => existsSync(join(root, path)));
  const missing = packages.filter((path) => !installed.includes(path) && !lock.packages[path]?.optional);
  if (missing.length > 0)
    throw new SetupError({
      en: `Not installed: ${missing.join(', ')}. Run "npm install" first.`,
      zh: `未安装：${missing.join('、')}。请先运行 npm install。`,
    });
  for (const path of installed) await copyPackage(path, folder);
  return { version: project.version, packages: installed.length };
}

/** The packages that `npm install --omit=dev` installs for `names`, by their path in the lock file. */
function installedFor(names: readonly string[], { packages }: Lock): string[] {
  const found = new Set<string>();
  const add = (from: string, name: string) => {
    const path = resolveIn(packages, from, name);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) add(path, next);
  };
  for (const name of names) add('', name);
  return [...found].sort();
}

/** As Node.js looks a package up: in the folder of the package that imports it, then in each folder above. */
function resolveIn(packages: Lock['packages'], from: string, name: string): string | undefined {
  const path = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (path in packages) return path;
  if (from === '') return undefined;
  return resolveIn(packages, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}

/** What Node.js reads of the `package.json` of a package, and the license. */
const PACKAGE_FIELDS = ['name', 'version', 'license', 'type', 'main', 'exports', 'imports'];

/**
 * Copies a package without the packages inside it, one file after the other. Comments, whitespace and most of its
 * `package.json` would be a quarter of the upload. All names stay, so that a stack trace can be read.
 */
async function copyPackage(path: string, folder: string) {
  const from = join(root, path);
  const to = join(folder, path);
  const inside = join(from, 'node_modules');
  cpSync(from, to, { recursive: true, filter: (file) => file !== inside });
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    if (!/\.[cm]?js$/.test(name)) continue;
    const file = join(to, name);
    writeFileSync(file, await withoutWhitespace(readFileSync(file, 'utf8')));
  }
  const fields = Object.entries(readJson(z.record(z.string(), z.unknown()), `${path}/package.json`));
  const kept = fields.filter(([name]) => PACKAGE_FIELDS.includes(name));
  writeFileSync(join(to, 'package.json'), JSON.stringify(Object.fromEntries(kept)));
}

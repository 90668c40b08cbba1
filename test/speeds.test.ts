/** The end of a test's file name says how it is run; `jest.config.js` has the list. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.ts') && !file.startsWith('test/support/'));

/** What takes a server, a process or a simulated shop. */
const SLOW = ['fastify', 'node:child_process', 'node:cluster', 'node:worker_threads'];
/** The parts of the sandbox that only calculate. */
const QUICK = [
  'sandbox/arguments.ts',
  'sandbox/curves.ts',
  'sandbox/gateway-errors.ts',
  'sandbox/methods/wire.ts',
  'sandbox/pacific.ts',
  'sandbox/parcels/words.ts',
  'sandbox/random.ts',
];

interface Import {
  names: string;
  module: string;
}
const isSlow = ({ names, module }: Import) =>
  SLOW.includes(module) ||
  /\bcreateServer\b/.test(names) ||
  (module.startsWith('sandbox/') && !QUICK.includes(module));

const fromRoot = (file: string, name: string) =>
  relative(root, join(root, dirname(file), name)).replaceAll('\\', '/');

/** What a file loads; an import of types alone loads nothing. */
const loadedBy = (file: string): Import[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export)\s(?!type\b)([^;]*?)'([^']+)';$/gm),
  ].map(([, names = '', name = '']) => ({
    names,
    module: name.startsWith('.') ? fromRoot(file, name) : name,
  }));

/** How a file comes to load something slow, from import to import. */
function slowPath(file: string, seen = new Set<string>()): string[] | undefined {
  for (const loaded of loadedBy(file)) {
    const { module } = loaded;
    if (isSlow(loaded)) return [file, module];
    if (seen.has(module) || !module.endsWith('.ts') || !existsSync(join(root, module))) continue;
    seen.add(module);
    const rest = slowPath(module, seen);
    if (rest) return [file, ...rest];
  }
  return undefined;
}

test('The name of every test file ends in one of the known endings', () => {
  const known = /\/[\w-]+((\.(system|long|built))?\.test|\.types)\.ts$/;
  expect(files.filter((file) => !known.test(file))).toEqual([]);
});

test('A unit test starts no server, no process and no simulated shop', () => {
  const units = files.filter((file) => !/\.(system|long|built)\.test\.ts$/.test(file));
  expect(units.flatMap((file) => slowPath(file)?.join(' → ') ?? [])).toEqual([]);
});

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MB = 1_000_000;

interface Locked {
  dev?: boolean;
  devOptional?: boolean;
}
const { packages }: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync(join(root, 'package-lock.json'), 'utf8'),
);
/** What `npm start` installs; the package of Node.js itself counts apart. */
const production = Object.entries(packages)
  .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
  .map(([path]) => path)
  .filter((path) => path !== 'node_modules/node');

/** Bytes of the files of a package, without the packages inside it. */
const sizeOf = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sizeOf(path) : statSync(path).size;
    })
    .reduce((sum, size) => sum + size, 0);

test('The command "npm start" installs at most 200 packages', () => {
  expect(production.length).toBeLessThanOrEqual(200);
});

test('The command "npm start" installs at most 120 MB, Node.js not counted', () => {
  const total = production.map((path) => sizeOf(join(root, path))).reduce((sum, size) => sum + size, 0);
  expect(total).toBeLessThanOrEqual(120 * MB);
});

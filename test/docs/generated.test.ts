import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { problemKinds } from '../../lib/problems.ts';
import { operations } from '../../operations.ts';
import { generatedFolders, pages } from '../../tools/docs/pages.ts';
import { registries } from '../../tools/docs/registries.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const written = [...registries(root), ...pages()];
const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null);
const textOf = (path: string) => written.find((page) => page.path === path)?.text ?? '';

test.each(written.map(({ path, text }) => [path, text]))(
  'The file %s is what `npm run docs` writes',
  (path, text) => {
    expect(read(path)).toBe(text);
  },
);

test('No page is left of a recipe that was removed', () => {
  const there = generatedFolders.flatMap((folder) =>
    readdirSync(join(root, folder)).map((file) => `${folder}/${file}`),
  );
  expect(there.filter((path) => !written.some((page) => page.path === path))).toEqual([]);
});

test.each(['triggers', 'searches', 'actions'])('Every file in %s is in its registry', (folder) => {
  const files = readdirSync(join(root, folder)).filter((file) => file !== 'index.ts');
  expect(files.filter((file) => !textOf(`${folder}/index.ts`).includes(`'./${file}'`))).toEqual([]);
});

test.each(['docs/errors.md', 'docs/errors.zh-CN.md'])('The page %s lists every problem once', (path) => {
  const listed = [...textOf(path).matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind);
  expect(listed.sort()).toEqual([...problemKinds].sort());
});

test('The page of operations names what AliExpress no longer offers', () => {
  expect(textOf('docs/behavior.md')).toMatch(/Chat with buyers.*Service score/s);
});

test.each(Object.entries(operations))(
  'The name of every file in %s is its key with dashes',
  (folder, declared) => {
    const files = readdirSync(join(root, folder)).filter((file) => file !== 'index.ts');
    expect(files.sort()).toEqual(declared.map(({ key }) => `${key.replaceAll('_', '-')}.ts`).sort());
  },
);

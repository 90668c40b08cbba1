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

test.each(written.map(({ path, text }) => [path, text]))('%s is what `npm run docs` writes', (path, text) => {
  expect(read(path)).toBe(text);
});

test('no page is left of what is gone', () => {
  const there = generatedFolders.flatMap((folder) =>
    readdirSync(join(root, folder)).map((file) => `${folder}/${file}`),
  );
  expect(there.filter((path) => !written.some((page) => page.path === path))).toEqual([]);
});

test.each(['triggers', 'searches', 'actions'])('every file in %s is in the app', (folder) => {
  const files = readdirSync(join(root, folder)).filter((file) => file !== 'index.ts');
  expect(files.filter((file) => !textOf(`${folder}/index.ts`).includes(`'./${file}'`))).toEqual([]);
});

test('every problem is on the page of errors, in both languages', () => {
  const page = textOf('docs/errors.md');
  expect(problemKinds.filter((kind) => !page.includes(`| \`${kind}\` |`))).toEqual([]);
});

test('the pages of operations say what AliExpress no longer offers', () => {
  expect(textOf('docs/behavior.md')).toMatch(/Chat with buyers.*Service score/s);
});

test.each(Object.entries(operations))(
  'the name of every file in %s is its key with dashes',
  (folder, declared) => {
    const files = readdirSync(join(root, folder)).filter((file) => file !== 'index.ts');
    expect(files.sort()).toEqual(declared.map(({ key }) => `${key.replaceAll('_', '-')}.ts`).sort());
  },
);

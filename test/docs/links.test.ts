/** What pages and comments refer to exists: pages, headings, files and commands. */

import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { anchorsOf, filesNamed, read, withoutCode } from '../support/repository.ts';

const pages = filesNamed('.md');
const anchors = new Map(pages.map((page) => [page, anchorsOf(read(page))]));

/** Why a link from a file in `folder` leads nowhere; undefined where it leads somewhere. */
function broken(folder: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? undefined : posix.join(folder, decodeURIComponent(path));
  if (file !== undefined && !existsSync(new URL(`../../${file}`, import.meta.url))) return `no file ${file}`;
  if (anchor === undefined || file === undefined) return undefined;
  return anchors.get(file)?.includes(anchor) ? undefined : `no heading #${anchor} in ${file}`;
}

const localLinks = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

test.each(pages)('Every link of %s leads to a file and a heading', (page) => {
  const own = anchors.get(page) ?? [];
  const dead = localLinks(read(page)).flatMap((target) =>
    target.startsWith('#')
      ? own.includes(target.slice(1))
        ? []
        : [`no heading ${target} in ${page}`]
      : (broken(posix.dirname(page), target) ?? []),
  );
  expect(dead).toEqual([]);
});

const commands = Object.keys(packageJson.scripts);

test.each(pages)('Every npm command on %s exists', (page) => {
  const named = [...read(page).matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !commands.includes(name))).toEqual([]);
});

/** Files that a walkthrough tells the reader to write. */
const TO_BE_WRITTEN = /order-completed/;

test.each(pages)('Every file of the repository that is named on %s exists', (page) => {
  const named = [
    ...read(page).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|js|json|md|env)|[\w.-]+\.(?:ts|md))`/g),
  ].map(([, path = '']) => path);
  const missing = named.filter((path) => !TO_BE_WRITTEN.test(path) && !path.startsWith('.local/'));
  expect(missing.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([]);
});

test.each(['CONTRIBUTING.md', 'CONTRIBUTING.zh-CN.md'])('Every dependency is explained on %s', (page) => {
  const { dependencies, devDependencies } = packageJson;
  const names = Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !name.startsWith('@types/'),
  );
  const rows = read(page)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => (line.split('|')[1] ?? '').split(/[,、]/).map((name) => name.trim()));
  expect(names.filter((name) => !rows.includes(name))).toEqual([]);
});

/** Every link inside the repository leads somewhere: from page to page, and from a comment in the code to a page. */

import { existsSync } from 'node:fs';
import { posix } from 'node:path';
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

test('Every page that the code cites has the heading that is cited', () => {
  const dead = filesNamed('.ts').flatMap((file) =>
    [...read(file).matchAll(/\bdocs\/[\w./-]+\.md(?:#[\w-]+)?/g)].flatMap(([target]) => {
      const problem = broken('.', target);
      return problem ? [`${file}: ${problem}`] : [];
    }),
  );
  expect(dead).toEqual([]);
});

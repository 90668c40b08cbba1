/** The files of the repository as tests of sources and pages read them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const NOT_OURS = new Set(['.git', '.local', 'build', 'coverage', 'dist', 'node_modules']);

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** @returns paths from the root, with slashes */
export const filesNamed = (ending: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? readdirSync(join(root, entry.name), { recursive: true, encoding: 'utf8' }).map(
            (path) => `${entry.name}/${path.replaceAll('\\', '/')}`,
          )
        : [entry.name],
    )
    .filter((path) => path.endsWith(ending))
    .sort();

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(markdown).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** A page without its code blocks. */
export const withoutCode = (markdown: string): string =>
  markdown.replace(/^ *(```|~~~)[\s\S]*?^ *\1 *$/gm, '');

/** A comment that names the source of a fact cites a heading of a page in docs/, or an address on the web. */

import { anchorsOf, filesNamed, read } from '../support/repository.ts';

const sources = filesNamed('.ts');

const anchors = new Map(filesNamed('.md').map((page) => [page, anchorsOf(read(page))]));

/** Citations of pages in a source, such as "docs/aliexpress.md#order-list". */
const citationsIn = (source: string): [page: string, anchor: string | undefined][] =>
  [...source.matchAll(/\b(docs\/[\w./-]+\.md)(?:#([\w-]+))?/g)].map(([, page = '', anchor]) => [
    page,
    anchor,
  ]);

const exists = ([page, anchor]: [string, string | undefined]): boolean => {
  const known = anchors.get(page);
  return known !== undefined && (anchor === undefined || known.includes(anchor));
};

test('Every page and heading that a source cites exists', () => {
  const dangling = sources.flatMap((file) =>
    citationsIn(read(file))
      .filter((citation) => !exists(citation))
      .map((citation) => `${file}: ${citation.join('#')}`),
  );
  expect(dangling).toEqual([]);
});

test('A citation in brackets names a heading or a web address', () => {
  const BRACKETS = /^ *(?:\*|\/\/|\/\*\*).*?\[((?:docs\/|https?:)[^\]]*)\]/gm;
  const vague = sources.flatMap((file) =>
    [...read(file).matchAll(BRACKETS)]
      .flatMap(([, cited = '']) => cited.split(/[,;] */))
      .filter((each) => !/^(https:\/\/\S+|docs\/[\w./-]+\.md#[\w-]+)$/.test(each))
      .map((each) => `${file}: ${each}`),
  );
  expect(vague).toEqual([]);
});

test('No source cites anything else: no paragraph sign, no numbered facts, no page number of a vendor', () => {
  const OTHER_FORMS = /\u00a7|\[fa[c]ts\b|\bfa[c]ts\/|\bfa[c]ts (?:[A-Z]\.\d|\d)|\bdoc[I]d\b|get[A]pi\.json/;
  const found = sources.flatMap((file) => {
    const match = OTHER_FORMS.exec(read(file));
    return match ? [`${file}: ${match[0]}`] : [];
  });
  expect(found).toEqual([]);
});

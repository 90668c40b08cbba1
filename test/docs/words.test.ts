/** Words that the project does not use, in names of the code and in texts that people read: tools/banned-words.json. */

import { problemKinds, template } from '../../lib/problems.ts';
import { operations } from '../../operations.ts';
import { recipes } from '../../recipes/index.ts';
import bannedWords from '../../tools/banned-words.json' with { type: 'json' };
import { filesNamed, read, withoutCode } from '../support/repository.ts';

/** Names of a source: comments and texts are left out. */
function identifiersIn(source: string): Set<string> {
  const code = source
    .replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')
    .replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, "''");
  return new Set(code.match(/[A-Za-z_$][\w$]*/g));
}

/** "MAX_VISITS" → max, visits; "maxVisits" → max, visits. */
const partsOf = (identifier: string): string[] =>
  (identifier.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((part) => part.toLowerCase());

const isBanned = (identifier: string): boolean =>
  bannedWords.identifiers.includes(identifier) ||
  partsOf(identifier).some((part) => bannedWords.identifierParts.includes(part));

test('No identifier contains a word that the glossary replaces', () => {
  const found = filesNamed('.ts').flatMap((file) =>
    [...identifiersIn(read(file))].filter(isBanned).map((identifier) => `${file}: ${identifier}`),
  );
  expect(found).toEqual([]);
});

const patterns = [...bannedWords.phrases.en, ...bannedWords.phrases.zh].map(
  (phrase) => new RegExp(phrase, 'i'),
);

/** What stands where, with the text around it. */
const phrasesIn = (text: string): string[] => {
  const line = text.replace(/\s+/g, ' ');
  return patterns.flatMap((pattern) => {
    const at = line.search(pattern);
    return at < 0 ? [] : [`${pattern.source}: … ${line.slice(Math.max(0, at - 30), at + 50)} …`];
  });
};

/** Results of measurements are written by a program. */
const pages = filesNamed('.md').filter((page) => !page.startsWith('bench/'));

test.each(pages)('The page %s has no phrase that the glossary replaces', (page) => {
  expect(phrasesIn(withoutCode(read(page)))).toEqual([]);
});

/** Every text in a declaration, wherever it stands. */
const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const declared = [
  ...[...operations.triggers, ...operations.searches, ...operations.actions, ...recipes].map(
    (declaration) => [declaration.key, textsIn(declaration)] as const,
  ),
  ...problemKinds.map((kind) => [kind, textsIn(template(kind))] as const),
];

test.each(declared)('The texts of %s have no phrase that the glossary replaces', (_, texts) => {
  expect(texts.flatMap(phrasesIn)).toEqual([]);
});

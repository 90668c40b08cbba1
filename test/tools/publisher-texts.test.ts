/** What the publisher's commands say: each text has both languages, and each is free of the other one. */

import { parseSync } from '@swc/core';
import { CHINESE } from '../support/chinese.ts';
import { filesNamed, read } from '../support/repository.ts';

const FILES = filesNamed('.ts').filter(
  (file) =>
    /^tools\/(zapier|make)\//.test(file) ||
    ['sandbox/arguments.ts', 'test/support/zapier-api/main.ts'].includes(file),
);

interface Node {
  type?: string;
  value?: unknown;
  key?: Node;
  properties?: Node[];
  quasis?: { cooked: string }[];
}

/** The words of a string or a template, with … for what is filled in; undefined for any other expression. */
const wordsOf = ({ type, value, quasis }: Node): string | undefined =>
  type === 'StringLiteral' ? String(value) : quasis?.map(({ cooked }) => cooked).join('…');

/** The texts in both languages that stand in a file as literals. */
function textsIn(file: string): { en: string; zh: string }[] {
  const found: { en: string; zh: string }[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, properties = [] } = node as Node;
    const [en, zh] = ['en', 'zh'].map((name) => {
      const property =
        type === 'ObjectExpression' ? properties.find(({ key }) => key?.value === name) : undefined;
      return property && wordsOf(property.value as Node);
    });
    if (en !== undefined && zh !== undefined) found.push({ en, zh });
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(read(file), { syntax: 'typescript', target: 'es2022' }));
  return found;
}

const texts = FILES.flatMap((file) => textsIn(file).map((text) => ({ file, ...text })));
/** Names, commands and signs are the same in both languages. */
const isCommand = (line: string) => /^ *(\$ )?(npm run .*|export .*|read -rs .*|[^a-z]*)$/.test(line);

test('No English text contains Chinese', () => {
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter(({ en }) => CHINESE.test(en))).toEqual([]);
});

test('Every line of a Chinese text is Chinese, unless it is a command', () => {
  const wrong = texts.flatMap(({ file, zh }) =>
    zh.split('\n').flatMap((line) => (CHINESE.test(line) || isCommand(line) ? [] : [`${file}: ${line}`])),
  );
  expect(wrong).toEqual([]);
});

test('No command writes past the terminal, which knows the language', () => {
  const wrong = FILES.filter((file) =>
    /console\.(log|error)\((?!`\$\{command\} -- --help`|help\))/.test(read(file)),
  );
  expect(wrong).toEqual([]);
});

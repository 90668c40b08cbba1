/** What the pages say of commands is true: each is a script of package.json, and its --help names every option. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { commandsOnPages, optionsIn } from '../support/commands-on-pages.ts';
import { npmRun } from '../support/npm-run.ts';

const commands = commandsOnPages();
const isTest = (script: string) => /^test(:|$)/.test(script);

/** Those of Zapier's own tool: test/docs/zapier-publishing.test.ts. */
const checked = commands.filter(({ script }) => script !== 'zapier' && !isTest(script));
const withWords = checked.filter(({ given, comment }) => [...given, ...optionsIn(comment)].length > 0);

const helps = new Map<string, Promise<string>>();
const helpOf = (script: string): Promise<string> => {
  const known =
    helps.get(script) ??
    npmRun(`${script} -- --help`).then(({ status, output }) => {
      expect(status).toBe(0);
      return output;
    });
  helps.set(script, known);
  return known;
};

test('Every command on a page is a script of the project', () => {
  const unknown = commands.filter(({ script }) => !(script in packageJson.scripts));
  expect(unknown).toEqual([]);
});

test('The pages name commands with options to check', () => {
  const scripts = new Set(withWords.map(({ script }) => script));
  expect([...scripts]).toEqual(
    expect.arrayContaining([
      'sandbox',
      'start',
      'hub',
      'probe',
      'make:push',
      'zapier:push',
      'zapier:release',
    ]),
  );
});

test.each(withWords)('On $page, the help knows what $line is given', async ({ script, given, comment }) => {
  const help = await helpOf(script);
  const options = [
    ...given.map((word) => word.replace(/=.*$/, '')).filter((word) => word.startsWith('--')),
    ...optionsIn(comment),
  ];
  const isExplained = (option: string) => option === '--help' || new RegExp(`${option}(?![\\w-])`).test(help);
  expect(options.filter((option) => !isExplained(option))).toEqual([]);
  // A subcommand, such as "backup"; the values of options are their own.
  const [first = '--'] = given;
  if (!first.startsWith('-') && /^[a-z][a-z-]*$/.test(first))
    expect(help).toMatch(new RegExp(`(^|\\s)${first}(\\s|$)`, 'm'));
});

test.each(commands.filter(({ script, given }) => isTest(script) && given.length > 0))(
  'On $page, there are tests for $line',
  ({ given }) => {
    const paths = given.filter((word) => word.startsWith('test/'));
    const isThere = (path: string) =>
      ['', '.test.ts', '.system.test.ts', '.long.test.ts'].some((ending) =>
        existsSync(fileURLToPath(new URL(`../../${path}${ending}`, import.meta.url))),
      );
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  },
);

/** What the pages for the publisher of the Zapier app say is true: commands, lengths, logo, settings, templates. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { outputLabel } from '../../tools/docs/zap-template-pages.ts';
import { SETTINGS } from '../../tools/zapier/release/environment.ts';
import { NAMED_STEPS } from '../../tools/zapier/release/steps.ts';
import { zapTemplates } from '../../tools/zapier/templates.ts';
import { CHINESE } from '../support/chinese.ts';
import { read } from '../support/repository.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const PAGES = ['docs/zapier-publishing.md', 'docs/zapier-publishing.zh-CN.md'] as const;
const WITH_COMMANDS = [...PAGES, 'README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'CONTRIBUTING.zh-CN.md'];

interface OclifCommand {
  args?: Record<string, { required?: boolean }>;
  flags: Record<string, { char?: string; options?: string[] }>;
  strict?: boolean;
}

/** A command of Zapier's tool, by its own source. */
const commandOf = (name: string): OclifCommand =>
  require(join(root, 'node_modules/zapier-platform-cli/src/oclif/commands', name.replace(':', '/')));

/** The words of every shell line, and of every command in a sentence. */
const linesOf = (page: string): string[] =>
  [...read(page).matchAll(/^ *(?:\w+=\S+ )?(npm run .*)$|`(npm run [^`]+)`/gm)].map(([, line, code]) =>
    (line ?? code ?? '').replace(/ +#.*$/, '').trim(),
  );
const wordsOf = (line: string): string[] =>
  (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));

const commands = WITH_COMMANDS.flatMap((page) =>
  linesOf(page)
    .filter((line) => line.startsWith('npm run zapier -- '))
    .map((line) => [page, line] as const),
);

test.each(commands)("On %s, Zapier's tool knows the command and the options of %s", (_, line) => {
  const [name = '', ...rest] = wordsOf(line).slice(4);
  const { args = {}, flags, strict } = commandOf(name);
  const given = rest.filter((word) => word.startsWith('-')).map((word) => word.replace(/^-+|=.*$/g, ''));
  const known = Object.entries(flags).flatMap(([flag, { char }]) => [flag, ...(char ? [char] : [])]);
  expect(given.filter((flag) => !known.includes(flag))).toEqual([]);
  // In a sentence a command stands without its arguments.
  if (rest.length === 0) return;
  const positional = rest.filter((word, at) => !word.startsWith('-') && !rest[at - 1]?.startsWith('-'));
  const required = Object.values(args).filter((arg) => arg.required).length;
  expect(positional.length).toBeGreaterThanOrEqual(required);
  if (strict !== false) expect(positional.length).toBeLessThanOrEqual(Object.keys(args).length);
});

test('The pages name commands of Zapier to check', () => {
  expect(commands.length).toBeGreaterThan(20);
});

test.each(WITH_COMMANDS)(
  'On %s, npm run zapier:release has the steps and the options that are named',
  (page) => {
    const help = readFileSync(join(root, 'tools/zapier/release.ts'), 'utf8');
    for (const line of linesOf(page).filter((each) => each.startsWith('npm run zapier:release -- '))) {
      const [first = '', ...rest] = wordsOf(line).slice(4);
      if (!first.startsWith('-')) expect(NAMED_STEPS.map(({ key }) => key)).toContain(first);
      for (const option of [first, ...rest].filter((word) => word.startsWith('--')))
        expect(help).toContain(`'${option.slice(2)}'`.replace(/'(\w+)'/, '$1'));
    }
  },
);

test('Both pages show the same commands', () => {
  const blocks = PAGES.map((page) =>
    [...read(page).matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block.replace(/ +#.*$/gm, '')),
  );
  expect(blocks[1]).toEqual(blocks[0]);
  expect(blocks[0]?.length).toBeGreaterThan(8);
});

test.each(PAGES)('%s names every step of a release, in its order', (page) => {
  const named = [...read(page).matchAll(/^\| (\w+) \| .* \| (?:`npm|–)/gm)].map(([, key]) => key);
  expect(named).toEqual(NAMED_STEPS.map(({ key }) => key).filter((key) => key !== 'rollback'));
});

test.each(PAGES)('%s explains every setting', (page) => {
  const rows = [...read(page).matchAll(/^\| (`[A-Z_`、, ]+`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect([...new Set(rows)].sort()).toEqual([...SETTINGS, 'SANDBOX_URL'].sort());
});

describe('The listing', () => {
  const entryOf = (field: string) =>
    new RegExp(`^\\| ${field} \\| (.*) \\|$`, 'm').exec(read('docs/zapier-publishing.md'))?.[1] ?? '';

  test.each(PAGES)('has on %s a name and a description in the lengths that Zapier accepts', (page) => {
    expect(read(page)).toContain(`| ${entryOf('Description')} |`);
    expect(entryOf('Description').length).toBeGreaterThanOrEqual(40);
    expect(entryOf('Description').length).toBeLessThanOrEqual(140);
    expect(entryOf('Description')).not.toMatch(/zapier/i);
    expect(entryOf('Name')).toBe('AliExpress Seller');
  });

  test('has a square logo with a transparent ground, of at least 256 pixels', () => {
    const png = readFileSync(join(root, 'tools/zapier/logo.png'));
    const [width, height, colors] = [png.readUInt32BE(16), png.readUInt32BE(20), png.readUInt8(25)];
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([width, height]).toEqual([512, 512]);
    // Red, green, blue and transparency.
    expect(colors).toBe(6);
    expect(readFileSync(join(root, 'tools/zapier/logo.svg'), 'utf8')).toContain(
      '-screenshot=tools/zapier/logo.png',
    );
  });
});

describe('A Zap template', () => {
  test('There are twelve, each of another trigger', () => {
    expect(new Set(zapTemplates.map(({ key }) => key)).size).toBe(12);
    expect(new Set(zapTemplates.map(({ trigger }) => trigger.key)).size).toBe(12);
  });

  test.each(zapTemplates)('$key is worded as Zapier words its own', ({ title, description, app }) => {
    expect(title.en).toMatch(/^(Add|Create|Send) .*AliExpress Seller/);
    expect(title.en).toContain(app);
    expect(title.en.length).toBeLessThanOrEqual(90);
    expect(description.en.length).toBeGreaterThanOrEqual(40);
    expect(description.en.length).toBeLessThanOrEqual(140);
    expect(title.en + description.en).not.toMatch(CHINESE);
    expect([title.zh, description.zh]).toEqual([
      expect.stringMatching(CHINESE),
      expect.stringMatching(CHINESE),
    ]);
  });

  test.each(zapTemplates)('$key maps fields that its trigger has', ({ trigger, fields }) => {
    const labels = Object.values(fields).map((key) => outputLabel(trigger, key).en);
    expect(labels).toEqual(Object.values(fields).map(() => expect.stringMatching(/^[A-Z]/)));
    expect(() => outputLabel(trigger, 'nothing')).toThrow('has no output nothing');
  });
});

test('The version of the examples is the one of package.json', () => {
  expect(read('docs/zapier-publishing.md')).toContain(`env:set ${packageJson.version} `);
});

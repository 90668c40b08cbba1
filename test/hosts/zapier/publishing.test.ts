import { createApp } from '../../../index.ts';
import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';
import { MESSAGE_LANGUAGES, type MessageLanguage } from '../../../lib/language.ts';
import type { Check } from '../../support/publishing-checks/check.ts';
import { readDefinition } from '../../support/publishing-checks/definition.ts';
import { correct, examples } from '../../support/publishing-checks/examples.ts';
import { publishedChecks } from '../../support/publishing-checks/published.ts';
import { styleChecks } from '../../support/publishing-checks/style.ts';

const checks = [...publishedChecks, ...styleChecks];
const findingsOf = (code: string, app: unknown) =>
  checks.find((check) => check.code === code)?.find(readDefinition(app));

/** A private app may explain itself in Chinese; a public one is in English only. */
const isFor = (language: MessageLanguage, { code }: Check) => code !== 'english' || language === 'en';

describe.each(MESSAGE_LANGUAGES)('Publishing checks of the app with MESSAGE_LANGUAGE=%s', (language) => {
  const serialised = createAppHandler(
    createApp({ settings: { dailyCallLimit: 200 }, random: Math.random, language } as never),
  )({
    command: 'definition',
  });

  test.each(checks.filter((check) => isFor(language, check)))(
    'The app passes $code: $rule',
    async ({ code }) => {
      expect(findingsOf(code, (await serialised).results)).toEqual([]);
    },
  );
});

describe('Publishing checks of a correct app', () => {
  test.each(checks)('A correct app passes $code', ({ code }) => {
    expect(findingsOf(code, correct)).toEqual([]);
  });
});

test('Every published check of Zapier that a definition can fail is implemented', () => {
  const numbers = [...Array.from({ length: 18 }, (_, at) => at + 1), 21, 22, 23, 24, 25, 26, 28];
  expect(publishedChecks.map(({ code }) => code)).toEqual(
    numbers.map((number) => `D${String(number).padStart(3, '0')}`),
  );
});

test('Every check has an example of a finding', () => {
  const shown = Object.entries(examples).filter(([, { bad }]) => bad.length > 0);
  expect(shown.map(([code]) => code)).toEqual(checks.map(({ code }) => code));
});

const bad = Object.entries(examples).flatMap(([code, { bad }]) =>
  bad.map(([what, app, finding]) => ({ code, what, app, finding })),
);
const good = Object.entries(examples).flatMap(([code, { good = [] }]) =>
  good.map(([what, app]) => ({ code, what, app })),
);

/** Rules about what users see. The other rules apply to hidden operations too, because these run. */
const isAboutDisplay = (code: string) =>
  ['D012', 'D018', 'D021', 'D022'].includes(code) ||
  (!code.startsWith('D') && !['key-form', 'english', 'production-addresses'].includes(code));
/** The same app with all operations hidden. */
function withAllHidden(app: object) {
  const read = readDefinition(app);
  const operations = [read.triggers, read.searches, read.creates].flatMap((byKey) => Object.values(byKey));
  for (const { display } of operations) display.hidden = true;
  return read;
}
const hidden = Object.entries(examples).flatMap(([code, { bad }]) =>
  bad.slice(0, 1).map(([what, app]) => ({ code, what, app: withAllHidden(app) })),
);

test.each(hidden.filter(({ code }) => isAboutDisplay(code)))(
  'Check $code accepts $what in a hidden operation',
  ({ code, app }) => {
    expect(findingsOf(code, app)).toEqual([]);
  },
);

test.each(hidden.filter(({ code }) => !isAboutDisplay(code)))(
  'Check $code finds $what in a hidden operation too',
  ({ code, app }) => {
    expect(findingsOf(code, app)).toHaveLength(1);
  },
);

test('Every finding is a sentence that names the place', () => {
  for (const { code, app } of bad)
    expect(findingsOf(code, app)).toEqual([
      expect.stringMatching(/^([A-Z][a-z-]+( \w+)?|\w+(\.\w+)+): .+\.$/s),
    ]);
});

test.each(bad)('Check $code finds $what', ({ code, app, finding }) => {
  expect(findingsOf(code, app)).toEqual([expect.stringContaining(finding)]);
});

test.each(good)('Check $code accepts $what', ({ code, app }) => {
  expect(findingsOf(code, app)).toEqual([]);
});

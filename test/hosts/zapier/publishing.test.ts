import { createApp } from '../../../index.ts';
import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';
import { readDefinition } from '../../support/publishing-checks/definition.ts';
import { correct, examples } from '../../support/publishing-checks/examples.ts';
import { publishedChecks } from '../../support/publishing-checks/published.ts';
import { styleChecks } from '../../support/publishing-checks/style.ts';

const checks = [...publishedChecks, ...styleChecks];
const findingsOf = (code: string, app: unknown) =>
  checks.find((check) => check.code === code)?.find(readDefinition(app));

describe('the app passes the publishing check', () => {
  const serialised = createAppHandler(createApp({ settings: {}, random: Math.random } as never))({
    command: 'definition',
  });

  test.each(checks)('$code: $rule', async ({ code }) => {
    expect(findingsOf(code, (await serialised).results)).toEqual([]);
  });
});

describe('an app that is right in everything passes the publishing check', () => {
  test.each(checks)('$code', ({ code }) => {
    expect(findingsOf(code, correct)).toEqual([]);
  });
});

test('every published check of Zapier that a definition can break is there', () => {
  const numbers = [...Array.from({ length: 18 }, (_, at) => at + 1), 21, 22, 23, 24, 25, 26, 28];
  expect(publishedChecks.map(({ code }) => code)).toEqual(
    numbers.map((number) => `D${String(number).padStart(3, '0')}`),
  );
});

test('every check has an example of what it finds', () => {
  const shown = Object.entries(examples).filter(([, { bad }]) => bad.length > 0);
  expect(shown.map(([code]) => code)).toEqual(checks.map(({ code }) => code));
});

const bad = Object.entries(examples).flatMap(([code, { bad }]) =>
  bad.map(([what, app, finding]) => ({ code, what, app, finding })),
);
const good = Object.entries(examples).flatMap(([code, { good = [] }]) =>
  good.map(([what, app]) => ({ code, what, app })),
);

/** Rules about what users see. A hidden operation runs all the same, so the others are for it too. */
const isAboutLooks = (code: string) =>
  ['D012', 'D018', 'D021', 'D022'].includes(code) ||
  (!code.startsWith('D') && !['key-form', 'english', 'production-addresses'].includes(code));
/** The same app, and users see none of its operations. */
function withAllHidden(app: object) {
  const read = readDefinition(app);
  const operations = [read.triggers, read.searches, read.creates].flatMap((room) => Object.values(room));
  for (const { display } of operations) display.hidden = true;
  return read;
}
const hidden = Object.entries(examples).flatMap(([code, { bad }]) =>
  bad.slice(0, 1).map(([what, app]) => ({ code, what, app: withAllHidden(app) })),
);

test.each(hidden.filter(({ code }) => isAboutLooks(code)))(
  '$code does not mind $what in a hidden operation',
  ({ code, app }) => {
    expect(findingsOf(code, app)).toEqual([]);
  },
);

test.each(hidden.filter(({ code }) => !isAboutLooks(code)))(
  '$code finds $what, also where every operation is hidden',
  ({ code, app }) => {
    expect(findingsOf(code, app)).toHaveLength(1);
  },
);

test('every finding is a sentence that says where', () => {
  for (const { code, app } of bad)
    expect(findingsOf(code, app)).toEqual([
      expect.stringMatching(/^([A-Z][a-z-]+( \w+)?|\w+(\.\w+)+): .+\.$/s),
    ]);
});

test.each(bad)('$code finds $what', ({ code, app, finding }) => {
  expect(findingsOf(code, app)).toEqual([expect.stringContaining(finding)]);
});

test.each(good)('$code accepts $what', ({ code, app }) => {
  expect(findingsOf(code, app)).toEqual([]);
});

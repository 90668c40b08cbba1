import { channels } from '../../channels/index.ts';
import { filesNamed, read } from '../support/repository.ts';

/** Folders of messengers: their declarations, their simulators, and tests. */
const OWN = ['channels/', 'sandbox/channels/', 'test/'];
/** Smaller numbers also occur with other meanings. */
const MIN_CODE = 1000;

const sources = filesNamed('.ts').filter((file) => !OWN.some((folder) => file.startsWith(folder)));

const patterns = channels.flatMap(({ name, address, severity, answers }) => {
  const hosts = address.origins.map((origin) => new URL(origin).hostname);
  const paths = [address.path.split('?')[0] ?? ''];
  const codes = answers.rules.flatMap(({ code }) => code).filter((code) => code >= MIN_CODE);
  const marks = Object.values(severity.marks);
  return [
    ...[...hosts, ...paths].map((text) => [`${name.en}: ${text}`, text] as const),
    ...codes.map(
      (code) => [`${name.en}: code ${code}`, new RegExp(`(?<![\\w.-])${code}(?![\\w.-])`)] as const,
    ),
    ...marks.map(
      (mark) => [`${name.en}: "${mark}"`, new RegExp(`['"\`]${mark}['"\`]|${emojiIn(mark)}`, 'u')] as const,
    ),
  ];
});

/** An emoji is searched for anywhere, a color only as a value. */
function emojiIn(mark: string): string {
  return /^[a-z]+$/.test(mark) ? '(?!)' : mark;
}

test.each(patterns)('%s occurs only in the messenger’s own files', (_, pattern) => {
  const found = sources.filter((file) => {
    const text = read(file);
    return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
  });
  expect(found).toEqual([]);
});

test('The search for what only a messenger’s own files contain covers the whole repository', () => {
  expect(sources).toEqual(
    expect.arrayContaining([
      'index.ts',
      'lib/channels/send.ts',
      'lib/hosts/hub/recipes/send-step.ts',
      'sandbox/server.ts',
    ]),
  );
});

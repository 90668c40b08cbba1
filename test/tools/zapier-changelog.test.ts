import { changelogOf } from '../../tools/zapier/release/changelog.ts';

test.each([
  ['Unix', '\n'],
  ['Windows', '\r\n'],
])('The part of a version is found in a file with the line ends of %s', (_, end) => {
  const lines = [
    '# Changelog',
    '',
    '## 0.2.0 (unreleased)',
    '',
    '- New trigger.',
    '',
    '## 0.1.0',
    '- First.',
  ];
  const { file, text } = changelogOf(lines.join(end), '0.2.0');
  expect(text).toBe('- New trigger.');
  expect(file.split(/\r?\n/)[2]).toBe('## 0.2.0');
});

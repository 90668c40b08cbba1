import { changelogOf } from '../../tools/zapier/release/changelog.ts';
import { nextVersion } from '../../tools/zapier/release/version-steps.ts';
import {
  isFree,
  type Version,
  versionInUse,
  versionsToMigrate,
} from '../../tools/zapier/release/versions.ts';

const version = (number: string, state = 'private', users = 0): Version => ({
  version: number,
  state,
  users,
});

describe('The part of CHANGELOG.md for a version', () => {
  const FILE =
    '# Changelog\n\n## 0.2.0 (unreleased)\n\n- Two.\n\n### Details\n\n- Three.\n\n## 0.1.0\n\n- One.\n';

  test('It ends before the next version, and its heading names the version alone', () => {
    const { file, text } = changelogOf(FILE, '0.2.0');
    expect(text).toBe('- Two.\n\n### Details\n\n- Three.');
    expect(file).toBe(FILE.replace(' (unreleased)', ''));
  });

  test('What stands under a heading of its own for developers is not part of it', () => {
    const file = FILE.replace('### Details', '## Developers, 0.2.0');
    expect(changelogOf(file, '0.2.0').text).toBe('- Two.');
  });

  test('What is not released yet becomes that of the new version', () => {
    expect(changelogOf(FILE, '1.0.0').file).toContain('## 1.0.0\n\n- Two.');
    expect(changelogOf('## Unreleased\n\n- One.\n', '0.1.0').file).toBe('## 0.1.0\n\n- One.\n');
  });

  test('A released version keeps the file as it is', () => {
    expect(changelogOf(FILE, '0.1.0')).toEqual({ file: FILE, text: '- One.' });
  });

  test.each(['# Changelog\n', '## 0.3.0\n\n## 0.2.0\n\n- Two.\n', '## 0.2.0\n\n- Two.\n'])(
    'Without a word about the version there is no release',
    (file) => {
      expect(() => changelogOf(file, '0.3.0')).toThrow('Write under "## 0.3.0" what users will notice');
    },
  );
});

describe('The version in use', () => {
  test('It is the one in production, also if an older one has more users', () => {
    const versions = [version('0.1.0', 'available', 30), version('0.2.0', 'promoted', 3)];
    expect(versionInUse(versions)).toBe('0.2.0');
    expect(versionInUse(versions, '0.2.0')).toBe('0.1.0');
  });

  test('Of a private integration it is the one with the most users', () => {
    expect(versionInUse([version('0.1.0', 'private', 2), version('0.2.0', 'private', 9)])).toBe('0.2.0');
    expect(versionInUse([version('0.1.0'), version('0.2.0')])).toBeUndefined();
  });

  test('A version is free while it is private and nobody has it', () => {
    expect([undefined, version('0.1.0')].map(isFree)).toEqual([true, true]);
    expect([version('0.1.0', 'private', 1), version('0.1.0', 'available')].map(isFree)).toEqual([
      false,
      false,
    ]);
  });

  test('Users move from every older and newer version of the same major one', () => {
    const versions = [
      version('0.9.0', 'available', 1),
      version('0.10.0', 'promoted', 1),
      version('0.11.0'),
      version('1.0.0', 'private', 1),
    ];
    expect(versionsToMigrate(versions, '0.10.0')).toEqual([versions[0]]);
    expect(versionsToMigrate(versions, '1.0.0')).toEqual([]);
  });
});

test.each([
  ['patch', '0.9.10'],
  ['minor', '0.10.0'],
  ['major', '1.0.0'],
  ['0.9.12', '0.9.12'],
])('After 0.9.9, %s is %s', (wanted, expected) => {
  expect(nextVersion('0.9.9', wanted)).toBe(expected);
});

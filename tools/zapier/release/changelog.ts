/** The part of CHANGELOG.md that Zapier publishes with a version: up to the next heading of level 1 or 2, of any words. */

import { SetupError } from '../setup-error.ts';

/** A level-2 heading: the version, and what may follow it in parentheses. */
const HEADING = /^## (\S+)(?: \(([^)]*)\))?\s*$/;

export interface ChangelogPart {
  /** The whole file, in which the heading names the version alone. */
  file: string;
  /** Without the heading. */
  text: string;
}

/**
 * @param file the content of CHANGELOG.md
 * @throws SetupError if nothing is said about the version
 */
export function changelogOf(file: string, version: string): ChangelogPart {
  const lines = file.split('\n');
  const headings = lines.flatMap((line, at) => {
    const [found, name = '', note = ''] = HEADING.exec(line) ?? [];
    return found === undefined ? [] : [{ at, name, note }];
  });
  const own = headings.find(({ name }) => name === version);
  const unreleased = headings.find(({ name, note }) => /unreleased/i.test(`${name} ${note}`));
  const heading = own ?? unreleased;
  const end = lines.findIndex((line, at) => heading && at > heading.at && /^##? /.test(line));
  const text = heading
    ? lines
        .slice(heading.at + 1, end === -1 ? lines.length : end)
        .join('\n')
        .trim()
    : '';
  if (!heading || text === '')
    throw new SetupError({
      en: `CHANGELOG.md says nothing about ${version}. Write under "## ${version}" what users will notice:
Zapier shows them this part when the version is promoted.`,
      zh: `CHANGELOG.md 中没有 ${version} 的内容。请在“## ${version}”下写明用户会看到的变化：
该版本上线时，Zapier 会向用户显示这一节。`,
    });
  lines[heading.at] = `## ${version}`;
  return { file: lines.join('\n'), text };
}

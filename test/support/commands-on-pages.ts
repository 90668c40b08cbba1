/** The commands of the project that its pages name, in blocks of code and in sentences. */

import { filesNamed, read } from './repository.ts';

export interface CommandOnPage {
  page: string;
  /** As it stands there, without its comment. */
  line: string;
  /** Of package.json. */
  script: string;
  /** What the script is given: the words after "--". */
  given: string[];
  /** What stands behind a "#". */
  comment: string;
}

/** Decisions and earlier versions tell of commands as they were. */
const OF_THEIR_TIME = /^(docs\/adr\/|CHANGELOG\.md$)/;

const COMMAND = /^ *(?:\w+=\S+ )?(npm (?:run|start) ?.*)$|`(?:\w+=\S+ )?(npm (?:run|start)[^`]*)`/gm;

const wordsOf = (line: string): string[] =>
  (line.match(/"[^"]*"|[^\s|<>]+|[|<>]/g) ?? []).map((word) => word.replaceAll('"', ''));

export const optionsIn = (text: string): string[] => text.match(/(?<!\S)--\w[\w-]*/g) ?? [];

export const commandsOnPages = (): CommandOnPage[] =>
  filesNamed('.md')
    .filter((page) => !OF_THEIR_TIME.test(page))
    .flatMap((page) =>
      [...read(page).matchAll(COMMAND)].map(([, block, code]) => {
        const [line = '', comment = ''] = (block ?? code ?? '').split(/ +# */);
        const words = wordsOf(line.trim()).slice(1);
        const [script = ''] = words.filter((word) => word !== 'run' && !word.startsWith('-'));
        const dashes = words.indexOf('--');
        const after = dashes < 0 ? [] : words.slice(dashes + 1);
        const end = after.findIndex((word) => /^[|<>]$/.test(word));
        return { page, line: line.trim(), script, given: end < 0 ? after : after.slice(0, end), comment };
      }),
    );

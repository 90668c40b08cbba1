/** The terminal of a command: every line is in the language of the system. */

import type { Bilingual } from './problems.ts';

export type Language = keyof Bilingual;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param env POSIX systems name the language here, the first of three that is set
 * @param locale of the user, for systems that name none
 */
export function systemLanguage(
  env: Environment,
  locale = new Intl.DateTimeFormat().resolvedOptions().locale,
): Language {
  const named = env.LC_ALL || env.LC_MESSAGES || env.LANG || locale;
  return /^zh(?![a-z])/i.test(named) ? 'zh' : 'en';
}

export interface Terminal {
  language: Language;
  say(text: Bilingual): void;
  /** What went wrong. */
  complain(text: Bilingual): void;
}

export interface TerminalStreams {
  out(line: string): void;
  error(line: string): void;
}

/** @param streams the console, unless a test reads the lines */
export function createTerminal(
  language = systemLanguage(process.env),
  streams: TerminalStreams = { out: (line) => console.log(line), error: (line) => console.error(line) },
): Terminal {
  return {
    language,
    say: (text) => streams.out(text[language]),
    complain: (text) => streams.error(text[language]),
  };
}

/** Ends a command. The text says what the user can change. */
export class CommandError extends Error {
  readonly text: Bilingual;

  constructor(text: Bilingual) {
    super(text.en);
    this.text = text;
  }
}

/** The terminal of the hub: every line is in the language of the system. */

import { type Bilingual, type Problem, sentence } from '../../../problems.ts';
import type { Language } from './language.ts';

export interface Terminal {
  language: Language;
  say(text: Bilingual): void;
  /** What went wrong. */
  complain(problem: Problem): void;
}

export interface TerminalStreams {
  out(line: string): void;
  error(line: string): void;
}

/** @param streams the console, unless a test reads the lines */
export function createTerminal(
  language: Language,
  streams: TerminalStreams = { out: (line) => console.log(line), error: (line) => console.error(line) },
): Terminal {
  return {
    language,
    say: (text) => streams.out(text[language]),
    complain: ({ kind, facts }) => streams.error(sentence(kind, facts, language)),
  };
}

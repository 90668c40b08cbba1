/** The language of the terminal: that of the system. */

import type { Bilingual } from '../../../problems.ts';

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

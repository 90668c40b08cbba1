/** Recorded answers as the text they are. */

import { readFileSync } from 'node:fs';

export const readAnswerText = (name: string): string =>
  readFileSync(new URL(`../../support/answers/${name}.json`, import.meta.url), 'utf8');

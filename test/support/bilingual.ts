import type { Bilingual } from '../../lib/problems.ts';

/** A text of a test that is the same in both languages. */
export const both = (text: string): Bilingual => ({ en: text, zh: text });

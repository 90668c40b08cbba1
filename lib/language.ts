/** The languages of texts for users. */

import type { Bilingual } from './problems.ts';

/** A text that is the same in both languages. */
export const both = (text: string): Bilingual => ({ en: text, zh: text });

/** Where the publisher chooses them. */
export const MESSAGE_LANGUAGES = ['both', 'en', 'zh'] as const;
export type MessageLanguage = (typeof MESSAGE_LANGUAGES)[number];

/** The word for following a link, on the button of a message and at the end of a ticket. */
export const OPEN_LABEL: Readonly<Record<MessageLanguage, string>> = {
  both: '打开 / Open',
  en: 'Open',
  zh: '打开',
};

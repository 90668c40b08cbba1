/** Lists: what the dropdown of an input offers. They come from what the feeds know, so they cost no call. */

import type { Bilingual } from '../problems.ts';

export interface ListDeclaration {
  /** snake_case, frozen once published. */
  key: string;
  /** Singular, Title Case. */
  noun: string;
  label: Bilingual;
  description: Bilingual;
}

export interface ListRow {
  /** The value of the input. */
  id: string;
  /** What the user sees. It is the same in both languages. */
  name: string;
}

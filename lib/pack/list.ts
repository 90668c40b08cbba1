/** Lists: what the dropdown of an input offers. What the feeds know costs no call. */

import type { Bilingual } from '../problems.ts';

export interface ListDeclaration {
  /** snake_case, frozen once published. */
  key: string;
  /** Singular, Title Case. */
  noun: string;
  label: Bilingual;
  description: Bilingual;
  /** The search that finds one, and the key of its result that is the value: "find_order.order_id". */
  search?: string;
  /** A form of Zapier may load more of them from AliExpress, with one call for a page. */
  canLoadMore?: true;
  /** A form of Zapier fills it with one call where nothing is known yet. */
  canFill?: true;
}

export interface ListRow {
  /** The value of the input. */
  id: string;
  /** What the user sees. It is the same in both languages. */
  name: string;
}

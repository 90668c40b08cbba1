/** What a trigger reads, as far as its declaration needs to know it; `lib/feeds` has the code behind it. */

import type { Bilingual } from '../problems.ts';
import type { Names } from './expression.ts';
import type { Fields, RecordDeclaration } from './record.ts';

/** A read method of AliExpress, as far as a declaration needs to know it. */
export interface ReadMethod {
  name: string;
  /** What its answer may contain about a buyer. */
  personalData: string;
}

/** What the items of one of a record's lists are, each as a record of its own. */
export interface ItemsDeclaration<F extends Fields = Fields> {
  record: RecordDeclaration<F>;
  /** The values of each item, with what it takes from the record around it. */
  of(values: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[];
}

/** By the name of the list. */
export type ListsOfItems = Readonly<Record<string, ItemsDeclaration>>;

/** The name of a feed and what it yields; `lib/feeds` has the code behind it. */
export interface FeedDeclaration<
  F extends Fields = Fields,
  R extends string = never,
  L extends ListsOfItems = ListsOfItems,
> {
  key: string;
  record: RecordDeclaration<F>;
  /** Lists of the record whose items a trigger may report one by one. */
  lists?: L;
  /** The methods it calls; none where everything is known already. */
  reads: readonly ReadMethod[];
  /** The inputs that its code reads; it is passed no others. A trigger over the feed must declare them. */
  readsInputs?: readonly R[];
  /** The calls that it uses. */
  cost: Bilingual;
  /** For the help text: how often the feed checks, and at what cost. */
  freshness: Bilingual;
}

/** The fields of an event: those of the record, or of each item of its list `K`. */
export type EventFields<F extends Fields, L extends ListsOfItems, K extends Names<L>> = [K] extends [never]
  ? F
  : L[K]['record'] extends RecordDeclaration<infer Item>
    ? Item
    : never;

/**
 * The operations: triggers, searches, actions. A declaration is a statement: what it reads, when it fires, what it
 * says. The functions `trigger`, `search` and `action` only check types and return their argument; `lib/engine` runs it.
 *
 * They hold two things: a name that a record or a declaration does not have does not compile, and neither does an
 * input that nothing reads.
 */

import type { Bilingual } from '../problems.ts';
import type { AlertKeys, AllRead, CheckedTitle, InputsIn, NamesInCases, PlaceholdersIn } from './checks.ts';
import type {
  Condition,
  FieldRef,
  InputRef,
  Literal,
  Names,
  NamesIn,
  Placeholder,
  Template,
} from './expression.ts';
import type { EventFields, FeedDeclaration, ItemsDeclaration, ListsOfItems, ReadMethod } from './feed.ts';
import type { Input, Inputs, NamedInputs } from './input.ts';
import type { Instant, InstantOf } from './instant.ts';
import type { Fields, RecordDeclaration } from './record.ts';

export type { FeedDeclaration, ItemsDeclaration, ReadMethod } from './feed.ts';

export type Severity = 'info' | 'warning' | 'urgent';

interface OperationBase {
  /** snake_case, frozen once published. */
  key: string;
  /** Singular, Title Case. */
  noun: string;
  /** English in Title Case. */
  label: Bilingual;
  /** Of its module in Make: a verb and a noun. */
  makeLabel: string;
  description: Bilingual;
  inputs: Inputs;
}

export interface TriggerDeclaration extends OperationBase {
  feed: FeedDeclaration<Fields, string>;
  /**
   * The list of the record that has an event for each of its items. `where` and `matchedAt` are about the record; id,
   * message and fields of the event are those of the item. A field with the name of an input has the input's value.
   */
  each?: string;
  where?: Condition;
  /** The identity of an event, which never changes. A field, or a template over fields. */
  id: FieldRef<string> | string;
  /** When it happened. */
  occurredAt: FieldRef<string> | Instant;
  /** When the fact became true. Only a workflow that was turned on before gets the event. */
  matchedAt: Instant;
  /** A record may enter the state again: from the second time on, the id ends in the number of the entry. */
  idPerEntry?: true;
  /** The deadline for the user's action. */
  dueAt?: FieldRef<string>;
  message: {
    severity: Severity;
    title: Title;
    text: Bilingual;
  };
}

/** The record whose fields the events of a trigger have. */
export function recordOfEvents({ feed, each }: TriggerDeclaration): RecordDeclaration {
  if (each === undefined) return feed.record;
  const items = feed.lists?.[each];
  if (!items) throw new Error(`the feed ${feed.key} has no items of ${each}`);
  return items.record;
}

/** Templates of a title. In a list, the first case whose condition holds applies; the last needs none. */
export type Title = Bilingual | readonly TitleCase[];

export interface TitleCase extends Bilingual {
  when?: Condition;
  /** The kind of alert that the case is about; the event carries it. */
  alert?: { type: string; name: Bilingual };
}

/** A trigger whose names the compiler knows. */
export type TypedTrigger<
  F extends Fields,
  I extends Inputs,
  R extends string = string,
  W extends string = string,
> = Omit<TriggerDeclaration, 'feed' | 'inputs' | 'where'> & {
  feed: FeedDeclaration<F, R>;
  inputs: I;
  where?: Condition<W>;
};

export function trigger<
  F extends Fields,
  const I extends Inputs,
  const Id extends string,
  const T extends Title,
  const TextEn extends string,
  const TextZh extends string,
  R extends string = never,
  W extends `field.${NoInfer<Names<F>>}` | `input.${NoInfer<Names<I>>}` = never,
  L extends ListsOfItems = Record<never, ItemsDeclaration>,
  const K extends Names<NoInfer<L>> = never,
>(
  declaration: OperationBase & {
    feed: FeedDeclaration<F, R, L>;
    each?: K;
    inputs: I &
      Record<NoInfer<R>, Input> &
      AllRead<
        NoInfer<I>,
        NoInfer<R | InputsIn<W | NamesInCases<T>> | PlaceholdersIn<T> | Placeholder<TextEn | TextZh>>
      >;
    where?: Condition<W>;
    id: FieldRef<NoInfer<Names<EventFields<F, L, K>>>> | (Id & Template<Id, Names<EventFields<F, L, K>>>);
    occurredAt: FieldRef<NoInfer<Names<EventFields<F, L, K>>>> | InstantOf<NoInfer<F>, NoInfer<I>>;
    matchedAt: InstantOf<NoInfer<F>, NoInfer<I>>;
    idPerEntry?: true;
    dueAt?: FieldRef<NoInfer<Names<EventFields<F, L, K>>>>;
    message: {
      severity: Severity;
      title: T &
        CheckedTitle<
          NoInfer<T>,
          Names<EventFields<F, L, K>> | Names<I>,
          `field.${Names<EventFields<F, L, K>>}` | `input.${Names<I>}`
        >;
      text: {
        en: TextEn & Template<TextEn, Names<EventFields<F, L, K>> | Names<I> | AlertKeys<NoInfer<T>>>;
        zh: TextZh & Template<TextZh, Names<EventFields<F, L, K>> | Names<I> | AlertKeys<NoInfer<T>>>;
      };
    };
  },
): TypedTrigger<F, I, R, W> {
  return declaration as unknown as TypedTrigger<F, I, R, W>;
}

/** Something that takes more calls than one of one method, or none; `lib/feeds` has the code behind it. */
export interface SourceDeclaration<F extends Fields = Fields, R extends string = never> {
  key: string;
  record: RecordDeclaration<F>;
  /** The methods it calls; none where everything is known already. */
  reads: readonly ReadMethod[];
  /** The calls that it uses, where they are more than one in all. */
  cost?: Bilingual;
  /** The inputs that its code reads; it is passed no others. A search over the source must declare them. */
  readsInputs?: readonly R[];
}

export const source = <F extends Fields, const R extends string = never>(
  declaration: SourceDeclaration<F, R>,
): SourceDeclaration<F, R> => declaration;

/** The values of the inputs that a source names. */
export type InputsOf<S> = S extends SourceDeclaration<Fields, infer R> ? NamedInputs<R> : never;

/** A search for several records. A platform that passes on only the first result of a search gets all of them as one. */
export interface SeveralResults {
  /** The key of the list: "orders". */
  key: string;
  label: Bilingual;
  /** Of the number of records. */
  countLabel: Bilingual;
}

/** Calls one method. */
export interface MethodSearch<M extends ReadMethod = ReadMethod> extends OperationBase {
  method: M;
  /** Request parameters, by name. */
  request: Record<string, InputRef<string> | Literal>;
  record: RecordDeclaration;
  several?: never;
}

/** Reads a source. */
export interface SourceSearch extends OperationBase {
  source: SourceDeclaration<Fields, string>;
  several?: SeveralResults;
}

export type SearchDeclaration<M extends ReadMethod = ReadMethod> = MethodSearch<M> | SourceSearch;

export function search<
  const I extends Inputs,
  M extends ReadMethod = never,
  R extends string = never,
  const P extends Record<string, InputRef<NoInfer<Names<I>>> | Literal> = Record<never, Literal>,
>(
  declaration: OperationBase & {
    inputs: I & Record<NoInfer<R>, Input> & AllRead<NoInfer<I>, NoInfer<R | InputsIn<NamesIn<P[keyof P]>>>>;
  } & (
      | { source: SourceDeclaration<Fields, R>; several?: SeveralResults; method?: never }
      | { method: M; request: P; record: RecordDeclaration; source?: never }
    ),
): SearchDeclaration<M> {
  return declaration as SearchDeclaration<M>;
}

/** Where an action delivers to. */
export interface Sink<Services, Receipt extends Record<string, unknown>, R extends string = never> {
  key: string;
  /** The inputs that `deliver` reads; it is passed no others. An action over the sink must declare them. */
  readsInputs?: readonly R[];
  /** @param inputs checked by `readInputs` */
  deliver(inputs: NamedInputs<R>, services: Services): Promise<Receipt>;
}

export const sink = <Services, Receipt extends Record<string, unknown>, const R extends string = never>(
  declaration: Sink<Services, Receipt, R>,
): Sink<Services, Receipt, R> => declaration;

export interface OutputDeclaration {
  label: Bilingual;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'datetime';
  /** True where the value is a list of these. */
  list?: true;
  /** The value is a list of objects with these keys; then the type says nothing. */
  children?: Readonly<Record<string, OutputDeclaration>>;
}

export interface ActionDeclaration<Services = never> extends OperationBase {
  sink: Sink<Services, Record<string, unknown>, string>;
  /**
   * Given where the action only reads, with these methods, or none: it sends and changes nothing, so a platform that
   * tells searches from other actions lists it among the searches.
   */
  reads?: readonly ReadMethod[];
  outputs: Record<string, OutputDeclaration>;
  sample: Record<string, unknown>;
}

export const onlyReads = ({ reads }: Pick<ActionDeclaration, 'reads'>): boolean => reads !== undefined;

/** An action whose names the compiler knows. */
export type TypedAction<Services, I extends Inputs> = Omit<ActionDeclaration<Services>, 'inputs'> & {
  inputs: I;
};

export function action<
  Services,
  Receipt extends Record<string, unknown>,
  const I extends Inputs,
  R extends string = never,
>(
  declaration: OperationBase & {
    inputs: I & Record<NoInfer<R>, Input> & AllRead<NoInfer<I>, NoInfer<R>>;
    sink: Sink<Services, Receipt, R>;
    reads?: readonly ReadMethod[];
    outputs: { [K in keyof Receipt & string]: OutputDeclaration };
    sample: Receipt;
  },
): TypedAction<Services, I> {
  return declaration;
}

/**
 * The operations of the pack: triggers, searches, actions. A declaration is a statement: what it reads, when
 * it fires, what it says. The `trigger`, `search` and `action` functions only check types and return their
 * argument; hosts interpret it.
 */

import type { Bilingual } from '../problems.ts';
import type { Condition, FieldRef, InputRef, Literal, Template } from './expression.ts';
import type { Inputs, InputValues } from './input.ts';
import type { Fields, RecordDeclaration } from './record.ts';

export type Severity = 'info' | 'warning' | 'urgent';

/** A read method of the platform, as far as a declaration needs to know it. */
export interface ReadMethod {
  name: string;
  /** What of a buyer its answer may contain. */
  personalData: string;
}

/** The name of a feed and what it yields; the engine behind it is chosen by the host. */
export interface FeedDeclaration<F extends Fields = Fields> {
  key: string;
  record: RecordDeclaration<F>;
  /** What it asks; nothing where the pack knows it by itself. */
  reads: readonly ReadMethod[];
  /** For the help text: how often the feed checks, and at what cost. */
  freshness: Bilingual;
}

interface OperationBase {
  /** snake_case, frozen once published. */
  key: string;
  /** Singular, Title Case. */
  noun: string;
  /** English in Title Case. */
  label: Bilingual;
  description: Bilingual;
  inputs: Inputs;
}

export interface TriggerDeclaration extends OperationBase {
  feed: FeedDeclaration;
  where?: Condition;
  /** What tells two events apart, for ever. A field, or a template over fields. */
  id: FieldRef<string> | string;
  /** When it happened. */
  occurredAt: FieldRef<string>;
  /**
   * When the record came to match `where`, where that is later than `occurredAt`. An event older than the
   * snapshot reaches back is not emitted, and this is the time that is looked at.
   */
  matchedAt?: FieldRef<string>;
  /** It holds until somebody acts: emitted however long ago it began. */
  repeatsUntilResolved?: true;
  /** Until when somebody must act. */
  dueAt?: FieldRef<string>;
  message: {
    severity: Severity;
    title: { en: string; zh: string };
    text: { en: string; zh: string };
  };
}

type Names<T> = keyof T & string;

export function trigger<
  F extends Fields,
  const I extends Inputs,
  const Id extends string,
  const TitleEn extends string,
  const TitleZh extends string,
  const TextEn extends string,
  const TextZh extends string,
>(
  declaration: OperationBase & {
    feed: FeedDeclaration<F>;
    inputs: I;
    where?: Condition<`field.${NoInfer<Names<F>>}` | `input.${NoInfer<Names<I>>}`>;
    id: FieldRef<NoInfer<Names<F>>> | (Id & Template<Id, Names<F>>);
    occurredAt: FieldRef<NoInfer<Names<F>>>;
    matchedAt?: FieldRef<NoInfer<Names<F>>>;
    repeatsUntilResolved?: true;
    dueAt?: FieldRef<NoInfer<Names<F>>>;
    message: {
      severity: Severity;
      title: {
        en: TitleEn & Template<TitleEn, Names<F> | Names<I>>;
        zh: TitleZh & Template<TitleZh, Names<F> | Names<I>>;
      };
      text: {
        en: TextEn & Template<TextEn, Names<F> | Names<I>>;
        zh: TextZh & Template<TextZh, Names<F> | Names<I>>;
      };
    };
  },
): TriggerDeclaration & { feed: FeedDeclaration<F>; inputs: I } {
  return declaration as unknown as TriggerDeclaration & { feed: FeedDeclaration<F>; inputs: I };
}

/** What needs more than one call of one method, or none: the engine behind it is chosen by the host. */
export interface SourceDeclaration<F extends Fields = Fields> {
  key: string;
  record: RecordDeclaration<F>;
  /** What it asks; nothing where the pack knows it by itself. */
  reads: readonly ReadMethod[];
}

/** Asks one method. */
export interface MethodSearch<M extends ReadMethod = ReadMethod> extends OperationBase {
  method: M;
  /** Request parameters, by name. */
  request: Record<string, InputRef<string> | Literal>;
  record: RecordDeclaration;
}

/** Asks a source, which is handed the inputs. */
export interface SourceSearch extends OperationBase {
  source: SourceDeclaration;
}

export type SearchDeclaration<M extends ReadMethod = ReadMethod> = MethodSearch<M> | SourceSearch;

export function search<const I extends Inputs>(
  declaration: OperationBase & { inputs: I; source: SourceDeclaration },
): SourceSearch & { inputs: I };
export function search<M extends ReadMethod, const I extends Inputs>(
  declaration: OperationBase & {
    inputs: I;
    method: M;
    request: Record<string, InputRef<NoInfer<Names<I>>> | Literal>;
    record: RecordDeclaration;
  },
): MethodSearch<M> & { inputs: I };
export function search(declaration: SearchDeclaration): SearchDeclaration {
  return declaration;
}

/** Somewhere an action delivers to. `deliver` receives the checked inputs. */
export interface Sink<Services, Receipt extends Record<string, unknown>> {
  key: string;
  deliver(inputs: InputValues, services: Services): Promise<Receipt>;
}

export interface OutputDeclaration {
  label: Bilingual;
  type: 'string' | 'integer' | 'boolean' | 'datetime';
  /** Several of them. */
  list?: true;
}

export interface ActionDeclaration<Services = never> extends OperationBase {
  sink: Sink<Services, Record<string, unknown>>;
  outputs: Record<string, OutputDeclaration>;
  sample: Record<string, unknown>;
}

export function action<Services, Receipt extends Record<string, unknown>, const I extends Inputs>(
  declaration: OperationBase & {
    inputs: I;
    sink: Sink<Services, Receipt>;
    outputs: { [K in keyof Receipt & string]: OutputDeclaration };
    sample: Receipt;
  },
): ActionDeclaration<Services> & { inputs: I } {
  return declaration;
}

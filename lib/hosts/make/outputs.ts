/** What a module hands out: a record alone, or with what every event carries. The same keys as everywhere. */

import type { TriggerDeclaration } from '../../pack/operation.ts';
import type { Fields, RecordDeclaration } from '../../pack/record.ts';
import { type Terms, toText } from './conditions.ts';
import { readFields, type Source } from './fields.ts';
import { type Iml, mustache } from './iml.ts';
import type { Json } from './json.ts';

const values = (terms: Terms): Record<string, Json> =>
  Object.fromEntries(Object.entries(terms.readings).map(([key, { value }]) => [key, mustache(value)]));

export const termsOf = (fields: Fields, source: Source, inputs: Terms['inputs'] = {}): Terms => ({
  fields,
  inputs,
  readings: readFields(fields, source),
});

/** A source that knows its fields by name. @param answeredAt a text of epoch milliseconds */
export const namedSource = (known: Readonly<Record<string, Iml>>, answeredAt: Iml): Source => ({
  at: (from) => {
    const found = known[from];
    if (found === undefined) throw new Error(`nothing says ${from}`);
    return found;
  },
  answeredAt,
});

export function eventOutput(trigger: TriggerDeclaration, terms: Terms): Record<string, Json> {
  const { title, text, severity } = trigger.message;
  const time = (key: string) => mustache(terms.readings[key]?.value ?? 'null');
  return {
    ...values(terms),
    id: eventId(trigger, terms),
    title: toText(title.en, terms),
    title_zh: toText(title.zh, terms),
    text: toText(text.en, terms),
    text_zh: toText(text.zh, terms),
    severity,
    link: toText(trigger.feed.record.link, terms),
    occurred_at: time(trigger.occurredAt.key),
    ...(trigger.dueAt && { due_at: time(trigger.dueAt.key) }),
  };
}

export const eventId = (trigger: TriggerDeclaration, terms: Terms): string =>
  toText(typeof trigger.id === 'string' ? trigger.id : `{${trigger.id.key}}`, terms);

export const recordOutput = (record: RecordDeclaration, terms: Terms): Record<string, Json> => ({
  id: toText(`{${record.id}}`, terms),
  link: toText(record.link, terms),
  ...values(terms),
});

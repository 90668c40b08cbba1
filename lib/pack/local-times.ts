/**
 * Times for sheets: beside a time of a record that is marked as `local` events and results have the same in Beijing, as
 * a text: `paid_at_local` beside `paid_at`. Records are kept without it.
 */

import { beijingMinute } from './format.ts';
import type { Field, Fields } from './record.ts';

/** The names of the texts beside the marked times of a record. */
export type LocalNames<F extends Fields> = {
  [K in keyof F & string]: F[K] extends { local: true } ? `${K}_local` : never;
}[keyof F & string];

const isLocal = (field: Field | undefined): boolean =>
  field !== undefined && 'local' in field && field.local === true;
const localName = (key: string): string => `${key}_local`;

/** The fields of a record as events and results have them. */
export const withLocalFields = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, field]): [string, Field][] =>
      isLocal(field)
        ? [
            [key, field],
            [localName(key), localOf(key, field)],
          ]
        : [[key, field]],
    ),
  );

const localOf = (key: string, { label: { en, zh } }: Field): Field => ({
  label: { en: `${en} (Beijing)`, zh: `${zh}（北京）` },
  from: key,
  as: 'text',
});

/** The values of a record as events and results have them. */
export const withLocalTimes = (
  fields: Fields,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      isLocal(fields[key])
        ? [
            [key, value],
            [localName(key), typeof value === 'string' ? beijingMinute(value) : null],
          ]
        : [[key, value]],
    ),
  );

/** The template of the same time in UTC: "{paid_at_local}" → "{paid_at}". Others stay as they are. */
export const inUtc = (template: string, fields: Fields): string =>
  template.replace(/^\{(\w+)_local\}$/, (local, key: string) => (isLocal(fields[key]) ? `{${key}}` : local));

/**
 * Events: what a trigger emits. In addition to its record's fields, every event carries the same keys, so that messages
 * and tickets can be filled from these keys alone, for any trigger.
 */

import type { Bilingual } from '../problems.ts';
import { changesWithTime, fill, holds, isEmpty, showsTime } from './evaluate.ts';
import { isTitleList } from './event-fields.ts';
import { literalText } from './foreign-text.ts';
import { beijingMinute, limit } from './format.ts';
import type { InputValues } from './input.ts';
import { instantOf, movesWithTime } from './instant.ts';
import { withLocalTimes } from './local-times.ts';
import { recordOfEvents, type Severity, type TitleCase, type TriggerDeclaration } from './operation.ts';
import type { Fields } from './record.ts';

export interface EventKeys {
  /** Never changes; the platform drops events whose id it has seen. */
  id: string;
  /** The key of the trigger, to route events by. */
  event_type: string;
  title: string;
  title_zh: string;
  text: string;
  text_zh: string;
  severity: Severity;
  link: string;
  /** ISO 8601 in UTC. */
  occurred_at: string | null;
  /** In Beijing, "2026-11-21 18:05", for sheets. */
  occurred_at_local: string | null;
  /** ISO 8601 in UTC; only on triggers about a deadline. */
  due_at?: string | null;
  due_at_local?: string | null;
  /** The seller ID of the token answer. */
  shop_id: string;
  /** Null until the profile of the shop was read once. */
  shop_name: string | null;
  /** True for an event that did not happen: it only shows what events look like. */
  is_example: boolean;
}

export type PackEvent = EventKeys & Record<string, unknown>;

/** Whether `trigger` fires for a record, given the user's inputs. `now` in epoch milliseconds. */
export function fires(
  trigger: TriggerDeclaration,
  fields: Readonly<Record<string, unknown>>,
  inputs: InputValues,
  now: number,
): boolean {
  return trigger.where === undefined || holds(trigger.where, { fields, inputs, now });
}

/** Whether the passing of time alone may change which records `trigger` fires for, and when their events became true. */
export const dependsOnTime = ({ where, matchedAt, occurredAt: at }: TriggerDeclaration): boolean =>
  (where !== undefined && changesWithTime(where)) ||
  movesWithTime(matchedAt) ||
  (!('kind' in at) && movesWithTime(at));

/**
 * The id of an event.
 * @param entry into the state that the event is about, from 1
 */
export function eventId({ id, idPerEntry }: TriggerDeclaration, fields: Values, entry: number): string {
  // A part without a value is left out.
  const filled =
    typeof id === 'string'
      ? id
          .split('/')
          .flatMap((part) => (isEmpty(part, fields) ? [] : fill(part, fields)))
          .join('/')
      : String(fields[id.key]);
  return idPerEntry && entry > 1 ? `${filled}/${entry}` : filled;
}

/** A phone shows about one line of a title. */
const MAX_TITLE_COLUMNS = 66;
const SEPARATOR = ' · ';
/** The last line of a text with times. */
const TIME_NOTE: Bilingual = { en: '_Beijing time_', zh: '_时间均为北京时间_' };
const SHOP_LINE: Bilingual = { en: '**Shop** {shop_name}?', zh: '**店铺** {shop_name}?' };
const EXAMPLE: Bilingual = { en: 'Example · ', zh: '示例 · ' };

/** What an event is written for, apart from its record. */
export interface EventContext {
  /** Epoch milliseconds. A title may depend on it, and a time of another year shows its year. */
  now: number;
  shop: { id: string; name: string | null };
  isExample?: boolean;
  /** Which time the record entered the state that the event is about; 1. */
  entry?: number;
}

/** The case of the title that applies, as an index. @param now epoch milliseconds */
export function titleCaseOf(
  { message: { title } }: TriggerDeclaration,
  fields: Readonly<Record<string, unknown>>,
  inputs: InputValues,
  now: number,
): number {
  if (!isTitleList(title)) return 0;
  const found = title.findIndex(({ when }) => when === undefined || holds(when, { fields, inputs, now }));
  return found === -1 ? title.length - 1 : found;
}

/**
 * What the events of a record are about: the record, or each item of its list.
 * @param fields of the record
 */
export function subjectsOf(
  { feed, each }: TriggerDeclaration,
  fields: Values,
  inputs: InputValues,
): readonly Values[] {
  const items = each === undefined ? undefined : feed.lists?.[each];
  if (!items) return [fields];
  const chosen = Object.fromEntries(Object.entries(inputs).filter(([key]) => key in items.record.fields));
  return items.of(fields).map((item) => ({ ...item, ...chosen }));
}

export function toEvent(
  trigger: TriggerDeclaration,
  fields: Values,
  inputs: InputValues,
  { now, shop, isExample = false, entry = 1 }: EventContext,
): PackEvent {
  const { title: titles, severity } = trigger.message;
  const title: TitleCase | undefined = isTitleList(titles)
    ? titles[titleCaseOf(trigger, fields, inputs, now)]
    : titles;
  const alert = title?.alert && {
    alert_type: title.alert.type,
    alert_name: title.alert.name.en,
    alert_name_zh: title.alert.name.zh,
  };
  const values = { ...inputs, ...fields, ...alert, shop_name: shop.name };
  const id = eventId(trigger, fields, entry);
  const at = occurredAt(trigger, fields, inputs, now);
  const due = dueAtOf(trigger, fields);
  const { fields: declared, link } = recordOfEvents(trigger);
  const write = (template: string) =>
    fill(template, values, now, (text, name) =>
      declared[name]?.as === 'message' ? text : literalText(text),
    );
  return {
    ...withLocalTimes(declared, declaredIn(declared, fields)),
    ...alert,
    id: isExample ? `example/${id}` : id,
    event_type: trigger.key,
    title: titleIn('en', title, values, write, isExample),
    title_zh: titleIn('zh', title, values, write, isExample),
    text: textIn('en', trigger, values, write),
    text_zh: textIn('zh', trigger, values, write),
    severity,
    link: fill(link, fields),
    occurred_at: at,
    occurred_at_local: at && beijingMinute(at),
    ...(trigger.dueAt && { due_at: due, due_at_local: due && beijingMinute(due) }),
    shop_id: shop.id,
    shop_name: shop.name,
    is_example: isExample,
  };
}

/** The declared fields. Another release may have stored a record with more fields, or with fewer. */
const declaredIn = (declared: Fields, fields: Values): Values =>
  Object.fromEntries(
    Object.entries(declared).map(([key, { as }]) => [key, fields[key] ?? (as === 'items' ? [] : null)]),
  );

type Values = Readonly<Record<string, unknown>>;
type Language = keyof Bilingual;
/** Fills a template of the message; what others wrote becomes literal. */
type Write = (template: string) => string;

/** One line that begins with a capital. Parts between " · " whose values are missing are left out. */
function titleIn(
  language: Language,
  title: TitleCase | undefined,
  values: Values,
  write: Write,
  isExample: boolean,
): string {
  const parts = (title?.[language] ?? '').split(SEPARATOR);
  const known = parts.filter((part, n) => n === 0 || !isEmpty(part, values));
  const line = known.map(write).join(SEPARATOR);
  const capitalized = line
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
  return limit((isExample ? EXAMPLE[language] : '') + capitalized, MAX_TITLE_COLUMNS);
}

/** The lines of the message, the shop, and the zone if a time is shown. */
function textIn(language: Language, { message }: TriggerDeclaration, values: Values, write: Write): string {
  const templates = [...message.text[language].split('\n'), SHOP_LINE[language]];
  const lines = templates.flatMap((line) => {
    const isOptional = line.endsWith('?');
    const content = isOptional ? line.slice(0, -1) : line;
    return isOptional && isEmpty(content, values) ? [] : [content];
  });
  const filled = lines.map(write);
  if (lines.some((line) => showsTime(line, values))) filled.push(TIME_NOTE[language]);
  return filled.join('\n');
}

/** The deadline that an event of this record names, in ISO; null where there is none. */
export const dueAtOf = ({ dueAt }: TriggerDeclaration, fields: Values): string | null =>
  dueAt ? timeOrNull(fields[dueAt.key]) : null;

/** When the event happened, in ISO; null where that is not known. */
export function occurredAt(
  { occurredAt: at }: TriggerDeclaration,
  fields: Values,
  inputs: InputValues,
  now: number,
): string | null {
  if ('kind' in at) return timeOrNull(fields[at.key]);
  const time = instantOf(at, { fields, inputs, now });
  return time === undefined ? null : new Date(time).toISOString().replace('.000Z', 'Z');
}

const timeOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

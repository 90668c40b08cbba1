/**
 * Events: what a trigger emits. In addition to its record's fields, every event carries the same keys, so that messages
 * and tickets can be filled from these keys alone, for any trigger.
 */

import { fill, holds, resolve } from './evaluate.ts';
import type { InputValues } from './input.ts';
import type { Severity, TriggerDeclaration } from './operation.ts';

export interface EventKeys {
  /** Never changes; the platform drops events whose id it has seen. */
  id: string;
  title: string;
  title_zh: string;
  text: string;
  text_zh: string;
  severity: Severity;
  link: string;
  /** ISO 8601 in UTC. */
  occurred_at: string | null;
  /** ISO 8601 in UTC; only on triggers about a deadline. */
  due_at?: string | null;
}

export type PackEvent = EventKeys & Record<string, unknown>;

/** Labels and types of the event keys, for output fields and docs. */
export const EVENT_FIELDS = {
  id: { label: { en: 'Event ID', zh: '事件编号' }, type: 'string' },
  title: { label: { en: 'Title', zh: '标题（英文）' }, type: 'string' },
  title_zh: { label: { en: 'Title (Chinese)', zh: '标题' }, type: 'string' },
  text: { label: { en: 'Text', zh: '正文（英文）' }, type: 'string' },
  text_zh: { label: { en: 'Text (Chinese)', zh: '正文' }, type: 'string' },
  severity: { label: { en: 'Severity', zh: '级别' }, type: 'string' },
  link: { label: { en: 'Link', zh: '链接' }, type: 'string' },
  occurred_at: { label: { en: 'Occurred At', zh: '发生时间' }, type: 'datetime' },
  due_at: { label: { en: 'Due At', zh: '截止时间' }, type: 'datetime' },
} as const;

/** Whether `trigger` fires for a record, given the user's inputs. `now` in epoch milliseconds. */
export function fires(
  trigger: TriggerDeclaration,
  fields: Readonly<Record<string, unknown>>,
  inputs: InputValues,
  now: number,
): boolean {
  return trigger.where === undefined || holds(trigger.where, { fields, inputs, now });
}

/** When a record came to match, in epoch milliseconds; undefined where the record has no time. */
export function matchedAt(
  trigger: TriggerDeclaration,
  fields: Readonly<Record<string, unknown>>,
): number | undefined {
  const time = Date.parse(String(fields[(trigger.matchedAt ?? trigger.occurredAt).key]));
  return Number.isNaN(time) ? undefined : time;
}

export function toEvent(
  trigger: TriggerDeclaration,
  fields: Readonly<Record<string, unknown>>,
  inputs: InputValues,
): PackEvent {
  const values = { ...inputs, ...fields };
  const { title, text, severity } = trigger.message;
  const scope = { fields, inputs, now: 0 };
  return {
    ...fields,
    id: typeof trigger.id === 'string' ? fill(trigger.id, fields) : String(resolve(trigger.id, scope)),
    title: fill(title.en, values),
    title_zh: fill(title.zh, values),
    text: fill(text.en, values),
    text_zh: fill(text.zh, values),
    severity,
    link: fill(trigger.feed.record.link, fields),
    occurred_at: timeOrNull(fields[trigger.occurredAt.key]),
    ...(trigger.dueAt && { due_at: timeOrNull(fields[trigger.dueAt.key]) }),
  };
}

const timeOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

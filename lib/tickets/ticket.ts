/**
 * An event as a ticket: the fields that Zendesk, Freshdesk, Jira Service Management, Udesk and a Feishu table require
 * of a new record, each within the strictest of their limits. See docs/channels.md#ticket-fields.
 */

import { createHash } from 'node:crypto';
import { type MessageLanguage, OPEN_LABEL } from '../language.ts';
import { cleanText } from '../pack/foreign-text.ts';
import type { Severity } from '../pack/operation.ts';
import { bytes, shorten, units } from '../pack/shorten.ts';
import { withoutMarkdown } from './plain-text.ts';

export interface TicketSource {
  title: string;
  /** Markdown. */
  text: string;
  /** The event's id. */
  event: string;
  severity?: Severity;
  /** The key of the trigger that emitted it, such as "bad_review". */
  eventType?: string;
  link?: string;
  /** Epoch milliseconds. */
  occurredAt?: number;
  dueAt?: number;
  tags?: readonly string[];
  /** Of the word before the link. Default: both. */
  language?: MessageLanguage;
}

export interface Ticket extends Record<string, unknown> {
  /** The external id. */
  id: string;
  /** One line, at most 150 characters. */
  subject: string;
  /** At most 2 KB, the link included. */
  body_text: string;
  body_markdown: string;
  priority: 'low' | 'normal' | 'high' | 'urgent';
  tags: string[];
  /** The same for every ticket of the same event. At most 64 letters, digits, "-" and "_". */
  external_id: string;
  link: string | null;
  /** ISO 8601 in UTC, and epoch milliseconds, as a Feishu table wants it. */
  occurred_at: string | null;
  occurred_at_ms: number | null;
  due_at: string | null;
  due_at_ms: number | null;
  /** True where a part was too long and was shortened. */
  is_truncated: boolean;
}

/** Characters that Zendesk accepts. */
export const SUBJECT_LIMIT = 150;
/** Bytes that a WeCom text accepts. */
export const BODY_LIMIT = 2048;
export const EXTERNAL_ID_LIMIT = 64;
const TAG_LIMIT = 50;
const DIGEST_LENGTH = 10;

const PRIORITIES: Record<Severity, Ticket['priority']> = { info: 'low', warning: 'high', urgent: 'urgent' };

export function toTicket(source: TicketSource): Ticket {
  const { event, severity, eventType, link, occurredAt, dueAt, tags = [], language = 'both' } = source;
  const title = cleanText(source.title).replace(/\s+/g, ' ');
  const markdown = cleanText(source.text);
  const text = withoutMarkdown(markdown).trim();
  const subject = shorten(title, SUBJECT_LIMIT, units);
  const body = (content: string, linked: string) => {
    const tail = link ? `\n\n${linked}` : '';
    return shorten(content, BODY_LIMIT - bytes(tail), bytes) + tail;
  };
  const body_text = body(text, link ?? '');
  const body_markdown = body(markdown, `[${OPEN_LABEL[language]}](${inParentheses(link ?? '')})`);
  const id = externalId(event, eventType);
  return {
    id,
    subject,
    body_text,
    body_markdown,
    priority: severity ? PRIORITIES[severity] : 'normal',
    tags: [...new Set(['aliexpress', eventType ?? '', ...tags].map(toTag).filter(Boolean))],
    external_id: id,
    link: link ?? null,
    occurred_at: iso(occurredAt),
    occurred_at_ms: occurredAt ?? null,
    due_at: iso(dueAt),
    due_at_ms: dueAt ?? null,
    // The text without Markdown is never longer than the text with it.
    is_truncated: subject !== title || !body_markdown.startsWith(markdown),
  };
}

/** Tags contain no spaces. */
const toTag = (text: string): string =>
  Array.from(
    text
      .toWellFormed()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_-]+/gu, '_'),
  )
    .slice(0, TAG_LIMIT)
    .join('')
    .replace(/^_+|_+$/g, '');

/** Readable, and unique by the digest at its end. */
function externalId(event: string, eventType = ''): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([eventType, event]))
    .digest('hex');
  const readable = ['aliexpress', eventType, event]
    .join('-')
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, EXTERNAL_ID_LIMIT - DIGEST_LENGTH - 1)
    .replace(/-$/, '');
  return `${readable}-${digest.slice(0, DIGEST_LENGTH)}`;
}

/** An address inside a Markdown link. */
const inParentheses = (link: string): string => link.replaceAll('(', '%28').replaceAll(')', '%29');

const iso = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString().replace('.000Z', 'Z');

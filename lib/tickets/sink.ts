/** The sink of the action "Prepare Ticket". It returns the ticket's fields; the next step of the workflow delivers them. */

import { Temporal } from 'temporal-polyfill';
import type { MessageLanguage } from '../language.ts';
import type { InputValues } from '../pack/input.ts';
import { type Severity, sink } from '../pack/operation.ts';
import { type Bilingual, fail } from '../problems.ts';
import { toTicket } from './ticket.ts';

export const ticketForm = sink({
  key: 'ticket_form',
  readsInputs: ['title', 'text', 'event', 'severity', 'event_type', 'link', 'occurred_at', 'due_at', 'tags'],
  deliver: async (inputs, { language }: { language?: MessageLanguage }) => {
    const { title, text, event, severity, event_type: eventType, link, tags } = inputs;
    const occurredAt = readTime(inputs, 'occurred_at', { en: 'Occurred At', zh: '发生时间' });
    const dueAt = readTime(inputs, 'due_at', { en: 'Due At', zh: '截止时间' });
    return toTicket({
      title: String(title),
      text: String(text),
      event: String(event),
      ...(severity !== undefined && { severity: severity as Severity }),
      ...(eventType !== undefined && { eventType: String(eventType) }),
      ...(link !== undefined && { link: String(link) }),
      ...(occurredAt !== undefined && { occurredAt }),
      ...(dueAt !== undefined && { dueAt }),
      ...(Array.isArray(tags) && { tags: tags.map(String) }),
      ...(language && { language }),
    });
  },
});

/** Epoch milliseconds. @throws Problem `bad_input` */
function readTime(inputs: InputValues, key: string, field: Bilingual): number | undefined {
  if (inputs[key] === undefined) return undefined;
  try {
    return Temporal.Instant.from(String(inputs[key])).epochMilliseconds;
  } catch {
    return fail('bad_input', {
      field,
      allowed: {
        en: 'a time with its zone, such as 2026-11-21T02:15:00Z',
        zh: '带时区的时间，例如 2026-11-21T02:15:00Z',
      },
    });
  }
}

import fc from 'fast-check';
import { bytes } from '../../lib/pack/shorten.ts';
import {
  BODY_LIMIT,
  EXTERNAL_ID_LIMIT,
  SUBJECT_LIMIT,
  type TicketSource,
  toTicket,
} from '../../lib/tickets/ticket.ts';
import { anyText } from '../support/any-text.ts';

const aTicket = (changes: Partial<TicketSource> = {}) =>
  toTicket({ title: 'New order', text: '**Amount** 10 USD', event: '8201739405562817', ...changes });

const link = 'https://gsp.aliexpress.com/apps/order/detail?orderId=8201739405562817';

describe('Subject of a ticket', () => {
  test('A subject has at most 150 characters and no line break', () => {
    fc.assert(
      fc.property(anyText, (title) => {
        const { subject } = aTicket({ title });
        expect(subject.length).toBeLessThanOrEqual(SUBJECT_LIMIT);
        expect(subject).not.toMatch(/[\n\r\u2028\u2029\t]/);
        expect(subject.isWellFormed()).toBe(true);
      }),
    );
  });

  test('A short title is the subject, without extra blanks', () => {
    expect(aTicket({ title: ' 订单 1\n 已付款 ' }).subject).toBe('订单 1 已付款');
  });
});

describe('Bodies of a ticket', () => {
  test('A body takes at most 2 KB with its link, as a WeCom message does', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, hasLink) => {
        const { body_text, body_markdown } = aTicket({ text, ...(hasLink && { link }) });
        expect(bytes(body_text)).toBeLessThanOrEqual(BODY_LIMIT);
        expect(bytes(body_markdown)).toBeLessThanOrEqual(BODY_LIMIT);
      }),
    );
  });

  test('A body keeps the whole link where its text is cut', () => {
    const { body_text, body_markdown } = aTicket({ text: '订单'.repeat(2000), link });
    expect(body_text).toMatch(/[订单]…\n\nhttps:/);
    expect(body_text.endsWith(link)).toBe(true);
    expect(body_markdown.endsWith(`[打开 / Open](${link})`)).toBe(true);
  });

  test('A ticket has a body with Markdown and one without it', () => {
    expect(aTicket({ text: '**Amount** 10 USD' })).toMatchObject({
      body_text: 'Amount: 10 USD',
      body_markdown: '**Amount** 10 USD',
    });
  });

  test('A link with parentheses works in the Markdown body', () => {
    expect(aTicket({ link: 'https://example.com/a(b)' }).body_markdown).toContain(
      '(https://example.com/a%28b%29)',
    );
  });

  test('Bodies are well-formed where the text ends in half an emoji', () => {
    const { body_text, body_markdown } = aTicket({ text: 'a\ud83d' });
    expect(body_text.isWellFormed() && body_markdown.isWellFormed()).toBe(true);
  });

  test('A ticket has no marks that turn the direction of writing', () => {
    const turned = 'Refund \u202edetcejer\u2066';
    const { subject, body_text, body_markdown } = aTicket({ title: turned, text: turned });
    expect([subject, body_text, body_markdown]).toEqual(Array(3).fill('Refund detcejer'));
  });

  test('A body breaks lines where a text has separators of lines', () => {
    expect(aTicket({ text: 'a\u2028b\u0085c' }).body_text).toBe('a\nb\nc');
  });

  test('A body has no control characters', () => {
    expect(aTicket({ text: 'a\u0000b\u0007c\r\nd' }).body_text).toBe('abc\nd');
  });

  test.each([
    [true, 'x'.repeat(3000)],
    [false, 'short'],
  ])('A ticket is truncated (%s) where its text is too long', (isTruncated, text) => {
    expect(aTicket({ text, link }).is_truncated).toBe(isTruncated);
  });

  test('A ticket is truncated where its title is too long', () => {
    expect(aTicket({ title: 'x'.repeat(151) }).is_truncated).toBe(true);
  });
});

describe('External id of a ticket', () => {
  const idOf = (event: string, eventType?: string) =>
    aTicket({ event, ...(eventType !== undefined && { eventType }) }).external_id;

  test('An external id has at most 64 letters, digits, dashes and underscores', () => {
    fc.assert(
      fc.property(anyText, fc.option(anyText, { nil: undefined }), (event, eventType) => {
        const id = idOf(event, eventType);
        expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(id.length).toBeLessThanOrEqual(EXTERNAL_ID_LIMIT);
      }),
    );
  });

  test('Different events or event types have different external ids', () => {
    const source = fc.tuple(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(source, source, ([event, eventType], [otherEvent, otherType]) => {
        fc.pre(event !== otherEvent || eventType !== otherType);
        expect(idOf(event, eventType)).not.toBe(idOf(otherEvent, otherType));
      }),
    );
  });

  test('Events that differ in one sign or at their end have different external ids', () => {
    const ids = ['a/b', 'a-b', 'a b', 'a.b', `${'a'.repeat(100)}1`, `${'a'.repeat(100)}2`].map((event) =>
      idOf(event),
    );
    expect(new Set(ids).size).toBe(6);
  });

  test('An external id depends on event and event type only', () => {
    expect(aTicket({ title: 'x', text: 'y', severity: 'urgent', tags: ['z'], link }).external_id).toBe(
      aTicket().external_id,
    );
  });

  test.each([
    ['8201739405562817', 'order_paid', 'aliexpress-order_paid-8201739405562817-2ae6494c7a'],
    ['8201739405562817/cancelled', undefined, 'aliexpress-8201739405562817-cancelled-4091f9a67e'],
  ])('The external id of event %s and event type %s never changes', (event, eventType, id) => {
    expect(idOf(event, eventType)).toBe(id);
  });
});

describe('Other fields of a ticket', () => {
  test.each([
    ['info', 'low'],
    ['warning', 'high'],
    ['urgent', 'urgent'],
    [undefined, 'normal'],
  ] as const)('A ticket of severity %s has the priority %s', (severity, priority) => {
    expect(aTicket({ ...(severity && { severity }) }).priority).toBe(priority);
  });

  test('Tags are distinct single words and include the event type', () => {
    expect(
      aTicket({ eventType: 'bad_review', tags: ['Bad Review', '售后 跟进', 'AliExpress', '!'] }).tags,
    ).toEqual(['aliexpress', 'bad_review', '售后_跟进']);
  });

  test('A tag has at most 50 characters', () => {
    expect(aTicket({ tags: ['😀a'.repeat(100)] }).tags[1]).toMatch(/^.{1,50}$/u);
    expect(aTicket({ tags: ['订'.repeat(100)] }).tags[1]).toBe('订'.repeat(50));
  });

  test('Times are given in ISO 8601 and in milliseconds', () => {
    const occurredAt = Date.parse('2026-11-21T02:15:00Z');
    expect(aTicket({ occurredAt, dueAt: occurredAt + 1 })).toMatchObject({
      occurred_at: '2026-11-21T02:15:00Z',
      occurred_at_ms: occurredAt,
      due_at: '2026-11-21T02:15:00.001Z',
      due_at_ms: occurredAt + 1,
    });
  });

  test('Fields without a source are null', () => {
    expect(aTicket()).toMatchObject({
      link: null,
      occurred_at: null,
      occurred_at_ms: null,
      due_at: null,
      due_at_ms: null,
    });
  });
});

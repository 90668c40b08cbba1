/** Foreign text in the messages of every trigger and in the hub's alerts, read by real parsers of every format that a message is shown in. */

import fc from 'fast-check';
import { lexer, parser, type Token } from 'marked';
import { parseFragment } from 'parse5';
import { channels } from '../../channels/index.ts';
import { recordedAt } from '../../lib/aliexpress/recorded/samples.ts';
import { compose } from '../../lib/channels/compose.ts';
import { recordedSubject } from '../../lib/engine/samples.ts';
import { failureRecord } from '../../lib/feeds/account.ts';
import { figuresText } from '../../lib/feeds/shop-figures.ts';
import { messageOf } from '../../lib/hosts/hub/alerts/message.ts';
import { toLine } from '../../lib/hosts/hub/sheets/workbook.ts';
import { type PackEvent, toEvent } from '../../lib/pack/event.ts';
import { defaultInputs } from '../../lib/pack/input.ts';
import { recordOfEvents, type TriggerDeclaration } from '../../lib/pack/operation.ts';
import type { Field } from '../../lib/pack/record.ts';
import { DAY } from '../../lib/runtime.ts';
import { toTicket } from '../../lib/tickets/ticket.ts';
import { operations } from '../../operations.ts';
import { hostileText } from './foreign-text.ts';

const OPTIONS = { gfm: true, breaks: true };
const FOREIGN: readonly Field['as'][] = ['text', 'lookup', 'joined_text', 'short_text', 'currency'];
const LINK = 'https://gsp.aliexpress.com/';

const SHOP_NAME = 'name of the shop';

/** What AliExpress, a carrier or a buyer wrote in an event of `trigger`: its fields, and the name of the shop. */
function foreignNames(trigger: TriggerDeclaration): string[] {
  const { fields } = recordOfEvents(trigger);
  const names = Object.entries(recordedSubject(trigger)).flatMap(([key, value]) =>
    FOREIGN.includes(fields[key]?.as ?? 'id') && typeof value === 'string' ? [key] : [],
  );
  return [...names, SHOP_NAME];
}

/** An event of `trigger` in which the foreign texts are these. */
function eventWith(trigger: TriggerDeclaration, textOf: (name: string) => string): PackEvent {
  const foreign = foreignNames(trigger).map((name) => [name, textOf(name)]);
  const { [SHOP_NAME]: shopName = '', ...fields } = Object.fromEntries(foreign);
  return withFields(trigger, { ...recordedSubject(trigger), ...fields }, shopName);
}

const withFields = (
  trigger: TriggerDeclaration,
  fields: Readonly<Record<string, unknown>>,
  shopName: string,
): PackEvent =>
  toEvent(trigger, fields, defaultInputs(trigger.inputs), {
    now: recordedAt(trigger.feed.record),
    shop: { id: SELLER, name: shopName },
  });

function triggerOf(wanted: string): TriggerDeclaration {
  const found = operations.triggers.find(({ key }) => key === wanted);
  if (!found) throw new Error(`no trigger ${wanted}`);
  return found;
}

/** The kinds of markup, each with its words, in the order of the text. Plain text is left out. */
function marksIn(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => {
    const inner = 'tokens' in token ? marksIn(token.tokens ?? []) : [];
    if (['paragraph', 'text', 'space', 'br'].includes(token.type)) return inner;
    return [`${token.type} ${'text' in token ? token.text : token.raw}`, ...inner];
  });
}

interface HtmlNode {
  nodeName: string;
  childNodes?: HtmlNode[];
}

const namesIn = (node: HtmlNode): string[] =>
  (node.childNodes ?? []).flatMap((child) => [child.nodeName, ...namesIn(child)]);
const tagsIn = (html: string): string[] =>
  namesIn(parseFragment(html) as HtmlNode).filter((name) => name !== '#text');

/** The label at the start of every line; a line without one stands for itself. */
const labelsIn = (text: string): string[] =>
  text.split('\n').map((line) => /^\*\*[^*]+\*\*|^_.+_$/.exec(line)?.[0] ?? '–');

/** What is live outside of Markdown and HTML: addresses, domains, mentions, emoji, placeholders, formulas. */
const LIVE = /:\/\/|www\.|\w\.\p{L}{2}|@\S|:[a-z+-][\w+-]*:|\{[{%]|^[=+\-@]/giu;

/** Everything that a reader of the message, in any of its formats, takes for more than text. */
function formOf(title: string, text: string) {
  const ticket = toTicket({ title, text, event: 'event', link: LINK });
  const sent = channels.map((channel) => {
    const message = { title, text, severity: 'info', mention: 'nobody' } as const;
    const { body } = compose({ ...channel, limits: { ...channel.limits, bytes: 1_000_000 } }, message);
    return textsIn(JSON.parse(body)).map((part) => {
      const marks = marksIn(lexer(part, OPTIONS)).map((mark) =>
        mark.startsWith('heading') ? 'heading' : mark,
      );
      return { marks, tags: tagsIn(part), live: part.match(LIVE) ?? [] };
    });
  });
  const tokens = lexer(text, OPTIONS);
  return {
    labels: labelsIn(text),
    titleLines: title.split('\n').length,
    live: [title, text].flatMap((part) => part.match(LIVE) ?? []),
    markdown: marksIn(tokens),
    html: tagsIn(text),
    rendered: tagsIn(parser(tokens, OPTIONS)),
    ticket: {
      subject: ticket.subject.split('\n').length,
      lines: ticket.body_text.split('\n').length,
      markdown: marksIn(lexer(ticket.body_markdown, OPTIONS)),
      html: tagsIn(ticket.body_text),
    },
    sent,
  };
}

/** Card texts of a message, from its JSON. The title of a Feishu card is plain text by its declaration. */
const textsIn = (value: unknown, key = ''): string[] => {
  if (typeof value === 'string') return key === 'content' || key === 'text' ? [value] : [];
  if (typeof value !== 'object' || value === null || ('tag' in value && value.tag === 'plain_text'))
    return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, name));
};

/** The cells of a CSV text as a spreadsheet with this separator reads them: quotation marks count at a cell's start. */
function cellsIn(csv: string, separator: string): string[] {
  const cells: string[] = [];
  const cell = /"((?:[^"]|"")*)"([^SEP\r\n]*)|([^SEP\r\n]*)/.source.replaceAll('SEP', separator);
  for (const [, quoted, rest = '', bare = ''] of csv.matchAll(
    new RegExp(`(?<=^|[${separator}\r\n])(?:${cell})(?=[${separator}\r\n]|$)`, 'g'),
  )) {
    cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"') + rest);
  }
  return cells;
}

const FORMULA = /^["'\s]*[=+\-@＝＋－＠]/;
const isFormula = (cell: string) => FORMULA.test(cell) && !/^['\s]*'/.test(cell);

type TextOf = (name: string) => string;

interface Message {
  what: string;
  /** The foreign texts that the message shows. */
  shown: string[];
  /** Its title and its text. */
  partsOf(textOf: TextOf): [title: string, text: string];
}

/** Events of a trigger, and the names of the foreign texts that may stand in them. */
interface Written {
  what: string;
  names: string[];
  eventOf(textOf: TextOf): PackEvent;
}

const SELLER = '2201';
const [FAILED_AT, REPORT_AT] = [Date.parse('2026-11-20T01:00:00Z'), Date.parse('2026-11-21T01:04:00Z')];

/** An alert names the code of a refusal, which AliExpress has chosen. */
const refusal: Written = {
  what: 'account_alert about a refusal',
  names: ['code', SHOP_NAME],
  eventOf: (textOf) => {
    const facts = { method: 'orderlist', code: textOf('code') };
    const failure = { kind: 'request_refused', since: FAILED_AT, lastAt: FAILED_AT + DAY, facts };
    return withFields(
      triggerOf('account_alert'),
      { ...failureRecord(SELLER, 'orders', failure) },
      textOf(SHOP_NAME),
    );
  },
};

/** A report repeats what carriers have announced. */
const report: Written = {
  what: 'daily_report with announcements',
  names: ['announcement', SHOP_NAME],
  eventOf: (textOf) => {
    const paid = [{ currency: 'USD', amount: 15.5, count: 2 }];
    const orders = { orders: 2, paid, cancelled: 0, awaitingPayment: 1, toShip: 2, overdue: 0 };
    const counted = { openDisputes: 0, badReviews: 0, stalledParcels: 0, callsYesterday: 1, callsToday: 1 };
    const text = figuresText(
      { orders, ordersCompleteSince: null, ...counted },
      { from: REPORT_AT - DAY, to: REPORT_AT },
      { zone: 'Asia/Shanghai', limit: 200, announced: [textOf('announcement')] },
    );
    const trigger = triggerOf('daily_report');
    const fields = { ...recordedSubject(trigger), summary: text.en, summary_zh: text.zh };
    return withFields(trigger, fields, textOf(SHOP_NAME));
  },
};

const written: Written[] = [
  ...operations.triggers.map((trigger: TriggerDeclaration) => ({
    what: trigger.key,
    names: foreignNames(trigger),
    eventOf: (textOf: TextOf) => eventWith(trigger, textOf),
  })),
  refusal,
  report,
];

/** Every message in every language. */
const messages: Message[] = written.flatMap(({ what, names, eventOf }) =>
  (['en', 'zh'] as const).map((language) => {
    const partsOf = (textOf: TextOf): [string, string] => {
      const event = eventOf(textOf);
      return language === 'en' ? [event.title, event.text] : [event.title_zh, event.text_zh];
    };
    const text = partsOf((name) => `mark${names.indexOf(name)}x`).join(' ');
    return {
      what: `${what} (${language})`,
      shown: names.filter((_, n) => text.includes(`mark${n}x`)),
      partsOf,
    };
  }),
);

/** @param all the foreign texts, in the order in which the message shows them */
const formWith = ({ partsOf, shown }: Message, all: readonly string[]): string =>
  JSON.stringify(formOf(...partsOf((name) => all[shown.indexOf(name)] || 'empty')));

/** The hub's alert about a shop of this name. The name is bold, so of what is bold only that it is counts. */
function alertWith(name: string): string {
  const text = { en: 'A key has expired.', zh: '密钥已过期。' };
  const message = messageOf([{ shop: SELLER, text }], () => name);
  const { labels, markdown, sent, ticket, ...form } = formOf(message.title, message.text);
  const kinds = (marks: readonly string[]) => marks.map((mark) => mark.replace(/ .*/s, ''));
  return JSON.stringify({
    ...form,
    labels: labels.map((label) => label.slice(0, 2)),
    markdown: kinds(markdown),
    ticket: { ...ticket, markdown: kinds(ticket.markdown) },
    sent: sent.map((parts) => parts.map(({ marks, ...part }) => ({ ...part, marks: kinds(marks) }))),
  });
}

/** @param texts how many are tried; a message takes one for each place that shows one */
export function describeForeignText(texts: number): void {
  const places = messages.reduce((sum, { shown }) => sum + shown.length, 0);

  test.each([
    '[refund here](https://evil.example)',
    '<a href="https://evil.example">refund</a>',
    '<font color=red>red</font>',
    '<person id=ou_1></person>',
    'Bad\n**Stars** 5',
  ])('The review %j is text in the messages of every trigger', (text) => {
    for (const message of messages) {
      const formOfAll = (each: string) =>
        formWith(
          message,
          message.shown.map(() => each),
        );
      expect(formOfAll(text)).toBe(formOfAll('plain'));
    }
  });

  describe('Foreign text of any kind', () => {
    test.each(messages.map((message) => [message.what, message] as const))(
      'Foreign text in a message of %s is text in every format',
      (_, message) => {
        const { shown } = message;
        const plain = formWith(
          message,
          shown.map(() => 'plain'),
        );
        expect(shown.length).toBeGreaterThan(0);
        const property = fc.property(fc.tuple(...shown.map(() => hostileText)), (all) =>
          expect(formWith(message, all)).toBe(plain),
        );
        fc.assert(property, { numRuns: Math.ceil(texts / places) });
      },
    );

    test("The name of a shop in the hub's alerts is text in every format", () => {
      // A name of blanks alone is left out.
      const [plain, nameless] = [alertWith('plain'), alertWith('')];
      const property = fc.property(hostileText, (name) =>
        expect([plain, nameless]).toContain(alertWith(name)),
      );
      fc.assert(property, { numRuns: texts });
    });

    test('Foreign text in a cell is text for a spreadsheet, whatever its separator is', () => {
      const property = fc.property(hostileText, hostileText, (one, other) => {
        const line = toLine([one, other]);
        expect(cellsIn(line, ',').filter(isFormula)).toEqual([]);
        expect(cellsIn(line, ';').filter(isFormula)).toEqual([]);
        expect(cellsIn(line, '\t').filter(isFormula)).toEqual([]);
        expect(line.split(/[\r\n]+/)).toHaveLength(2);
      });
      fc.assert(property, { numRuns: texts });
    });
  });
}

/** Foreign text in the messages of every trigger, read by real parsers of every format that a message is shown in. */

import fc from 'fast-check';
import { lexer, parser, type Token } from 'marked';
import { parseFragment } from 'parse5';
import { channels } from '../../channels/index.ts';
import { recordedAt } from '../../lib/aliexpress/recorded/samples.ts';
import { compose } from '../../lib/channels/compose.ts';
import { recordedSubject } from '../../lib/engine/samples.ts';
import { toLine } from '../../lib/hosts/hub/sheets/workbook.ts';
import { type PackEvent, toEvent } from '../../lib/pack/event.ts';
import { defaultInputs } from '../../lib/pack/input.ts';
import { recordOfEvents, type TriggerDeclaration } from '../../lib/pack/operation.ts';
import type { Field } from '../../lib/pack/record.ts';
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
  return toEvent(trigger, { ...recordedSubject(trigger), ...fields }, defaultInputs(trigger.inputs), {
    now: recordedAt(trigger.feed.record),
    shop: { id: '2201', name: shopName },
  });
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

/** What is live outside of Markdown and HTML: addresses, mentions, emoji, placeholders, formulas. */
const LIVE = /:\/\/|www\.|@\S|:[a-z+-][\w+-]*:|\{[{%]|^[=+\-@]/i;

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
      return { marks, tags: tagsIn(part) };
    });
  });
  const tokens = lexer(text, OPTIONS);
  return {
    labels: labelsIn(text),
    titleLines: title.split('\n').length,
    live: [title, text].filter((part) => LIVE.test(part)),
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

interface Message {
  trigger: TriggerDeclaration;
  language: 'en' | 'zh';
  /** The foreign texts that the message shows. */
  shown: string[];
}

const partsOf = ({ trigger, language }: Message, textOf: (name: string) => string): [string, string] => {
  const event = eventWith(trigger, textOf);
  return language === 'en' ? [event.title, event.text] : [event.title_zh, event.text_zh];
};

/** The message of every trigger in every language. */
const messages: Message[] = operations.triggers.flatMap((trigger: TriggerDeclaration) =>
  (['en', 'zh'] as const).map((language) => {
    const names = foreignNames(trigger);
    const message = { trigger, language, shown: names };
    const text = partsOf(message, (name) => `mark${names.indexOf(name)}x`).join(' ');
    return { ...message, shown: names.filter((_, n) => text.includes(`mark${n}x`)) };
  }),
);

/** @param all the foreign texts, in the order in which the message shows them */
const formWith = (message: Message, all: readonly string[]): string =>
  JSON.stringify(formOf(...partsOf(message, (name) => all[message.shown.indexOf(name)] || 'empty')));

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
    test.each(messages.map((message) => [message.trigger.key, message.language, message] as const))(
      'Foreign text in a message of %s (%s) is text in every format',
      (_, __, message) => {
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

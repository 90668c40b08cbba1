/** Foreign text in the messages of every trigger, read by real parsers of every format that a message is shown in. */

import fc from 'fast-check';
import { lexer, parser, type Token } from 'marked';
import { parseFragment } from 'parse5';
import { channels } from '../../channels/index.ts';
import { recordedAt, recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { compose } from '../../lib/channels/compose.ts';
import { toLine } from '../../lib/hosts/local/sheets.ts';
import { type PackEvent, toEvent } from '../../lib/pack/event.ts';
import { defaultInputs } from '../../lib/pack/input.ts';
import type { TriggerDeclaration } from '../../lib/pack/operation.ts';
import type { Field } from '../../lib/pack/record.ts';
import { toTicket } from '../../lib/tickets/ticket.ts';
import { operations } from '../../operations.ts';
import { hostileText } from './foreign-text.ts';

const OPTIONS = { gfm: true, breaks: true };
const FOREIGN: readonly Field['as'][] = ['text', 'lookup', 'joined_text', 'short_text', 'currency'];
const LINK = 'https://gsp.aliexpress.com/';

/** An event of `trigger` in which every text that AliExpress, a carrier or a buyer wrote is `text`. */
function eventWith(trigger: TriggerDeclaration, text: string): PackEvent {
  const { record } = trigger.feed;
  const fields = Object.fromEntries(
    Object.entries(recordedItem(record)).map(([key, value]) => {
      const isForeign = FOREIGN.includes(record.fields[key]?.as ?? 'id');
      return [key, isForeign && typeof value === 'string' ? text : value];
    }),
  );
  return toEvent(trigger, fields, defaultInputs(trigger.inputs), {
    now: recordedAt(record),
    shop: { id: '2201', name: text },
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

/** @param runs texts that are tried */
export function describeForeignText(runs: number): void {
  const triggers = new Map<string, TriggerDeclaration>(
    operations.triggers.map((trigger) => [trigger.key, trigger]),
  );
  const formIn = (key: string, language: string, text: string): string => {
    const event = eventWith(triggers.get(key) as TriggerDeclaration, text);
    const form = language === 'en' ? formOf(event.title, event.text) : formOf(event.title_zh, event.text_zh);
    return JSON.stringify(form);
  };
  const messages = [...triggers.keys()].flatMap((key) =>
    ['en', 'zh'].map((language) => ({ key, language, plain: formIn(key, language, 'plain') })),
  );

  describe('Foreign text of any kind', () => {
    test('Foreign text in a message of any trigger is text in every format', () => {
      const property = fc.property(fc.constantFrom(...messages), hostileText, (message, text) => {
        const { key, language, plain } = message;
        expect(formIn(key, language, text || 'empty')).toBe(plain);
      });
      fc.assert(property, { numRuns: runs });
    });

    test('Foreign text in a cell is text for a spreadsheet, whatever its separator is', () => {
      const property = fc.property(hostileText, hostileText, (one, other) => {
        const line = toLine([one, other]);
        expect(cellsIn(line, ',').filter(isFormula)).toEqual([]);
        expect(cellsIn(line, ';').filter(isFormula)).toEqual([]);
        expect(cellsIn(line, '\t').filter(isFormula)).toEqual([]);
        expect(line.split(/[\r\n]+/)).toHaveLength(2);
      });
      fc.assert(property, { numRuns: runs });
    });
  });
}

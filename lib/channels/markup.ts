/**
 * The markup of a message's text: `**bold**`, `_italic_`, and a backslash before a literal character. Everything else is
 * literal. Each channel writes the parts in its own markup.
 */

import type { Markup } from './channel.ts';

/** A part of one line, or the end of a line. */
export type Span = { style: 'plain' | 'bold' | 'italic'; text: string } | { style: 'break' };

/** Every pattern is bounded, so that the time to parse a text is proportional to its length. */
const BOLD = /\*\*(?=\S)(?<bold>(?:\\.|[^\\]){0,500}?[^\s\\])\*\*/.source;
const ITALIC = /(?<![\p{L}\p{N}_])_(?=[^\s_])(?<italic>(?:\\.|[^\\_]){0,500}?[^\s\\_])_(?![\p{L}\p{N}_])/u
  .source;
const ESCAPED = /\\(?<escaped>[\p{P}\p{S}])/u.source;
const MARKS = new RegExp(`${ESCAPED}|${BOLD}|${ITALIC}`, 'gu');

/** @param text without control characters */
export function parseText(text: string): Span[] {
  const lines = text
    .split('\n')
    // Four blanks at the start of a line begin a code block in Markdown.
    .map((line) => parseLine(line.trim()));
  return lines.flatMap((spans, n) => (n === 0 ? spans : [{ style: 'break' as const }, ...spans]));
}

function parseLine(line: string): Span[] {
  const spans: Span[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') spans.push({ style: 'plain', text: plain });
    plain = '';
  };
  let end = 0;
  for (const { index, 0: whole, groups = {} } of line.matchAll(MARKS)) {
    plain += line.slice(end, index);
    end = index + whole.length;
    const { escaped, bold, italic } = groups;
    if (escaped !== undefined) plain += escaped;
    else {
      flush();
      if (bold !== undefined) spans.push({ style: 'bold', text: unescaped(bold) });
      if (italic !== undefined) spans.push({ style: 'italic', text: unescaped(italic) });
    }
  }
  plain += line.slice(end);
  flush();
  return spans;
}

const unescaped = (text: string): string => text.replace(new RegExp(ESCAPED, 'gu'), '$<escaped>');

export const renderText = (spans: readonly Span[], markup: Markup): string =>
  spans
    .map((span) => {
      switch (span.style) {
        case 'break':
          return markup.lineBreak;
        case 'plain':
          return markup.escape(span.text);
        default:
          return markup[span.style](markup.escape(span.text));
      }
    })
    .join('');

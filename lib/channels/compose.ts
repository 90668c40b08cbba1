/** Composes the body of a request within the size limit of the channel. A shortened text ends with "…". */

import { OPEN_LABEL } from '../language.ts';
import { cleanText } from '../pack/foreign-text.ts';
import { ELLIPSIS, graphemes, shorten, units } from '../pack/shorten.ts';
import type { ChannelDeclaration, Message } from './channel.ts';
import { parseText, renderText, type Span } from './markup.ts';

/** No channel shows a longer title. */
const MAX_TITLE_LENGTH = 200;

export interface Composed {
  body: string;
  isTruncated: boolean;
}

/** @param signature fields of the body that count towards its size */
export function compose(
  channel: ChannelDeclaration,
  message: Message,
  signature: Readonly<Record<string, string>> = {},
): Composed {
  const { markup, limits, severity } = channel;
  const { link, mention, language = 'both' } = message;
  const wholeTitle = cleanText(message.title).replace(/\s+/g, ' ');
  const title = shorten(wholeTitle, MAX_TITLE_LENGTH, units) || ELLIPSIS;
  const wholeText = cleanText(message.text);

  const bodyWith = (spans: readonly Span[]): string => {
    const text = renderText(spans, markup) || ELLIPSIS;
    const mark = severity.marks[message.severity];
    const openLabel = OPEN_LABEL[language];
    const draft = { title, text, mark, openLabel, mention, ...(link !== undefined && { link }) };
    return JSON.stringify({ ...signature, ...channel.build(draft) });
  };
  const fits = (body: string): boolean => Buffer.byteLength(body) <= limits.bytes;

  // A character takes at least one byte, so the text beyond the limit cannot fit.
  const spans = parseText(wholeText.slice(0, limits.bytes));
  const body = bodyWith(spans);
  if (wholeText.length <= limits.bytes && fits(body))
    return { body, isTruncated: wholeTitle.length > MAX_TITLE_LENGTH };
  return {
    body: longest(spans, (part) => bodyWith([...part, { style: 'plain', text: ELLIPSIS }]), fits),
    isTruncated: true,
  };
}

/** The longest body that fits, found by bisection over the characters of the text. */
function longest(
  spans: readonly Span[],
  bodyWith: (part: readonly Span[]) => string,
  fits: (body: string) => boolean,
): string {
  const measured = spans.map((span) => ({
    span,
    characters: span.style === 'break' ? ['\n'] : graphemes(span.text),
  }));
  const bodyOf = (count: number): string => {
    let left = count;
    const part = measured.flatMap(({ span, characters }): Span[] => {
      const kept = characters.slice(0, Math.max(0, left));
      left -= characters.length;
      if (kept.length === 0) return [];
      return [span.style === 'break' ? span : { ...span, text: kept.join('') }];
    });
    return bodyWith(part);
  };
  let [shortEnough, tooLong] = [0, measured.reduce((sum, { characters }) => sum + characters.length, 1)];
  while (shortEnough + 1 < tooLong) {
    const middle = Math.floor((shortEnough + tooLong) / 2);
    if (fits(bodyOf(middle))) shortEnough = middle;
    else tooLong = middle;
  }
  return bodyOf(shortEnough);
}

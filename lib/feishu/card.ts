/**
 * A Feishu card, JSON 2.0. Unknown properties are errors in that format, so nothing is here that it does not
 * need. A custom bot takes 20 KB; a longer text is cut with a visible "…". [facts C.3, C.4]
 */

import type { Severity } from '../pack/operation.ts';

export interface CardContent {
  title: string;
  /** Feishu Markdown. */
  text: string;
  severity: Severity;
  /** Shown as a button. */
  link?: string;
  mention: 'nobody' | 'everyone';
}

/** Bytes of the whole request body. */
export const BODY_LIMIT = 20_480;
const TITLE_LIMIT = 200;
const COLOURS: Record<Severity, string> = { info: 'blue', warning: 'orange', urgent: 'red' };

/** The signature's fields, which stand beside the card and count towards the limit. */
export interface Signature {
  timestamp: string;
  sign: string;
}

/** @returns the JSON body to send, at most 20,480 bytes, and whether anything was cut */
export function cardBody(content: CardContent, signature?: Signature): { body: string; trimmed: boolean } {
  const title = cut(content.title, TITLE_LIMIT);
  const bodyWith = (text: string) => toBody({ ...content, title, text }, signature);
  const full = bodyWith(content.text);
  if (byteLength(full) <= BODY_LIMIT) return { body: full, trimmed: title !== content.title };

  const characters = Array.from(content.text);
  let [fits, tooLong] = [0, characters.length];
  while (fits + 1 < tooLong) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (byteLength(bodyWith(`${characters.slice(0, middle).join('')}…`)) <= BODY_LIMIT) fits = middle;
    else tooLong = middle;
  }
  return { body: bodyWith(`${characters.slice(0, fits).join('')}…`), trimmed: true };
}

function toBody(content: CardContent, signature?: Signature): string {
  const { title, text, severity, link, mention } = content;
  const mentioned = mention === 'everyone' ? '<at id=all></at>\n' : '';
  const button = link && {
    tag: 'button',
    text: { tag: 'plain_text', content: '打开 / Open' },
    type: 'primary',
    behaviors: [{ type: 'open_url', default_url: link }],
  };
  const card = {
    schema: '2.0',
    config: { update_multi: true },
    header: { title: { tag: 'plain_text', content: title }, template: COLOURS[severity] },
    body: {
      direction: 'vertical',
      elements: [
        { tag: 'markdown', content: mentioned + withoutMentions(text) },
        ...(button ? [button] : []),
      ],
    },
  };
  return JSON.stringify({ ...signature, msg_type: 'interactive', card });
}

/** Text that came from a shop must not be able to call out a whole group. */
const withoutMentions = (text: string): string => text.replace(/<(?=\s{0,20}\/?\s{0,20}at\b)/gi, '&lt;');

const cut = (text: string, most: number): string => {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
};

const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8');

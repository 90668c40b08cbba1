/** A message card → the page that a browser photographs: the card as Feishu's client shows it. */

import type * as z from 'zod';
import type feishu from '../../../channels/feishu.ts';
import { type Html, html } from '../../../lib/hosts/hub/page/html.ts';

type Message = z.infer<typeof feishu.form>;
type Card = Message['card'];
type Element = Card['body']['elements'][number];

/** Background and text of the title, by the template of the card. */
const TITLE_COLORS: Readonly<Record<Card['header']['template'], readonly [string, string]>> = {
  blue: ['#e1eaff', '#245bdb'],
  orange: ['#feead2', '#b26206'],
  red: ['#fde2e2', '#d83931'],
};

/** Fonts with Chinese characters, as on a seller's computer; at least one must be installed. */
export const FONTS = `"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif`;

/** Of the picture, in CSS pixels. */
export const CARD_WIDTH = 424;

const STYLE = `
body { margin: 0; background: #fff; color: #1f2329; font: 14px/22px ${FONTS}; width: ${CARD_WIDTH}px; }
main { padding: 12px; background: #f2f3f5; }
article { background: #fff; border: 1px solid #dee0e3; border-radius: 8px; overflow: hidden; }
h1 { margin: 0; padding: 12px; font-size: 16px; line-height: 24px; font-weight: 500; overflow-wrap: anywhere; }
section { display: flex; flex-direction: column; gap: 8px; padding: 12px; }
p { margin: 0; overflow-wrap: anywhere; }
b { font-weight: 600; }
a { color: #3370ff; text-decoration: none; }
.button { align-self: flex-start; border: 1px solid #3370ff; border-radius: 6px; padding: 4px 11px; line-height: 22px; }
`;

/** The element that is photographed. */
export const PHOTOGRAPHED = 'main';

export function cardPage({ card }: Message, language: 'en' | 'zh'): string {
  const { title, template } = card.header;
  const [background, color] = TITLE_COLORS[template];
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8"><title>${title.content}</title><style>${{ html: STYLE }}</style>
<main><article><h1 style="background: ${background}; color: ${color}">${title.content}</h1>
<section>${card.body.elements.map(elementHtml)}</section></article></main></html>
`.html;
}

function elementHtml(element: Element): Html {
  switch (element.tag) {
    case 'markdown':
      return html`<p>${{ html: markdownHtml(element.content) }}</p>`;
    case 'button':
      return html`<a class="button">${element.text.content}</a>`;
  }
}

/** Everything but the connector's own markup is a numeric entity, in Feishu's Markdown as in HTML. */
const markdownHtml = (content: string): string =>
  content
    .replaceAll('<at id=all></at>', '<a>@所有人</a>')
    .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replace(/\*(.+?)\*/g, '<i>$1</i>')
    .replaceAll('\n', '<br>');

/** The group of a messenger's simulator as a browser shows it: its newest cards, under the address of its bot. */

import { type Html, html } from '../lib/hosts/hub/page/html.ts';
import { beijingTime } from '../lib/pack/format.ts';
import type { Bilingual } from '../lib/problems.ts';

const SHOWN = 50;
const STYLE = `body { font: 16px/1.6 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; background: #f2f3f5; }
article { background: #fff; border-radius: .6rem; padding: .8rem 1rem; margin: 0 0 1rem; border-top: .3rem solid #3370ff; }
article.warning { border-color: #ff8800; } article.urgent { border-color: #d83931; }
h2 { font-size: 1rem; margin: 0; } p { white-space: pre-line; overflow-wrap: anywhere; margin: .4rem 0; } small { color: #646a73; }`;

interface Card {
  /** Epoch milliseconds. */
  at: number;
  title: string;
  text: string;
  severity: string;
}

/** @param cards oldest first */
export function groupPage({ zh, en }: Bilingual, cards: readonly Card[], now: number): string {
  const newest = cards.slice(-SHOWN).reverse();
  return html`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${zh} ${en}</title>
<style>${{ html: STYLE }}</style></head><body><h1>${zh} ${en}</h1>
${newest.length === 0 && html`<p>还没有消息。 No messages yet.</p>`}${newest.map(
  ({ at, title, text, severity }) => html`<article class="${severity}"><h2>${title}</h2><p>${marked(text)}</p>
<small>${beijingTime(new Date(at).toISOString(), now)}</small></article>`,
)}</body></html>
`.html;
}

/** Bold and italic as Feishu and DingTalk write them; the heading of a message in DingTalk is its title once more. */
function marked(text: string): Html[] {
  const parts = text.replace(/^### .*\n+/, '').split(/(\*\*[^*\n]+\*\*|\*[^*\n]+\*)/);
  return parts.map((part, n) => {
    if (n % 2 === 0) return html`${part}`;
    return part.startsWith('**') ? html`<b>${part.slice(2, -2)}</b>` : html`<i>${part.slice(1, -1)}</i>`;
  });
}

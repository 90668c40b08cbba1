/** Orders that were not announced because nobody looked for too long, and announcing them after all. */

import { formOf } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { section } from '../parts.ts';
import type { ChosenShop, SkippedAnswer, View } from '../view.ts';

const TITLE = { zh: '未通知的订单', en: 'Skipped orders' };
const ABOUT = {
  zh: '需要时可以补发通知。补查使用当天剩余的调用次数。',
  en: 'They are announced if you ask for it, from the calls that are left over.',
};

/** Nothing where there are none. */
export function skippedSection(view: View, { skipped }: ChosenShop): Html | undefined {
  const spans = skipped.filter(({ can_be_announced }) => can_be_announced);
  if (spans.length === 0) return undefined;
  return section(
    view,
    'skipped',
    TITLE,
    ABOUT,
    html`<ul class="list">${spans.map((span) => spanItem(view, span))}</ul>`,
  );
}

function spanItem(view: View, { from, to, title, title_zh, text, text_zh }: SkippedAnswer): Html {
  const form = formOf(view, 'announce', `${Date.parse(from)}-${Date.parse(to)}`);
  return html`<li><div class="row"><div class="grow"><h3>${title_zh}</h3>
<p class="soft" lang="en">${title}</p>
<p>${both({ zh: text_zh, en: text })}</p></div>
${form.around(html`<input type="hidden" name="from" value="${from}"><input type="hidden" name="to" value="${to}">
<button class="small">${both({ zh: '补发通知', en: 'Announce' })}</button>`)}</div></li>`;
}

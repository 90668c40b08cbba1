/** Alerts: what the owner should know or do. */

import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { section, timeOf } from '../parts.ts';
import type { AlertAnswer, View } from '../view.ts';

const SHOWN = 3;

/** Nothing where there are none. */
export function alertsSection(view: View): Html | undefined {
  const { alerts } = view;
  if (alerts.length === 0) return undefined;
  const list = (items: readonly AlertAnswer[]) =>
    html`<ul class="list">${items.map((alert) => alertItem(view, alert))}</ul>`;
  const older = alerts.slice(SHOWN);
  return section(
    view,
    'alerts',
    { zh: '提醒', en: 'Alerts' },
    undefined,
    html`${list(alerts.slice(0, SHOWN))}${
      older.length > 0 &&
      html`<details class="add"><summary>${both({ zh: `更早的 ${older.length} 条`, en: `${older.length} older` })}</summary>${list(older)}</details>`
    }`,
  );
}

const alertItem = ({ now, shops }: View, { text, shop, raised_at }: AlertAnswer): Html =>
  html`<li><p>${both(text)}</p>
<small>${timeOf(raised_at, now)} ${shops.find(({ id }) => id === shop)?.name}</small></li>`;

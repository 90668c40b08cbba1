/** Alerts: what the owner should know or do. */

import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { newestFirst, section, timeOf } from '../parts.ts';
import type { AlertAnswer, View } from '../view.ts';

const SHOWN = 3;

/** Nothing where there are none. */
export function alertsSection(view: View): Html | undefined {
  const { alerts } = view;
  if (alerts.length === 0) return undefined;
  const items = alerts.map((alert) => alertItem(view, alert));
  return section(view, 'alerts', { zh: '提醒', en: 'Alerts' }, undefined, newestFirst(items, SHOWN));
}

const alertItem = ({ now, shops }: View, { text, shop, raised_at }: AlertAnswer): Html =>
  html`<li><p>${both(text)}</p>
<small>${timeOf(raised_at, now)} ${shops.find(({ id }) => id === shop)?.name}</small></li>`;

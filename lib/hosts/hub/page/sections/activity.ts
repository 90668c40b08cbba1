/** The calls that a shop has used today, and when each feed is checked next. */

import type { Bilingual } from '../../../../problems.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { empty, facts, section, timeOf } from '../parts.ts';
import type { ChosenShop, View } from '../view.ts';

/** By the key of the feed. */
export const feedNames: Readonly<Record<string, Bilingual>> = {
  orders: { zh: '新订单', en: 'New orders' },
  orders_to_ship: { zh: '待发货订单', en: 'Orders to ship' },
  order_changes: { zh: '订单变更', en: 'Changes of orders' },
  account: { zh: '账号提醒', en: 'Account alerts' },
  reviews: { zh: '评价', en: 'Reviews' },
  parcels: { zh: '在途包裹', en: 'Parcels' },
  abnormal_parcels: { zh: '异常包裹', en: 'Abnormal parcels' },
  parcel_deliveries: { zh: '包裹妥投', en: 'Deliveries' },
  daily_report: { zh: '店铺日报', en: 'Daily report' },
  disputes: { zh: '纠纷', en: 'Disputes' },
  dispute_deadlines: { zh: '纠纷时限', en: 'Deadlines of disputes' },
  closed_disputes: { zh: '已结束的纠纷', en: 'Closed disputes' },
  products: { zh: '商品', en: 'Products' },
  products_on_sale: { zh: '新商品', en: 'New products' },
  stock: { zh: '库存', en: 'Stock' },
};

/** From here on few calls are left. */
const NEARLY_ALL = 0.9;

export function activitySection(view: View, { calls, feeds }: ChosenShop['activity']): Html {
  const { used, limit, resets_at } = calls;
  return section(
    view,
    'activity',
    { zh: '今日调用', en: 'Calls today' },
    undefined,
    html`<div class="row"><p class="grow"><span class="number">${used}</span> / ${limit}</p>
${facts([[{ zh: '重新计数', en: 'Resets' }, timeOf(resets_at, view.now)]])}</div>
<svg class="${used >= limit * NEARLY_ALL ? 'bar warn' : 'bar'}" viewBox="0 0 ${limit} 1" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.min(used, limit)}" height="1"/></svg>
<h3 class="apart">${both({ zh: '下次查询', en: 'Next check' })}</h3>
${feeds.length === 0 ? empty(NO_FEEDS) : feedTable(view, feeds)}`,
  );
}

const NO_FEEDS = {
  zh: '尚未启用任何流程或订阅，因此不会查询速卖通，也不消耗调用。',
  en: 'No recipe or subscription is on, so AliExpress is not checked and no calls are used.',
};

const feedTable = (
  { registry, now }: View,
  feeds: readonly { key: string; triggers: readonly string[]; next_check_at: string | null }[],
): Html =>
  html`<table>${feeds.map(({ key, triggers, next_check_at }) => {
    const name = feedNames[key] ?? { zh: key, en: key };
    const labels = registry.triggers
      .filter((trigger) => triggers.includes(trigger.key))
      .map(({ label }) => label.zh)
      .filter((label, _n, { length }) => length > 1 || label !== name.zh);
    return html`<tr><th scope="row">${both(name)}${labels.length > 0 && html`<br><small>${labels.join('、')}</small>`}</th>
<td>${next_check_at === null ? both({ zh: '正在查询', en: 'now' }) : timeOf(next_check_at, now)}</td></tr>`;
  })}</table>`;

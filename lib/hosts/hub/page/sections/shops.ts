/** The connected shops, and connecting one. */

import { trackerKey } from '../../../../trackers/key.ts';
import { buttonForm, formOf, secretField } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { badge, confirmed, empty, facts, notice, section, timeOf } from '../parts.ts';
import { pageOf, type ShopAnswer, type View } from '../view.ts';

const TITLE = { zh: '店铺', en: 'Shops' };
const NO_SHOPS = {
  zh: '还没有店铺。连接后即可查看调用额度、启用流程模板并接收事件。',
  en: 'No shop yet. Connect one to see its calls, switch on recipes and receive events.',
};
const CONNECT = { zh: '连接店铺', en: 'Connect a shop' };
const CONNECT_MORE = { zh: '连接另一家店铺', en: 'Connect another shop' };
const REMOVE_WARNING = {
  zh: '将立即删除该店铺的授权、流程、密钥和事件记录，无法恢复。',
  en: 'Deletes the connection, recipes, keys and events of this shop at once. This cannot be undone.',
};

export const shopsSection = (view: View): Html =>
  section(
    view,
    'shops',
    TITLE,
    undefined,
    html`${view.shops.length === 0 ? empty(NO_SHOPS) : html`<ul class="list">${view.shops.map((shop) => shopItem(view, shop))}</ul>`}
${view.signInAddress === undefined ? connectForm(view) : pasteForm(view, view.signInAddress)}`,
  );

function connectForm(view: View): Html {
  const isFirst = view.shops.length === 0;
  return formOf(view, 'connect').around(
    html`<div class="actions"><button class="${isFirst ? '' : 'second'}">${both(isFirst ? CONNECT : CONNECT_MORE)}</button></div>`,
  );
}

/** For a registered callback that does not lead back to the hub. */
function pasteForm(view: View, address: string): Html {
  const form = formOf(view, 'paste');
  return html`<div class="step"><h3>${both({ zh: '第一步：在速卖通登录', en: 'Step 1: sign in at AliExpress' })}</h3>
<p><a class="button" href="${address}" target="_blank" rel="noopener">${both({ zh: '前往速卖通', en: 'Go to AliExpress' })}</a></p>
<h3>${both({ zh: '第二步：粘贴网址', en: 'Step 2: paste the address' })}</h3>
${form.around(html`<label>${both({
  zh: '同意授权后，复制浏览器地址栏中的完整网址，网页打不开也没关系：',
  en: 'After you have agreed, copy the whole address from the address bar, also if that page does not load:',
})}
<textarea name="address" rows="3" required maxlength="4000" autocomplete="off">${form.value('address')}</textarea></label>
<div class="actions"><button>${both({ zh: '完成连接', en: 'Finish' })}</button>
<a class="button second" href="${view.page}">${both({ zh: '取消', en: 'Cancel' })}</a></div>`)}</div>`;
}

function shopItem(view: View, shop: ShopAnswer): Html {
  const { id, name, connected_at, sign_in_again_by: until, problem } = shop;
  return html`<li><div class="row"><div class="grow"><h3>${name}</h3>
${facts([
  [{ zh: '店铺编号', en: 'Number' }, id],
  [{ zh: '连接时间', en: 'Connected' }, timeOf(connected_at, view.now)],
  until !== null && [{ zh: '授权有效至', en: 'Valid until' }, timeOf(until, view.now)],
])}</div>
${stateOf(shop)}${shop.state === 'reconnect_needed' && buttonForm(view, 'connect', id, { zh: '重新连接', en: 'Reconnect' }, 'small')}
${confirmed(
  { zh: '移除', en: 'Remove' },
  REMOVE_WARNING,
  formOf(view, 'remove_shop', id).around(
    html`<div class="actions"><button class="danger small">${both({ zh: '确认移除', en: 'Remove this shop' })}</button></div>`,
  ),
)}</div>
${trackerForm(view, shop)}
${problem !== null && notice('bad', { zh: problem.detail_zh, en: problem.detail })}</li>`;
}

const withoutLinks = (text: string): string => text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');
const HELP = { zh: withoutLinks(trackerKey.help.zh), en: withoutLinks(trackerKey.help.en) };

/** The parcel tracker of a shop. */
function trackerForm(view: View, { id, has_tracker_key }: ShopAnswer): Html {
  const form = formOf(view, 'tracker', id);
  const title = has_tracker_key
    ? { zh: '包裹由 17TRACK 追踪', en: 'Parcels are followed by 17TRACK' }
    : { zh: '用 17TRACK 追踪包裹', en: 'Follow parcels with 17TRACK' };
  return html`<details class="add"${form.isSent && html` open`}><summary>${both(title)}</summary>
${form.around(html`<div class="fields">${secretField(trackerKey.key, {
  label: trackerKey.label,
  help: HELP,
})}</div>
<div class="actions"><button>${both({ zh: '测试并保存', en: 'Test and save' })}</button></div>`)}
${
  has_tracker_key &&
  buttonForm(view, 'remove_tracker', id, { zh: '移除密钥', en: 'Remove the key' }, 'danger small')
}</details>`;
}

/** What follows is about one shop; nothing where there is no other one. */
export const shopTabs = ({ shops, chosen }: View): Html | undefined =>
  shops.length < 2
    ? undefined
    : html`<nav class="tabs">${shops.map(
        ({ id, name }) =>
          html`<a href="${pageOf(id)}#activity"${chosen?.shop.id === id && html` aria-current="true"`}>${name}</a>`,
      )}</nav>
`;

function stateOf({ state, problem }: ShopAnswer): Html {
  if (state === 'reconnect_needed') return badge({ zh: '需重新连接', en: 'reconnect needed' }, 'bad');
  return problem
    ? badge({ zh: '调用已暂停', en: 'calls paused' }, 'warn')
    : badge({ zh: '已连接', en: 'connected' }, 'good');
}

/** Keys for programs. */

import { checkbox, type Form, formOf, selectField, textField } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { badge, confirmed, empty, facts, listed, section, timeOf } from '../parts.ts';
import type { KeyAnswer, View } from '../view.ts';

const TITLE = { zh: '密钥', en: 'Keys' };
const ABOUT = {
  zh: '供其他程序访问本服务。密钥仅在创建时显示一次。',
  en: 'For programs that use the hub. A key is shown once, when it is created.',
};
const KINDS = {
  shop: { zh: '店铺', en: 'shop' },
  store: { zh: '存储（Zapier）', en: 'store' },
  admin: { zh: '管理', en: 'admin' },
} as const;
const SCOPES = {
  read: { zh: '读取店铺数据', en: 'read the shop' },
  subscribe: { zh: '订阅事件', en: 'subscribe to events' },
} as const;

export const keysSection = (view: View): Html =>
  section(
    view,
    'keys',
    TITLE,
    ABOUT,
    html`${
      view.keys.length === 0
        ? empty({ zh: '还没有密钥。', en: 'No keys yet.' })
        : html`<ul class="list">${view.keys.map((key) => keyItem(view, key))}</ul>`
    }
${newKey(view)}`,
  );

function keyItem(
  view: View,
  { id, kind, shop, name, scopes, created_at, expires_at, used_at }: KeyAnswer,
): Html {
  const shopName = view.shops.find((each) => each.id === shop)?.name;
  return html`<li><div class="row"><div class="grow"><h3>${name} ${badge(KINDS[kind])}</h3>
${facts([
  shopName !== undefined && [{ zh: '店铺', en: 'Shop' }, shopName],
  scopes.length > 0 && [{ zh: '权限', en: 'May' }, listed(scopes.map((scope) => SCOPES[scope]))],
  [{ zh: '创建', en: 'Created' }, timeOf(created_at, view.now)],
  [
    { zh: '最近使用', en: 'Used' },
    used_at === null ? both({ zh: '从未', en: 'never' }) : timeOf(used_at, view.now),
  ],
  expires_at !== null && [{ zh: '有效至', en: 'Valid until' }, timeOf(expires_at, view.now)],
])}</div>
${confirmed(
  { zh: '停用', en: 'Revoke' },
  { zh: '使用该密钥的程序将立即无法访问。', en: 'Programs that use this key lose access at once.' },
  formOf(view, 'revoke_key', id).around(
    html`<div class="actions"><button class="danger small">${both({ zh: '确认停用', en: 'Revoke this key' })}</button></div>`,
  ),
)}</div></li>`;
}

function newKey(view: View): Html {
  const form = formOf(view, 'create_key');
  return html`<details class="add"${form.isSent && html` open`}><summary>${both({ zh: '新建密钥', en: 'New key' })}</summary>
${form.around(html`<div class="fields two">
${textField(form, 'name', {
  label: { zh: '名称', en: 'Name' },
  help: { zh: '例如使用它的程序，如 n8n', en: 'Such as the program that uses it' },
})}
${kindField(form, view)}
${
  view.shops.length > 0 &&
  selectField(
    form,
    'shop',
    view.shops.map(({ id, name }) => ({ value: id, label: `${name} (${id})` })),
    {
      label: { zh: '店铺', en: 'Shop' },
      help: { zh: '仅用于店铺密钥', en: 'For a key of a shop' },
      preset: view.chosen?.shop.id ?? '',
    },
  )
}
<fieldset><legend>${both({ zh: '店铺密钥的权限', en: 'A key of a shop may' })}</legend>
${checkbox(form, 'scopes', 'read', SCOPES.read, true)}
${checkbox(form, 'scopes', 'subscribe', SCOPES.subscribe, true)}</fieldset>
<label>${both({ zh: '有效天数', en: 'Days until it expires' })}
<input type="number" name="expires_in_days" min="1" max="3650" value="${form.value('expires_in_days')}">
<span class="help">${both({ zh: '留空则长期有效', en: 'Empty: it does not expire' })}</span></label>
</div><div class="actions"><button>${both({ zh: '创建', en: 'Create' })}</button></div>`)}</details>`;
}

const kindField = (form: Form, { shops }: View): Html =>
  selectField(
    form,
    'kind',
    [
      ...(shops.length > 0
        ? [{ value: 'shop', label: '店铺（n8n、Make、MCP、自己的程序） shop: n8n, Make, MCP, own programs' }]
        : []),
      { value: 'store', label: '存储（Zapier） store: Zapier' },
      { value: 'admin', label: '管理 admin' },
    ],
    { label: { zh: '类型', en: 'Kind' } },
  );

/** Clients of the OAuth server, and the shops they may act for. */

import { type Form, formOf, labelled, selectField, textField } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { confirmed, empty, facts, section } from '../parts.ts';
import type { ClientAnswer, View } from '../view.ts';

const TITLE = { zh: 'OAuth 客户端', en: 'OAuth clients' };
const ABOUT = {
  zh: '供 Make 等平台以授权方式连接店铺。只使用流程模板时无需设置。',
  en: 'For platforms such as Make, where sellers connect their shops by consent. Not needed for recipes.',
};

export const clientsSection = (view: View): Html =>
  section(
    view,
    'clients',
    TITLE,
    ABOUT,
    html`${
      view.clients.length === 0
        ? empty({ zh: '还没有客户端。', en: 'No clients yet.' })
        : html`<ul class="list">${view.clients.map((client) => clientItem(view, client))}</ul>`
    }
${newClient(view)}`,
  );

const clientItem = (view: View, { id, name, redirect_uris, grants }: ClientAnswer): Html =>
  html`<li><div class="row"><div class="grow"><h3>${name}</h3>${facts([[{ zh: '客户端编号', en: 'client_id' }, html`<code>${id}</code>`]])}</div>
${confirmed(
  { zh: '移除', en: 'Remove' },
  { zh: '该客户端及其全部授权将立即失效。', en: 'The client and all its grants end at once.' },
  formOf(view, 'remove_client', id).around(
    html`<div class="actions"><button class="danger small">${both({ zh: '确认移除', en: 'Remove this client' })}</button></div>`,
  ),
)}</div>
<ul class="soft">${redirect_uris.map((address) => html`<li><code>${address}</code></li>`)}</ul>
${grants.map(
  (grant) =>
    html`<div class="row"><span class="grow">${both({ zh: '已授权店铺', en: 'allowed for' })} ${
      view.shops.find(({ id: shop }) => shop === grant.shop)?.name ?? grant.shop
    }</span>${formOf(view, 'remove_grant', grant.id).around(
      html`<button class="second small">${both({ zh: '撤销', en: 'Revoke' })}</button>`,
    )}</div>`,
)}</li>`;

function newClient(view: View): Html {
  const form = formOf(view, 'create_client');
  return html`<details class="add"${form.isSent && html` open`}><summary>${both({ zh: '登记客户端', en: 'Register a client' })}</summary>
${form.around(html`<div class="fields">
<div class="fields two">${textField(form, 'name', {
  label: { zh: '名称', en: 'Name' },
  help: { zh: '授权时向卖家显示', en: 'Shown to sellers when they consent' },
  max: 60,
})}
${selectField(
  form,
  'has_secret',
  [
    { value: 'yes', label: '有密钥（Make、n8n） with a secret: Make, n8n' },
    { value: 'no', label: '无密钥（桌面程序） without a secret: desktop programs' },
  ],
  { label: { zh: '类型', en: 'Kind' } },
)}</div>
${redirectField(form)}
</div><div class="actions"><button>${both({ zh: '登记', en: 'Register' })}</button></div>`)}</details>`;
}

const redirectField = (form: Form): Html =>
  labelled(
    {
      label: { zh: '回调地址', en: 'Redirect addresses' },
      help: {
        zh: '每行一个，须与客户端给出的完全一致',
        en: 'One on each line, exactly as the client shows them',
      },
    },
    html`<textarea name="redirect_uris" rows="3" required>${form.value('redirect_uris')}</textarea>`,
  );

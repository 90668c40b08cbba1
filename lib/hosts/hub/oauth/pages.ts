/** The pages that a seller sees while a client is connected. */

import type { FastifyReply } from 'fastify';
import type { Bilingual } from '../../../problems.ts';
import { type Html, html } from '../page/html.ts';
import { both, sendPage } from '../page/layout.ts';
import { notice } from '../page/parts.ts';
import type { ShopRow } from '../shops/shops.ts';
import { PASTE_PATH } from '../shops/sign-in.ts';
import type { Client } from './clients.ts';
import type { Authorization } from './requests.ts';

const SCOPE_TEXTS = {
  read: {
    zh: '读取店铺的订单、商品、物流、评价和纠纷，不含买家个人信息',
    en: 'Read the orders, products, parcels, reviews and disputes of the shop, without personal data of buyers',
  },
  subscribe: { zh: '接收店铺新事件的通知', en: 'Be told of new events of the shop' },
} as const;

const SIGN_IN_CHOICE = {
  zh: '您接下来在速卖通登录的店铺',
  en: 'The shop with which you sign in at AliExpress next',
};

export function sendConsentPage(
  reply: FastifyReply,
  { client, request }: { client: Client; request: Authorization },
  shops: readonly ShopRow[],
): FastifyReply {
  const { host } = new URL(request.redirectUri);
  const title = { zh: `允许 ${client.name} 使用您的店铺？`, en: `Allow ${client.name} to use your shop?` };
  return sendPage(
    reply,
    title,
    html`<p>${both({ zh: `${client.name} 将可以：`, en: `${client.name} will be able to:` })}</p>
<ul>${request.scopes.map((scope) => html`<li>${both(SCOPE_TEXTS[scope])}</li>`)}</ul>
<form method="post" action="/oauth/authorize">
${hiddenFields(request)}
<p><strong>店铺 <span lang="en">Shop</span></strong></p>
${shops.map(({ id, name }, n) => choice(id, html`${name} <small>${id}</small>`, n === 0))}
${shops.length > 0 ? choice('', both(SIGN_IN_CHOICE), false) : html`<p>${both(SIGN_IN_CHOICE)}</p>`}
<p>${both({ zh: `完成后返回 ${host}。`, en: `Afterwards you return to ${host}.` })}</p>
<button name="decision" value="allow">同意并继续 Allow</button>
<button name="decision" value="deny" class="second">取消 Cancel</button>
</form>`,
  );
}

const choice = (id: string, label: Html, isChosen: boolean): Html =>
  html`<p><label><input type="radio" name="shop" value="${id}"${isChosen ? html` checked` : ''}> ${label}</label></p>`;

/** The request again, which is checked again when the form arrives. */
function hiddenFields({ client, redirectUri, scopes, state, challenge }: Authorization): Html[] {
  const fields = {
    response_type: 'code',
    client_id: client,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state,
    ...(challenge && { code_challenge: challenge, code_challenge_method: 'S256' }),
  };
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
}

const PASTE_TITLE = { zh: '在速卖通登录', en: 'Sign in at AliExpress' };

interface PasteStep {
  state: string;
  /** Where the seller signs in. */
  address: string;
  /** Why what was pasted is not accepted. */
  refusal?: Bilingual;
}

/** For a registered callback that does not lead back to the hub. */
export const sendPastePage = (
  reply: FastifyReply,
  { state, address, refusal }: PasteStep,
  status = 200,
): FastifyReply =>
  sendPage(
    reply,
    PASTE_TITLE,
    html`${refusal && notice('bad', refusal)}<p><a class="button" href="${address}" target="_blank" rel="noopener">前往速卖通登录 Sign in at AliExpress</a></p>
<p>${both({
      zh: '登录后，请把浏览器最后停留的网址粘贴到这里，网页打不开也没关系：',
      en: 'Afterwards paste the address at which the browser has ended, also if that page does not load:',
    })}</p>
<form method="post" action="${PASTE_PATH}"><input type="hidden" name="state" value="${state}">
<p><textarea name="address" rows="4" required maxlength="4000" autocomplete="off"></textarea></p>
<button>完成 Finish</button></form>`,
    status,
  );

/** What the forms of the page do, each by one request to `/admin`. */

import type * as z from 'zod';
import type { Bilingual } from '../../../problems.ts';
import { alertTestAnswer } from '../admin/alert-channel.ts';
import { newClientAnswer } from '../admin/clients.ts';
import { newKeyAnswer } from '../admin/keys.ts';
import { shopAnswer, signInAnswer } from '../admin/shops.ts';
import { type Admin, nothing, Refusal, UNPROCESSABLE } from './admin.ts';
import { anchorOf, type Done, type Fields, textIn, textsIn } from './form.ts';
import { type Html, html } from './html.ts';
import { both } from './layout.ts';
import { keepRecipe, testRecipe } from './recipe-settings.ts';

/** What comes of a form. */
export type FormResult =
  /** The page is shown again, with a sentence. */
  | { done: DoneKey; shop?: string }
  /** Shown once, in the place of the form. */
  | { answer: Html }
  | { goTo: string }
  | { signInAddress: string };

export interface FormDeclaration {
  /** @param shop the one that is shown */
  send(admin: Admin, fields: Fields, shop: string): Promise<FormResult>;
  /** After a refusal: what is needed to try again. */
  again?(admin: Admin): Promise<{ signInAddress: string }>;
}

export const DONE = {
  recipe_on: {
    form: 'recipe',
    sentence: {
      zh: '已启用。从现在起的新事件会发送。',
      en: 'Switched on. What happens from now on is sent.',
    },
  },
  recipe_off: { form: 'recipe', sentence: { zh: '已停用。', en: 'Switched off.' } },
  recipe_kept: { form: 'recipe', sentence: { zh: '已保存。', en: 'Saved.' } },
  recipe_tested: {
    form: 'test_recipe',
    sentence: { zh: '测试消息已发送，请查看群消息。', en: 'The test message was sent. Look into the group.' },
  },
  alert_channel_kept: {
    section: 'alert-channel',
    sentence: {
      zh: '测试提醒已送达，渠道已保存。',
      en: 'A test alert has arrived, and the channel is saved.',
    },
  },
  alert_channel_tested: {
    section: 'alert-channel',
    sentence: { zh: '测试提醒已送达。', en: 'A test alert has arrived.' },
  },
  alert_channel_removed: {
    section: 'alert-channel',
    sentence: { zh: '提醒渠道已移除。', en: 'The alert channel was removed.' },
  },
  connected: { section: 'shops', sentence: { zh: '店铺已连接。', en: 'The shop is connected.' } },
  shop_removed: {
    section: 'shops',
    sentence: {
      zh: '店铺已移除，其数据已删除。',
      en: 'The shop and all that was stored of it were removed.',
    },
  },
  key_revoked: { section: 'keys', sentence: { zh: '密钥已停用。', en: 'The key was revoked.' } },
  client_removed: { section: 'clients', sentence: { zh: '客户端已移除。', en: 'The client was removed.' } },
  grant_removed: { section: 'clients', sentence: { zh: '授权已撤销。', en: 'The grant was revoked.' } },
} as const satisfies Record<string, Done>;
export type DoneKey = keyof typeof DONE;

/** Where the browser goes after something was done. */
export function doneAddress(key: DoneKey, shop: string | undefined, id: string): string {
  const { section, form }: Done = DONE[key];
  const query = {
    done: key,
    ...(shop !== undefined && { shop }),
    ...(form !== undefined && id !== '' && { id }),
  };
  return `/?${new URLSearchParams(query)}#${form === undefined ? section : anchorOf(form, id)}`;
}

const pathOf = (fields: Fields, path: string): string =>
  `${path}/${encodeURIComponent(textIn(fields, 'id'))}`;

const beginSignIn = (admin: Admin) => admin('POST', '/admin/shops/sign-in', signInAnswer);

function refuseFailed({ problem }: z.output<typeof alertTestAnswer>): void {
  if (problem) throw new Refusal(UNPROCESSABLE, problem);
}

/** A secret that cannot be shown again. */
const secretShown = (sentence: Bilingual, values: Readonly<Record<string, string>>): Html =>
  html`<div class="notice good" role="status"><p>${both(sentence)}</p>${Object.entries(values).map(
    ([name, value]) =>
      html`<p><small>${name}</small><code class="secret" id="new-${name}">${value}</code></p>`,
  )}</div>`;

const ONCE = { zh: '请立即复制，仅显示这一次。', en: 'Copy it now: it is not shown again.' };

const recipeForms: Readonly<Record<string, FormDeclaration>> = {
  recipe: {
    send: async (admin, fields, shop) => {
      const change = textIn(fields, 'do');
      await keepRecipe(admin, fields, shop);
      return { done: change === 'on' ? 'recipe_on' : change === 'off' ? 'recipe_off' : 'recipe_kept' };
    },
  },
  test_recipe: {
    send: async (admin, fields, shop) => {
      await testRecipe(admin, { shop, key: textIn(fields, 'id') }, {});
      return { done: 'recipe_tested' };
    },
  },
  alert_channel: {
    send: async (admin, fields) => {
      const secret = textIn(fields, 'signing_secret').trim();
      const channel = {
        channel: textIn(fields, 'channel'),
        webhook_url: textIn(fields, 'webhook_url').trim(),
        ...(secret !== '' && { signing_secret: secret }),
      };
      refuseFailed(await admin('POST', '/admin/alert-channel/test', alertTestAnswer, channel));
      await admin('PUT', '/admin/alert-channel', nothing, channel);
      return { done: 'alert_channel_kept' };
    },
  },
  test_alert_channel: {
    send: async (admin) => {
      refuseFailed(await admin('POST', '/admin/alert-channel/test', alertTestAnswer));
      return { done: 'alert_channel_tested' };
    },
  },
  remove_alert_channel: {
    send: async (admin) => {
      await admin('DELETE', '/admin/alert-channel', nothing);
      return { done: 'alert_channel_removed' };
    },
  },
};

export const forms: Readonly<Record<string, FormDeclaration>> = {
  ...recipeForms,
  connect: {
    send: async (admin) => {
      const { address, returns_here } = await beginSignIn(admin);
      return returns_here ? { goTo: address } : { signInAddress: address };
    },
  },
  paste: {
    send: async (admin, fields) => {
      const { id } = await admin('POST', '/admin/shops/pasted', shopAnswer, {
        address: textIn(fields, 'address'),
      });
      return { done: 'connected', shop: id };
    },
    again: async (admin) => ({ signInAddress: (await beginSignIn(admin)).address }),
  },
  remove_shop: {
    send: async (admin, fields) => {
      await admin('DELETE', pathOf(fields, '/admin/shops'), nothing);
      return { done: 'shop_removed' };
    },
  },
  create_key: {
    send: async (admin, fields) => {
      const kind = textIn(fields, 'kind');
      const days = textIn(fields, 'expires_in_days').trim();
      const { key } = await admin('POST', '/admin/keys', newKeyAnswer, {
        kind,
        name: textIn(fields, 'name'),
        ...(kind === 'shop' && { shop: textIn(fields, 'shop'), scopes: textsIn(fields, 'scopes') }),
        ...(days !== '' && { expires_in_days: Number(days) }),
      });
      return { answer: secretShown(ONCE, { key }) };
    },
  },
  revoke_key: {
    send: async (admin, fields) => {
      await admin('DELETE', pathOf(fields, '/admin/keys'), nothing);
      return { done: 'key_revoked' };
    },
  },
  create_client: {
    send: async (admin, fields) => {
      const made = await admin('POST', '/admin/clients', newClientAnswer, {
        name: textIn(fields, 'name'),
        redirect_uris: textIn(fields, 'redirect_uris')
          .split(/\s+/)
          .filter((line) => line !== ''),
        has_secret: textIn(fields, 'has_secret') === 'yes',
      });
      const { id, secret } = made;
      return { answer: secretShown(ONCE, { client_id: id, ...(secret && { client_secret: secret }) }) };
    },
  },
  remove_client: {
    send: async (admin, fields) => {
      await admin('DELETE', pathOf(fields, '/admin/clients'), nothing);
      return { done: 'client_removed' };
    },
  },
  remove_grant: {
    send: async (admin, fields) => {
      await admin('DELETE', pathOf(fields, '/admin/grants'), nothing);
      return { done: 'grant_removed' };
    },
  },
};

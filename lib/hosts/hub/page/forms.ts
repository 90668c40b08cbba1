/** What the forms of the page do, by requests to `/admin`. */

import type * as z from 'zod';
import type { Bilingual } from '../../../problems.ts';
import { trackerKey } from '../../../trackers/key.ts';
import { alertTestAnswer } from '../admin/alert-channel.ts';
import { newClientAnswer } from '../admin/clients.ts';
import { newKeyAnswer } from '../admin/keys.ts';
import { shopAnswer, signInAnswer } from '../admin/shops.ts';
import { type Admin, type Method, nothing, Refusal, UNPROCESSABLE } from './admin.ts';
import type { DoneKey } from './done.ts';
import { type Fields, textIn, textsIn } from './form.ts';
import { type Html, html } from './html.ts';
import { both } from './layout.ts';
import { keepRecipe, testRecipe } from './recipe-settings.ts';
import { shopPath } from './view.ts';

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

const idIn = (fields: Fields): string => encodeURIComponent(textIn(fields, 'id'));

/** One request without a body. */
const request = (method: Method, path: (id: string) => string, done: DoneKey): FormDeclaration => ({
  send: async (admin, fields) => {
    await admin(method, path(idIn(fields)), nothing);
    return { done };
  },
});

const beginSignIn = (admin: Admin) => admin('POST', '/admin/shops/sign-in', signInAnswer);

const shopForms = {
  connect: {
    send: async (admin) => {
      const { address, returns_here } = await beginSignIn(admin);
      return returns_here ? { goTo: address } : { signInAddress: address };
    },
  },
  paste: {
    send: async (admin, fields) => {
      const address = textIn(fields, 'address');
      const { id } = await admin('POST', '/admin/shops/pasted', shopAnswer, { address });
      return { done: 'connected', shop: id };
    },
    again: async (admin) => ({ signInAddress: (await beginSignIn(admin)).address }),
  },
  tracker: {
    send: async (admin, fields) => {
      const key = textIn(fields, trackerKey.key);
      await admin('PUT', `/admin/shops/${idIn(fields)}/tracker`, nothing, { key });
      return { done: 'tracker_kept' };
    },
  },
  remove_tracker: request('DELETE', (id) => `/admin/shops/${id}/tracker`, 'tracker_removed'),
  remove_shop: request('DELETE', (id) => `/admin/shops/${id}`, 'shop_removed'),
} satisfies Record<string, FormDeclaration>;

const RECIPE_DONE: Readonly<Record<string, DoneKey>> = { on: 'recipe_on', off: 'recipe_off' };

const recipeForms = {
  recipe: {
    send: async (admin, fields, shop) => {
      await keepRecipe(admin, fields, shop);
      return { done: RECIPE_DONE[textIn(fields, 'do')] ?? 'recipe_kept' };
    },
  },
  test_recipe: {
    send: async (admin, fields, shop) => {
      await testRecipe(admin, { shop, key: textIn(fields, 'id') }, {});
      return { done: 'recipe_tested' };
    },
  },
  recipe_example: request('POST', (id) => `/admin/subscriptions/${id}/example`, 'recipe_example'),
} satisfies Record<string, FormDeclaration>;

const eventForms = {
  send_again: {
    send: async (admin, fields) => {
      const step = textIn(fields, 'step');
      const path = `/admin/events/${encodeURIComponent(textIn(fields, 'event'))}/send-again`;
      await admin('POST', path, nothing, step === '' ? {} : { step });
      return { done: 'sent_again' };
    },
  },
  send_all_again: {
    send: async (admin, _fields, shop) => {
      await admin('POST', `${shopPath(shop)}/events/send-again`, nothing);
      return { done: 'sent_all_again' };
    },
  },
  announce: {
    send: async (admin, fields, shop) => {
      const span = { from: textIn(fields, 'from'), to: textIn(fields, 'to') };
      await admin('POST', `${shopPath(shop)}/skipped/announce`, nothing, span);
      return { done: 'announced' };
    },
  },
  example: request('POST', (id) => `/admin/subscriptions/${id}/example`, 'example'),
  pause: request('POST', (id) => `/admin/subscriptions/${id}/pause`, 'paused'),
  resume: request('POST', (id) => `/admin/subscriptions/${id}/resume`, 'resumed'),
  remove_subscription: request('DELETE', (id) => `/admin/subscriptions/${id}`, 'subscription_removed'),
} satisfies Record<string, FormDeclaration>;

const alertForms = {
  alert_channel: {
    send: async (admin, fields) => {
      const channel = alertChannelIn(fields);
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
  remove_alert_channel: request('DELETE', () => '/admin/alert-channel', 'alert_channel_removed'),
} satisfies Record<string, FormDeclaration>;

/** The bot of a recipe, or an address. */
function alertChannelIn(fields: Fields): object {
  const url = textIn(fields, 'webhook_url').trim();
  const secret = textIn(fields, 'signing_secret').trim();
  const [channel, shop, recipe] = textIn(fields, 'same_as').split(' ');
  if (url === '' && channel && shop && recipe) return { channel, same_as: { shop, recipe } };
  return {
    channel: textIn(fields, 'channel'),
    webhook_url: url,
    ...(secret !== '' && { signing_secret: secret }),
  };
}

function refuseFailed({ problem }: z.output<typeof alertTestAnswer>): void {
  if (problem) throw new Refusal(UNPROCESSABLE, problem);
}

const accessForms = {
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
      return { answer: shownOnce({ key }) };
    },
  },
  revoke_key: request('DELETE', (id) => `/admin/keys/${id}`, 'key_revoked'),
  create_client: {
    send: async (admin, fields) => {
      const { id, secret } = await admin('POST', '/admin/clients', newClientAnswer, {
        name: textIn(fields, 'name'),
        redirect_uris: textIn(fields, 'redirect_uris')
          .split(/\s+/)
          .filter((line) => line !== ''),
        has_secret: textIn(fields, 'has_secret') === 'yes',
      });
      return { answer: shownOnce({ client_id: id, ...(secret && { client_secret: secret }) }) };
    },
  },
  remove_client: request('DELETE', (id) => `/admin/clients/${id}`, 'client_removed'),
  remove_grant: request('DELETE', (id) => `/admin/grants/${id}`, 'grant_removed'),
} satisfies Record<string, FormDeclaration>;

const ONCE: Bilingual = { zh: '请立即复制，仅显示这一次。', en: 'Copy it now: it is not shown again.' };

const shownOnce = (values: Readonly<Record<string, string>>): Html =>
  html`<div class="notice good" role="status"><p>${both(ONCE)}</p>${Object.entries(values).map(
    ([name, value]) =>
      html`<p><small>${name}</small><code class="secret" id="new-${name}">${value}</code></p>`,
  )}</div>`;

/** By the values of their hidden field `form`. */
export const forms: ReadonlyMap<string, FormDeclaration> = new Map(
  Object.entries({ ...shopForms, ...recipeForms, ...eventForms, ...alertForms, ...accessForms }),
);

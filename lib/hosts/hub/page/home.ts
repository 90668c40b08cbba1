/** The page at `/`: everything that the owner of the hub sees and does, for a browser that has signed in. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { requireAdmin, sessionOf } from '../access/admins.ts';
import type { HubServices } from '../api/services.ts';
import { addressesOf } from '../settings.ts';
import { type Admin, adminFor, Refusal } from './admin.ts';
import { DONE, type DoneKey, doneAddress } from './done.ts';
import { anchorOf, type Fields, fieldsSchema, textIn } from './form.ts';
import { type FormDeclaration, forms } from './forms.ts';
import { type Html, html } from './html.ts';
import { both, sendHtml } from './layout.ts';
import { notice } from './parts.ts';
import { activitySection } from './sections/activity.ts';
import { alertChannelSection } from './sections/alert-channel.ts';
import { alertsSection } from './sections/alerts.ts';
import { clientsSection } from './sections/clients.ts';
import { eventsSection, undeliveredSection } from './sections/events.ts';
import { keysSection } from './sections/keys.ts';
import { recipesSection } from './sections/recipes.ts';
import { shopsSection, shopTabs } from './sections/shops.ts';
import { skippedSection } from './sections/skipped.ts';
import { subscriptionsSection } from './sections/subscriptions.ts';
import { pageOf, readView, type View, type Wanted } from './view.ts';

const TITLE = { zh: '速卖通中转服务', en: 'AliExpress hub' };

const querySchema = z.object({
  /** The shop that is shown. */
  shop: z.string().optional().catch(undefined),
  /** Which of the older events that have not arrived are shown. */
  undelivered_before: z.coerce.number().int().optional().catch(undefined),
  /** What has just been done. */
  done: z
    .enum(Object.keys(DONE) as [DoneKey])
    .optional()
    .catch(undefined),
  /** In which form. */
  id: z.string().optional().catch(undefined),
});

export function mountHome(server: FastifyInstance, { runtime }: HubServices): void {
  const { registry, clock } = runtime;
  const { page: home } = addressesOf(runtime.hub);
  const show = async (reply: FastifyReply, admin: Admin, wanted: Wanted, status: number) => {
    const view = await readView(admin, { registry, now: clock.now() }, wanted);
    return sendHtml(reply, TITLE, bodyOf(view), status);
  };

  server.get('/', async (request, reply) => {
    if (!sessionOf(runtime, request)) return reply.redirect('/sign-in', 303);
    const { shop, undelivered_before: undeliveredBefore, done, id } = querySchema.parse(request.query);
    const sentence = done && { ...DONE[done], ...(id !== undefined && { id }) };
    return show(reply, adminFor(home, request), { shop, undeliveredBefore, done: sentence }, 200);
  });

  server.post('/', async (request, reply) => {
    if (!sessionOf(runtime, request)) return reply.redirect('/sign-in', 303);
    requireAdmin(runtime, request);
    const { shop, undelivered_before: undeliveredBefore } = querySchema.parse(request.query);
    const fields = fieldsSchema.catch({}).parse(request.body ?? {});
    const form = forms.get(textIn(fields, 'form'));
    if (!form) return reply.redirect(pageOf(shop), 303);
    const admin = adminFor(home, request);
    const ended = await send(admin, form, fields, { shop, undeliveredBefore });
    return 'goTo' in ended ? reply.redirect(ended.goTo, 303) : show(reply, admin, ended.wanted, ended.status);
  });
}

type Ended = { goTo: string } | { status: number; wanted: Wanted };

async function send(
  admin: Admin,
  form: FormDeclaration,
  fields: Fields,
  shown: Pick<Wanted, 'shop' | 'undeliveredBefore'>,
): Promise<Ended> {
  const sent = { form: textIn(fields, 'form'), id: textIn(fields, 'id'), fields };
  try {
    const result = await form.send(admin, fields, shown.shop ?? '');
    if ('goTo' in result) return result;
    if ('done' in result)
      return {
        goTo: doneAddress(result.done, result.shop === undefined ? shown : { shop: result.shop }, sent.id),
      };
    if ('answer' in result)
      return { status: 200, wanted: { ...shown, sent: { ...sent, answer: result.answer } } };
    return { status: 200, wanted: { ...shown, ...result } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = { ...shown, sent: { ...sent, refusals: error.sentences } };
    return { status: error.status, wanted: { ...refused, ...(await form.again?.(admin)) } };
  }
}

function bodyOf(view: View): Html {
  const { chosen } = view;
  const sections = sectionsOf(view);
  return html`<main>
<header class="top"><h1>${both(TITLE)}</h1>
<form method="post" action="/sign-out"><button class="plain">${both({ zh: '退出登录', en: 'Sign out' })}</button></form></header>
<nav>${MENU.filter(({ ofShop }) => chosen || !ofShop).map(
    ({ id, zh, en }) => html`<a href="#${id}">${both({ zh, en })}</a>`,
  )}</nav>
${resultOfGoneForm(view, sections)}
${sections}
<footer>时间均为北京时间。 <span lang="en">All times are Beijing time.</span></footer>
</main>`;
}

/** What a form was about may have been removed meanwhile, for example in another window, or have arrived at once. */
function resultOfGoneForm({ sent, done }: View, sections: Html): Html | undefined {
  const isGone = (form: string, id: string) => {
    const anchor = html`id="${anchorOf(form, id)}"`;
    return !sections.html.includes(anchor.html);
  };
  if (sent?.refusals && isGone(sent.form, sent.id)) return notice('bad', ...sent.refusals);
  if (done?.form !== undefined && isGone(done.form, done.id ?? '')) return notice('good', done.sentence);
  return undefined;
}

function sectionsOf(view: View): Html {
  const { chosen } = view;
  return html`${alertsSection(view)}
${shopsSection(view)}
${
  chosen &&
  html`${shopTabs(view)}${activitySection(view, chosen.activity)}
${recipesSection(view, chosen)}
${eventsSection(view, chosen)}
${undeliveredSection(view, chosen)}
${skippedSection(view, chosen)}
${subscriptionsSection(view, chosen)}`
}
${alertChannelSection(view)}
${keysSection(view)}
${clientsSection(view)}`;
}

const MENU = [
  { id: 'shops', zh: '店铺', en: 'Shops' },
  { id: 'activity', zh: '今日调用', en: 'Calls', ofShop: true },
  { id: 'recipes', zh: '流程模板', en: 'Recipes', ofShop: true },
  { id: 'events', zh: '最近事件', en: 'Events', ofShop: true },
  { id: 'alert-channel', zh: '提醒渠道', en: 'Alert channel' },
  { id: 'keys', zh: '密钥', en: 'Keys' },
  { id: 'clients', zh: 'OAuth 客户端', en: 'Clients' },
];

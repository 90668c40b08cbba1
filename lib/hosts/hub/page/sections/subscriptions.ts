/** What programs have subscribed to for the shop that is shown. Recipes have a section of their own. */

import type { Bilingual } from '../../../../problems.ts';
import { buttonForm, formOf } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { badge, confirmed, facts, type Mood, notice, section } from '../parts.ts';
import type { ChosenShop, SubscriptionAnswer, View } from '../view.ts';

const TITLE = { zh: '订阅', en: 'Subscriptions' };
const ABOUT = {
  zh: '其他程序（如 n8n、Make）通过接口创建，在这里查看和管理。',
  en: 'Made by other programs, such as n8n or Make, through the API.',
};

/** Nothing where there are none: a seller who uses recipes only does not need the word. */
export function subscriptionsSection(view: View, { subscriptions }: ChosenShop): Html | undefined {
  const shown = subscriptions.filter(({ kind }) => kind !== 'recipe');
  if (shown.length === 0) return undefined;
  return section(
    view,
    'subscriptions',
    TITLE,
    ABOUT,
    html`<ul class="list">${shown.map((each) => subscriptionItem(view, each))}</ul>`,
  );
}

function subscriptionItem(view: View, subscription: SubscriptionAnswer): Html {
  const { id, trigger, kind, owner, state, target_host, target_state, reason, target_reason } = subscription;
  const label = view.registry.triggers.find(({ key }) => key === trigger)?.label ?? { zh: trigger, en: '' };
  const { label: stateLabel, mood } = stateOf(subscription);
  const why = reason ?? target_reason;
  const isResumable = state === 'paused' || state === 'ended' || target_state !== 'open';
  return html`<li><div class="row"><div class="grow"><h3>${both(label)}</h3>
${facts([
  [{ zh: '去向', en: 'Goes to' }, target_host ?? both({ zh: '由客户端读取', en: 'read by a client' })],
  [{ zh: '创建者', en: 'Made by' }, ownerOf(view, owner)],
])}</div>${badge(stateLabel, mood)}</div>
${why !== null && notice('warn', why)}
${html`<div class="actions">${kind === 'hook' && state !== 'ended' && buttonForm(view, 'example', id, { zh: '发送示例', en: 'Send an example' }, 'second small')}
${
  isResumable
    ? buttonForm(view, 'resume', id, { zh: '恢复', en: 'Resume' }, 'small')
    : buttonForm(view, 'pause', id, { zh: '暂停', en: 'Pause' }, 'second small')
}
${removal(view, id)}</div>`}</li>`;
}

const removal = (view: View, id: string): Html =>
  confirmed(
    { zh: '移除', en: 'Remove' },
    { zh: '将删除该订阅及其事件记录。', en: 'Deletes the subscription and its events.' },
    formOf(view, 'remove_subscription', id).around(
      html`<div class="actions"><button class="danger small">${both({ zh: '确认移除', en: 'Remove it' })}</button></div>`,
    ),
  );

function stateOf({ state, target_state }: SubscriptionAnswer): { label: Bilingual; mood?: Mood } {
  if (state === 'ended') return { label: { zh: '已结束', en: 'ended' } };
  if (state === 'paused') return { label: { zh: '已暂停', en: 'paused' }, mood: 'warn' };
  if (target_state === 'gone') return { label: { zh: '地址无响应', en: 'nobody listens' }, mood: 'bad' };
  if (target_state === 'refusing') return { label: { zh: '地址拒绝接收', en: 'refused' }, mood: 'bad' };
  return state === 'starting'
    ? { label: { zh: '启动中', en: 'starting' }, mood: 'good' }
    : { label: { zh: '运行中', en: 'active' }, mood: 'good' };
}

/** The name of the key, or of the client that the seller has allowed. */
const ownerOf = ({ keys, clients }: View, owner: string): string =>
  keys.find(({ id }) => id === owner)?.name ??
  clients.find(({ grants }) => grants.some(({ id }) => id === owner))?.name ??
  owner;

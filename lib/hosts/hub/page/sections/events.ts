/** The newest events of the shop that is shown with what became of each, and older ones that have not arrived. */

import type { Bilingual } from '../../../../problems.ts';
import { buttonForm, formOf } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { badge, empty, facts, type Mood, newestFirst, section, timeOf } from '../parts.ts';
import { type ChosenShop, type EventAnswer, pageOf, type View } from '../view.ts';

type Delivery = EventAnswer['deliveries'][number];

const TITLE = { zh: '最近事件', en: 'Latest events' };
const NO_EVENTS = {
  zh: '还没有事件。启用流程模板后，新发生的事件会显示在这里。',
  en: 'No events yet. Switch on a recipe: what happens from then on is shown here.',
};
const SHOWN = 10;

export function eventsSection(view: View, { events }: ChosenShop): Html {
  const isOpen = events.slice(SHOWN).some(({ seq }) => isJustSent(view, seq));
  const items = events.map((event) => eventItem(view, event));
  const content = events.length === 0 ? empty(NO_EVENTS) : newestFirst(items, SHOWN, isOpen);
  return section(view, 'events', TITLE, undefined, content);
}

const UNDELIVERED = { zh: '较早的未送达事件', en: 'Older undelivered events' };
const ABOUT_UNDELIVERED = {
  zh: '未送达、可能已送达或稍后重试的事件，可在这里重发。',
  en: 'They were not delivered, may have arrived, or are tried again later. Each can be sent again.',
};

/** Nothing where there are none. */
export function undeliveredSection(
  view: View,
  { shop, undelivered, givenUp, nextUndeliveredBefore: next }: ChosenShop,
): Html | undefined {
  const isFirst = view.undeliveredBefore === undefined;
  if (isFirst && undelivered.length === 0) return undefined;
  const items = undelivered.map((event) => eventItem(view, event));
  const isOpen = !isFirst || undelivered.some(({ seq }) => isJustSent(view, seq));
  const link = (before: number | undefined, label: Bilingual) =>
    html`<a class="button second" href="${pageOf(shop.id, before)}#undelivered">${both(label)}</a>`;
  return section(
    view,
    'undelivered',
    UNDELIVERED,
    ABOUT_UNDELIVERED,
    html`${givenUp > 1 && sendAllForm(view, givenUp)}${undelivered.length === 0 ? empty(NO_MORE) : newestFirst(items, SHOWN, isOpen)}
${
  (!isFirst || next !== null) &&
  html`<div class="actions">${!isFirst && link(undefined, { zh: '返回最新', en: 'Newest' })}
${next !== null && link(next, { zh: '更早的事件', en: 'Older ones' })}</div>`
}`,
  );
}

const sendAllForm = (view: View, count: number): Html =>
  buttonForm(
    view,
    'send_all_again',
    '',
    { zh: `全部重发（未送达 ${count} 条）`, en: `Send all again (${count} not delivered)` },
    'second',
  );

const NO_MORE = { zh: '没有更早的了。', en: 'There are no older ones.' };

const isJustSent = ({ done, sent }: View, seq: number): boolean =>
  [done, sent].some((each) => each?.form === 'send_again' && each.id?.split(' ')[0] === String(seq));

function eventItem(view: View, event: EventAnswer): Html {
  const { title, title_zh, occurred_at, deliveries, can_be_sent_again: isKept } = event;
  const open = deliveries.filter(({ state }) => state !== 'delivered');
  const isWhole = isKept && open.length === 0;
  return html`<li><div class="row"><div class="grow"><h3>${title_zh}</h3>
<p class="soft" lang="en">${title}</p>
${facts([
  [{ zh: '时间', en: 'Time' }, timeOf(occurred_at, view.now)],
  [{ zh: '去向', en: 'Goes to' }, goalOf(view, event)],
])}</div>
${deliveries.length > 0 && open.length === 0 && badge(STATES.delivered.label, STATES.delivered.mood)}
${isWhole && againForm(view, event)}</div>
${open.map((delivery) => deliveryLine(view, event, delivery))}</li>`;
}

const STATES: Record<Delivery['state'], { label: Bilingual; mood: Mood | undefined }> = {
  waiting: { label: { zh: '待发送', en: 'waiting' }, mood: undefined },
  parked: { label: { zh: '稍后重试', en: 'tried again later' }, mood: 'warn' },
  delivered: { label: { zh: '已送达', en: 'delivered' }, mood: 'good' },
  unknown: { label: { zh: '可能已送达', en: 'may have arrived' }, mood: 'warn' },
  dead: { label: { zh: '未送达', en: 'not delivered' }, mood: 'bad' },
};

/** What has not arrived, or not for certain, and why. */
function deliveryLine(view: View, event: EventAnswer, delivery: Delivery): Html {
  const { step, state, reason, due_at } = delivery;
  const { label, mood } = STATES[state];
  return html`<div class="row delivery"><span class="grow">${badge(label, mood)} ${both(stepName(view, step))}${
    reason !== null && html` · ${both(reason)}`
  }${reason !== null && due_at !== null && html` · ${both({ zh: '下次', en: 'next' })} ${timeOf(due_at, view.now)}`}</span>
${event.can_be_sent_again && state !== 'waiting' && againForm(view, event, step)}</div>`;
}

function againForm(view: View, { seq }: EventAnswer, step = ''): Html {
  return formOf(view, 'send_again', step === '' ? String(seq) : `${seq} ${step}`).around(
    html`<input type="hidden" name="event" value="${seq}"><input type="hidden" name="step" value="${step}">
<button class="second small">${both({ zh: '重发', en: 'Send again' })}</button>`,
  );
}

/** Where the event goes: to the recipe's channels, to an address, or nowhere, because a client reads it. */
function goalOf(view: View, { kind, owner, subscription, deliveries }: EventAnswer): Html {
  if (kind === 'recipe') {
    const title = view.registry.recipes.find(({ key }) => key === owner)?.title ?? { zh: owner, en: '' };
    const steps = deliveries.map(({ step }) => stepName(view, step).zh);
    return html`${title.zh}${steps.length > 0 && html`（${[...new Set(steps)].join('、')}）`}`;
  }
  if (kind === 'pull') return both({ zh: '由客户端读取', en: 'read by a client' });
  const host = view.chosen?.subscriptions.find(({ id }) => id === subscription)?.target_host;
  return html`${host ?? subscription}`;
}

function stepName({ registry }: View, step: string): Bilingual {
  return registry.channels.find(({ key }) => key === step)?.name ?? STEPS[step] ?? { zh: step, en: '' };
}

const STEPS: Readonly<Record<string, Bilingual>> = {
  sheet: { zh: '表格', en: 'sheet' },
  ticket: { zh: '工单', en: 'ticket' },
  webhook: { zh: '推送', en: 'webhook' },
};

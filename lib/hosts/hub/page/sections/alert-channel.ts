/** The alert channel: one group that is told when something needs its owner. */

import { type Form, formOf, secretField, selectField } from '../form.ts';
import { type Html, html } from '../html.ts';
import { both } from '../layout.ts';
import { badge, confirmed, empty, notice, section } from '../parts.ts';
import type { AlertChannelAnswer, View } from '../view.ts';

const TITLE = { zh: '提醒渠道', en: 'Alert channel' };
const ABOUT = {
  zh: '需要重新连接店铺、订阅暂停或消息丢弃时，在群里通知你。',
  en: 'A group that is told when a shop must be connected again, a subscription is paused or something is dropped.',
};

export function alertChannelSection(view: View): Html {
  const { alertChannel } = view;
  const { channel, channels, problem } = alertChannel;
  const name = channels.find(({ key }) => key === channel)?.name;
  return section(
    view,
    'alert-channel',
    TITLE,
    ABOUT,
    html`${
      name
        ? html`<div class="row"><h3 class="grow">${both(name)}</h3>${
            problem
              ? badge({ zh: '未送达', en: 'not delivered' }, 'bad')
              : badge({ zh: '已设置', en: 'set' }, 'good')
          }</div>${problem && notice('bad', problem)}${keptActions(view)}`
        : empty({ zh: '尚未设置，提醒只显示在本页。', en: 'Not set: alerts are shown only on this page.' })
    }
${channelForm(view, alertChannel)}`,
  );
}

const keptActions = (view: View): Html =>
  html`<div class="actions">${formOf(view, 'test_alert_channel').around(
    html`<button class="second small">${both({ zh: '发送测试提醒', en: 'Send a test alert' })}</button>`,
  )}
${confirmed(
  { zh: '移除', en: 'Remove' },
  { zh: '提醒将只显示在本页。', en: 'Alerts will be shown only on this page.' },
  formOf(view, 'remove_alert_channel').around(
    html`<div class="actions"><button class="danger small">${both({ zh: '确认移除', en: 'Remove the channel' })}</button></div>`,
  ),
)}</div>`;

function channelForm(view: View, { channel, channels, bots }: AlertChannelAnswer): Html {
  const isRequired = bots.length === 0;
  const form = formOf(view, 'alert_channel');
  const isOpen = form.isSent || channel === null;
  const title = channel === null ? { zh: '设置提醒渠道', en: 'Set up' } : { zh: '更换', en: 'Change' };
  return html`<details class="add"${isOpen && html` open`}><summary>${both(title)}</summary>
${form.around(html`${botField(form, bots)}<div class="fields two">
${selectField(
  form,
  'channel',
  channels.map(({ key, name: { zh, en } }) => ({ value: key, label: `${zh} ${en}` })),
  { label: { zh: '群机器人', en: 'Messenger' }, preset: channel ?? '' },
)}
${secretField('webhook_url', { label: { zh: 'Webhook 地址', en: 'Webhook URL' }, isRequired })}
${secretField('signing_secret', {
  label: { zh: '签名密钥', en: 'Signing secret' },
  help: { zh: '仅当机器人开启了签名时填写', en: 'Only if the bot asks for a signature' },
  isRequired: false,
})}
</div>
<ul class="soft help">${channels.map(
  ({ name, address_help }) =>
    html`<li>${both({ zh: `${name.zh}：${address_help.zh}`, en: address_help.en })}</li>`,
)}</ul>
<div class="actions"><button>${both({ zh: '测试并保存', en: 'Test and save' })}</button></div>`)}</details>`;
}

/** The bots of recipes, without their addresses. */
const botField = (form: Form, bots: AlertChannelAnswer['bots']): Html | false =>
  bots.length > 0 &&
  html`<div class="fields">${selectField(
    form,
    'same_as',
    [
      { value: '', label: '在下方填写地址 Enter the address below' },
      ...bots.map(({ channel, shop, shop_name, recipe, title: { zh, en } }) => ({
        value: `${channel} ${shop} ${recipe}`,
        label: `${shop_name}：与“${zh}”相同的机器人 The bot of "${en}"`,
      })),
    ],
    { label: { zh: '机器人', en: 'Bot' } },
  )}</div>`;

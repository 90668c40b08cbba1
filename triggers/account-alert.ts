import { account } from '../lib/feeds/account.ts';
import { field, ifGiven, input, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'account_alert',
  noun: 'Account Alert',
  label: 'New Account Alert',
  description:
    'Triggers when the calls of the day run low, the account is paused, or the shop must be reconnected.',
  feed: account,
  inputs: {
    alerts: choices({
      label: 'Alerts',
      help: 'Leave empty for all.',
      choices: {
        budget_80: '80 % of the calls of the day are used',
        budget_100: 'All calls of the day are used',
        banned: 'AliExpress has paused the account',
        reconnect: 'The shop must be reconnected',
      },
    }),
  },
  where: ifGiven('alerts', oneOf(field('kind'), input('alerts'))),
  id: field('alert_id'),
  occurredAt: field('raised_at'),
  dueAt: field('until'),
  message: {
    severity: 'warning',
    title: { en: '{headline}', zh: '{headline_zh}' },
    text: {
      en: '{detail}\n**Until** {until|time} (Beijing)',
      zh: '{detail_zh}\n**截止时间** {until|time}（北京时间）',
    },
  },
});

/** Something about the account that a person should know. Made by the pack itself, not by AliExpress. */

import { record } from '../../pack/record.ts';
import { SELLER_CENTER } from './order.ts';

export const accountAlert = record({
  key: 'account_alert',
  id: 'alert_id',
  link: SELLER_CENTER,
  fields: {
    alert_id: { label: 'Alert Number', from: 'alert_id', as: 'text', required: true },
    kind: {
      label: 'Kind',
      help: 'budget_80, budget_100, banned or reconnect.',
      from: 'kind',
      as: 'text',
      required: true,
    },
    headline: { label: 'Headline', from: 'headline', as: 'text' },
    headline_zh: { label: 'Headline (Chinese)', from: 'headline_zh', as: 'text' },
    detail: { label: 'Detail', from: 'detail', as: 'text' },
    detail_zh: { label: 'Detail (Chinese)', from: 'detail_zh', as: 'text' },
    raised_at: { label: 'Raised At', from: 'raised_at', as: 'epoch_time', required: true },
    until: {
      label: 'Until',
      help: 'When the day’s calls start anew, the pause ends, or the connection ends.',
      from: 'until',
      as: 'epoch_time',
    },
  },
});

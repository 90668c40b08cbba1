/** An alert about the account. The connector makes it, not AliExpress. */

import { record } from '../../pack/record.ts';
import { SELLER_CENTER } from './order.ts';

export const accountAlert = record({
  key: 'account_alert',
  id: 'alert_id',
  link: SELLER_CENTER,
  fields: {
    alert_id: { label: { en: 'Alert ID', zh: '提醒编号' }, from: 'alert_id', as: 'text', required: true },
    alert_type: {
      label: { en: 'Alert Type', zh: '提醒类型' },
      from: 'alert_type',
      as: 'text',
      required: true,
    },
    headline: { label: { en: 'Headline', zh: '标题（英文）' }, from: 'headline', as: 'message' },
    headline_zh: { label: { en: 'Headline (Chinese)', zh: '标题' }, from: 'headline_zh', as: 'message' },
    detail: { label: { en: 'Detail', zh: '说明（英文）' }, from: 'detail', as: 'message' },
    detail_zh: { label: { en: 'Detail (Chinese)', zh: '说明' }, from: 'detail_zh', as: 'message' },
    raised_at: {
      label: { en: 'Raised At', zh: '提醒时间' },
      from: 'raised_at',
      as: 'epoch_time',
      required: true,
    },
    until: { label: { en: 'Until', zh: '截止时间' }, from: 'until', as: 'epoch_time' },
  },
});

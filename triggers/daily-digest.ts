import { digestHour, digests } from '../lib/feeds/digest.ts';
import { timeZone } from '../lib/feeds/figures.ts';
import { field } from '../lib/pack/expression.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'daily_digest',
  noun: 'Digest',
  label: 'Daily Digest',
  description: 'Triggers when the hour of the day has come that you choose, with the figures of the shop.',
  feed: digests,
  inputs: { hour: digestHour, zone: timeZone },
  id: field('digest_id'),
  occurredAt: field('digest_at'),
  message: {
    severity: 'info',
    title: { en: 'Shop digest of {date}', zh: '店铺日报 {date}' },
    text: { en: '{summary}', zh: '{summary_zh}' },
  },
});

import { digestHour, digests } from '../lib/feeds/digest.ts';
import { timeZone } from '../lib/feeds/time-zone.ts';
import { field } from '../lib/pack/expression.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'daily_digest',
  noun: 'Digest',
  label: { en: 'Daily Shop Report', zh: '店铺日报' },
  description: {
    en: 'Triggers when the hour you choose comes, once a day, with the key figures of the shop.',
    zh: '每天到所选整点时触发一次，附店铺关键数据。',
  },
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

import { dailyReports, reportHour } from '../lib/feeds/daily-report.ts';
import { timeZone } from '../lib/feeds/time-zone.ts';
import { exists, field } from '../lib/pack/expression.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'daily_report',
  noun: 'Daily Report',
  label: { en: 'Daily Shop Report', zh: '店铺日报' },
  makeLabel: 'Watch Daily Reports',
  description: {
    en: 'Triggers when the hour you choose comes, once a day, with the key figures of the shop.',
    zh: '每天到所选整点时触发一次，附店铺关键数据。',
  },
  feed: dailyReports,
  inputs: { hour: reportHour, time_zone: timeZone },
  id: field('report_id'),
  occurredAt: field('report_at'),
  matchedAt: timeOf('report_at'),
  message: {
    severity: 'info',
    title: [
      {
        when: exists(field('order_count')),
        en: '{order_count} orders · {paid_text} · {date}',
        zh: '店铺日报 {date}：{order_count} 单 · {paid_text}',
      },
      { en: 'Daily report · {date}', zh: '店铺日报 {date}' },
    ],
    text: { en: '{summary}', zh: '{summary_zh}' },
  },
});

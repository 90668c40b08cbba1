/** The calls of the day, used and left. The connector makes it, not AliExpress. */

import { record } from '../../pack/record.ts';
import { SELLER_CENTER } from './order.ts';

export const callBudget = record({
  key: 'call_budget',
  id: 'day',
  link: SELLER_CENTER,
  fields: {
    day: {
      label: { en: 'Day', zh: '日期' },
      help: { en: 'In the time zone of the daily limit.', zh: '以每日上限所用的时区为准。' },
      from: 'day',
      as: 'text',
      required: true,
    },
    used: { label: { en: 'Calls Used', zh: '已用次数' }, from: 'used', as: 'integer', required: true },
    left: { label: { en: 'Calls Left', zh: '剩余次数' }, from: 'left', as: 'integer', required: true },
    limit: { label: { en: 'Daily Limit', zh: '每日上限' }, from: 'limit', as: 'integer', required: true },
    resets_at: {
      label: { en: 'Resets At', zh: '重置时间' },
      from: 'resets_at',
      as: 'epoch_time',
      required: true,
    },
    banned_until: {
      label: { en: 'Paused Until', zh: '暂停至' },
      help: { en: 'Only while AliExpress pauses the calls.', zh: '仅在接口调用被暂停时有值。' },
      from: 'banned_until',
      as: 'epoch_time',
    },
    renew_by: { label: { en: 'Reconnect By', zh: '重新连接期限' }, from: 'renew_by', as: 'epoch_time' },
    feeds: {
      label: { en: 'Data Sources', zh: '数据来源' },
      from: 'feeds',
      as: 'items',
      items: {
        feed: { label: { en: 'Data Source', zh: '数据类型' }, from: 'feed', as: 'text' },
        last_refresh_at: {
          label: { en: 'Last Checked At', zh: '上次查询' },
          from: 'last_refresh_at',
          as: 'epoch_time',
        },
        next_expected_at: {
          label: { en: 'Next Check At', zh: '下次查询' },
          from: 'next_expected_at',
          as: 'epoch_time',
        },
        average_delay_minutes: {
          label: { en: 'Average Delay Today (minutes)', zh: '今日平均延迟（分钟）' },
          from: 'average_delay_minutes',
          as: 'integer',
        },
        waiting_count: { label: { en: 'Waiting', zh: '等待数' }, from: 'waiting_count', as: 'integer' },
        waiting_since: {
          label: { en: 'Waiting Since', zh: '等待开始时间' },
          from: 'waiting_since',
          as: 'epoch_time',
        },
        reason: { label: { en: 'Waiting Reason', zh: '等待原因（英文）' }, from: 'reason', as: 'text' },
        reason_zh: {
          label: { en: 'Waiting Reason (Chinese)', zh: '等待原因' },
          from: 'reason_zh',
          as: 'text',
        },
      },
    },
  },
});

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
    calls_used: {
      label: { en: 'Calls Used', zh: '已用次数' },
      from: 'calls_used',
      as: 'integer',
      required: true,
    },
    calls_left: {
      label: { en: 'Calls Left', zh: '剩余次数' },
      from: 'calls_left',
      as: 'integer',
      required: true,
    },
    call_limit: {
      label: { en: 'Daily Limit', zh: '每日上限' },
      from: 'call_limit',
      as: 'integer',
      required: true,
    },
    resets_at: {
      label: { en: 'Resets At', zh: '重置时间' },
      from: 'resets_at',
      as: 'epoch_time',
      required: true,
    },
    paused_until: {
      label: { en: 'Paused Until', zh: '暂停至' },
      help: { en: 'Only while AliExpress pauses the calls.', zh: '仅在接口调用被暂停时有值。' },
      from: 'paused_until',
      as: 'epoch_time',
    },
    reconnect_by: {
      label: { en: 'Reconnect By', zh: '重新连接期限' },
      help: {
        en: 'AliExpress ends the authorization then. Alerts come 14, 3 and 1 days before.',
        zh: '速卖通授权到期的时间，到期前 14、3、1 天会收到提醒。',
      },
      from: 'reconnect_by',
      as: 'epoch_time',
    },
    tracker_credits_used: {
      label: { en: 'Tracker Credits Used', zh: '追踪服务已用额度' },
      help: {
        en: 'Of the 17TRACK account. Empty if the connection has no 17TRACK key, or 17TRACK does not answer.',
        zh: '17TRACK 账号的额度。连接未填写 17TRACK 密钥或 17TRACK 无响应时为空。',
      },
      from: 'tracker_credits_used',
      as: 'integer',
    },
    tracker_credits_left: {
      label: { en: 'Tracker Credits Left', zh: '追踪服务剩余额度' },
      help: { en: 'Each new parcel uses one.', zh: '每个新包裹消耗一个。' },
      from: 'tracker_credits_left',
      as: 'integer',
    },
    parcels_under_way: {
      label: { en: 'Parcels Under Way', zh: '在途包裹数' },
      help: { en: 'Empty while no workflow watches parcels.', zh: '没有流程关注包裹时为空。' },
      from: 'parcels_under_way',
      as: 'integer',
    },
    parcels_tracked: {
      label: { en: 'Parcels Followed by Tracker', zh: '由追踪服务跟踪的包裹数' },
      help: { en: 'They need no calls.', zh: '不消耗接口调用。' },
      from: 'parcels_tracked',
      as: 'integer',
    },
    parcels_checked: {
      label: { en: 'Parcels Checked With Calls', zh: '通过接口查询的包裹数' },
      help: { en: 'Each is checked when it is due.', zh: '到期即查询。' },
      from: 'parcels_checked',
      as: 'integer',
    },
    parcels_not_watched: {
      label: { en: 'Parcels Not Watched', zh: '未能关注的包裹数' },
      help: {
        en: 'They have been due for a day, and there were no calls for them. A 17TRACK key makes up for that.',
        zh: '到期一天仍无调用次数可用。填写 17TRACK 密钥即可解决。',
      },
      from: 'parcels_not_watched',
      as: 'integer',
    },
    feeds: {
      label: { en: 'Data Sources', zh: '数据来源' },
      from: 'feeds',
      as: 'items',
      items: {
        feed: { label: { en: 'Data Source', zh: '数据类型' }, from: 'feed', as: 'text' },
        last_checked_at: {
          label: { en: 'Last Checked At', zh: '上次查询' },
          from: 'last_checked_at',
          as: 'epoch_time',
        },
        next_check_at: {
          label: { en: 'Next Check At', zh: '下次查询' },
          from: 'next_check_at',
          as: 'epoch_time',
        },
        average_delay_minutes: {
          label: { en: 'Average Delay Today (minutes)', zh: '今日平均延迟（分钟）' },
          from: 'average_delay_minutes',
          as: 'integer',
        },
        calls_planned: {
          label: { en: 'Calls Planned Today', zh: '今日计划次数' },
          from: 'calls_planned',
          as: 'integer',
        },
        calls_used_today: {
          label: { en: 'Calls Used Today', zh: '今日调用' },
          from: 'calls_used_today',
          as: 'integer',
        },
        waiting_count: { label: { en: 'Waiting', zh: '等待数' }, from: 'waiting_count', as: 'integer' },
        waiting_since: {
          label: { en: 'Waiting Since', zh: '等待开始时间' },
          from: 'waiting_since',
          as: 'epoch_time',
        },
        waiting_reason: {
          label: { en: 'Waiting Reason', zh: '等待原因（英文）' },
          from: 'waiting_reason',
          as: 'text',
        },
        waiting_reason_zh: {
          label: { en: 'Waiting Reason (Chinese)', zh: '等待原因' },
          from: 'waiting_reason_zh',
          as: 'text',
        },
      },
    },
  },
});

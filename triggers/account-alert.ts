import { account } from '../lib/feeds/account.ts';
import { field, ifGiven, input, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'account_alert',
  noun: 'Account Alert',
  label: { en: 'New Account Alert', zh: '账号提醒' },
  makeLabel: 'Watch Account Alerts',
  description: {
    en: 'Triggers when calls run out or are paused, a check keeps failing, events are skipped, or the connection expires.',
    zh: '调用额度用完、接口调用被暂停、查询持续失败、有事件漏掉或授权即将到期时触发。',
  },
  feed: account,
  inputs: {
    alert_types: choices({
      label: { en: 'Alert Types', zh: '提醒类型' },
      help: { en: 'If empty, all.', zh: '留空则全部。' },
      choices: {
        budget_80: { en: "80% of today's calls are used", zh: '今日接口调用已用 80%' },
        budget_100: { en: "Today's calls are used up", zh: '今日接口调用已用完' },
        calls_paused: { en: 'Calls are paused', zh: '接口调用被暂停' },
        store_forgot: { en: 'The call count was lost', zh: '调用计数丢失' },
        app_limited: { en: 'The app is limited', zh: '应用被限流' },
        aliexpress_unreachable: { en: 'AliExpress does not respond', zh: '速卖通响应异常' },
        aliexpress_rejected: { en: 'AliExpress rejects requests', zh: '速卖通拒绝请求' },
        method_retired: { en: 'The connector needs an update', zh: '连接器需要更新' },
        answer_changed: { en: 'Data has an unexpected format', zh: '数据格式异常' },
        permission_missing: { en: 'A permission is missing', zh: '缺少接口权限' },
        clock_wrong: { en: 'The clock is wrong', zh: '本机时间不准' },
        events_skipped: { en: 'Events were skipped', zh: '有事件未通知' },
        reconnect_soon: { en: 'Reconnect soon', zh: '请尽快重新连接' },
        tracker_quota_low: { en: 'Few 17TRACK credits are left', zh: '17TRACK 额度不足' },
        tracker_unreachable: { en: '17TRACK does not answer', zh: '17TRACK 无响应' },
        tracker_key_refused: { en: 'The 17TRACK key is refused', zh: '17TRACK 密钥被拒绝' },
      },
    }),
  },
  where: ifGiven('alert_types', oneOf(field('alert_type'), input('alert_types'))),
  id: field('alert_id'),
  occurredAt: field('raised_at'),
  matchedAt: timeOf('raised_at'),
  dueAt: field('until'),
  message: {
    severity: 'warning',
    title: { en: '{headline}', zh: '{headline_zh}' },
    text: {
      en: '{detail}\n**Until** {until|time}?',
      zh: '{detail_zh}\n**截止** {until|time}?',
    },
  },
});

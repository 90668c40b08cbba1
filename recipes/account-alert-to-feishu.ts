import { recipe } from '../lib/pack/recipe.ts';
import accountAlert from '../triggers/account-alert.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'account_alert_to_feishu',
  title: { en: 'Account alert → Feishu', zh: '账号提醒 → 飞书' },
  purpose: {
    en: 'When a check keeps failing, a permission is missing, events are skipped or the connection is about to expire, a message in your Feishu group says what to do.',
    zh: '查询持续失败、缺少接口权限、有事件漏掉或授权即将到期时，发到飞书群并说明如何处理。',
  },
  trigger: accountAlert,
  // The calls of a day are planned to last until its end, so that a busy shop uses them up every day.
  inputs: {
    alert_types: [
      'calls_paused',
      'store_forgot',
      'app_limited',
      'aliexpress_unreachable',
      'aliexpress_rejected',
      'method_retired',
      'answer_changed',
      'permission_missing',
      'clock_wrong',
      'events_skipped',
      'reconnect_soon',
      'tracker_quota_low',
      'tracker_unreachable',
      'tracker_key_refused',
    ],
  },
  steps: [feishuMessage],
  freshness: {
    en: 'Alerts are checked at every run of the workflow, without a call.',
    zh: '流程每次运行时检查，不消耗调用。',
  },
  watch: [
    {
      en: 'The two alerts about used calls are left out, because a busy shop uses all its calls every day. Choose them under **Alert Types** if you want them.',
      zh: '不含两种调用额度提醒，因为订单多的店铺每天都会用完额度；如需要，请在 **Alert Types**（提醒类型）中勾选。',
    },
  ],
});

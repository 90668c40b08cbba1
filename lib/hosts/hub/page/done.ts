/** What the page says after something was done, and where. */

import { anchorOf } from './form.ts';
import type { Done } from './parts.ts';
import { shownIn, type Wanted } from './view.ts';

export const DONE = {
  connected: { section: 'shops', sentence: { zh: '店铺已连接。', en: 'The shop is connected.' } },
  shop_removed: {
    section: 'shops',
    sentence: {
      zh: '店铺已移除，其数据已删除。',
      en: 'The shop and all that was stored of it were removed.',
    },
  },
  tracker_kept: {
    form: 'tracker',
    sentence: { zh: '密钥有效，已保存。', en: 'The key works, and is saved.' },
  },
  tracker_removed: {
    section: 'shops',
    sentence: { zh: '17TRACK 密钥已移除。', en: 'The 17TRACK key was removed.' },
  },
  recipe_on: {
    form: 'recipe',
    sentence: {
      zh: '已启用。从现在起的新事件会发送。',
      en: 'Switched on. What happens from now on is sent.',
    },
  },
  recipe_off: { form: 'recipe', sentence: { zh: '已停用。', en: 'Switched off.' } },
  recipe_kept: { form: 'recipe', sentence: { zh: '已保存。', en: 'Saved.' } },
  recipe_tested: {
    form: 'test_recipe',
    sentence: { zh: '测试消息已发送，请查看群消息。', en: 'The test message was sent. Look into the group.' },
  },
  recipe_example: {
    form: 'recipe_example',
    sentence: { zh: '示例正在发送。', en: 'The example is being sent.' },
  },
  sent_again: { form: 'send_again', sentence: { zh: '正在重发。', en: 'It is being sent again.' } },
  sent_all_again: {
    form: 'send_all_again',
    sentence: { zh: '正在逐条重发。', en: 'They are being sent again, one after another.' },
  },
  announced: {
    section: 'events',
    sentence: {
      zh: '正在补查，事件会陆续通知。',
      en: 'The orders are being read. Their events are announced one after another.',
    },
  },
  example: { form: 'example', sentence: { zh: '示例正在发送。', en: 'The example is being sent.' } },
  paused: { section: 'subscriptions', sentence: { zh: '订阅已暂停。', en: 'The subscription is paused.' } },
  resumed: { section: 'subscriptions', sentence: { zh: '订阅已恢复。', en: 'The subscription goes on.' } },
  subscription_removed: {
    section: 'subscriptions',
    sentence: { zh: '订阅已移除。', en: 'The subscription was removed.' },
  },
  alert_channel_kept: {
    section: 'alert-channel',
    sentence: {
      zh: '测试提醒已送达，渠道已保存。',
      en: 'A test alert has arrived, and the channel is saved.',
    },
  },
  alert_channel_tested: {
    section: 'alert-channel',
    sentence: { zh: '测试提醒已送达。', en: 'A test alert has arrived.' },
  },
  alert_channel_removed: {
    section: 'alert-channel',
    sentence: { zh: '提醒渠道已移除。', en: 'The alert channel was removed.' },
  },
  key_revoked: { section: 'keys', sentence: { zh: '密钥已停用。', en: 'The key was revoked.' } },
  client_removed: { section: 'clients', sentence: { zh: '客户端已移除。', en: 'The client was removed.' } },
  grant_removed: { section: 'clients', sentence: { zh: '授权已撤销。', en: 'The grant was revoked.' } },
} as const satisfies Record<string, Done>;
export type DoneKey = keyof typeof DONE;

/** Where the browser goes afterwards. */
export function doneAddress(
  key: DoneKey,
  { shop, undeliveredBefore }: Pick<Wanted, 'shop' | 'undeliveredBefore'>,
  id: string,
): string {
  const { section, form }: Done = DONE[key];
  const query = {
    done: key,
    ...(shop !== undefined && { shop }),
    ...shownIn(undeliveredBefore),
    ...(form !== undefined && id !== '' && { id }),
  };
  return `/?${new URLSearchParams(query)}#${form === undefined ? section : anchorOf(form, id)}`;
}

/** Why something was paused or did not arrive, in words. What is stored is short, and not meant for sellers. */

import type { Bilingual } from '../../../problems.ts';

const REASONS: Readonly<Record<string, Bilingual>> = {
  'the owner of the hub has paused it': { zh: '已手动暂停', en: 'paused by hand' },
  'the trigger does not exist any more': { zh: '触发器已不存在', en: 'the trigger does not exist any more' },
  'the recipe was switched off': { zh: '模板已停用', en: 'the recipe was switched off' },
  'the step is not set up any more': { zh: '该渠道已移除', en: 'the channel was removed' },
  'the hub was stopped while it was sent': {
    zh: '发送过程中服务被停止',
    en: 'the hub was stopped while it was sent',
  },
  'no longer stored': { zh: '内容已不再保存', en: 'no longer stored' },
  channel_answer_lost: { zh: '未收到回复', en: 'no reply arrived' },
  channel_address_refused: { zh: 'Webhook 地址不被接受', en: 'the webhook URL is not accepted' },
  channel_signature_refused: { zh: '签名校验失败', en: 'the signature was rejected' },
  channel_ip_refused: { zh: '机器人开启了 IP 白名单', en: 'the bot only accepts listed IP addresses' },
  channel_keyword_missing: { zh: '缺少机器人的自定义关键词', en: 'the keyword of the bot is missing' },
  channel_busy: { zh: '渠道限流', en: 'the channel limits messages' },
  channel_message_refused: { zh: '消息被拒绝', en: 'the message was rejected' },
  channel_message_too_long: { zh: '消息过长', en: 'the message is too long' },
  channel_unreachable: { zh: '无法连接', en: 'not reachable' },
  ticket_unreachable: { zh: '工单系统无响应', en: 'the ticket system does not answer' },
  ticket_refused: { zh: '工单系统拒绝了工单', en: 'the ticket system rejected the ticket' },
  target_refused: { zh: '地址不允许', en: 'the address is not allowed' },
  bad_input: { zh: '内容无效', en: 'a value is invalid' },
};

/** The message of a problem has a line in English and one in Chinese. Other texts stay as they are. */
export function reasonIn(text: string): Bilingual {
  const [en = '', zh = en] = text.split('\n');
  return REASONS[text] ?? { zh, en };
}

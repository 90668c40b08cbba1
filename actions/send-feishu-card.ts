import { feishuBot } from '../lib/feishu/sink.ts';
import { choice, secret, text } from '../lib/pack/input.ts';
import { action } from '../lib/pack/operation.ts';

export default action({
  key: 'send_feishu_card',
  noun: 'Feishu Card',
  label: { en: 'Send Feishu Message', zh: '发送飞书消息' },
  description: {
    en: 'Sends a message card to a Feishu or Lark group.',
    zh: '向飞书或 Lark 群发送消息卡片。',
  },
  inputs: {
    bot_address: secret({
      label: { en: 'Webhook URL', zh: 'Webhook 地址' },
      help: {
        en: 'In the group: Settings > Bots > Add Bot > Custom Bot. Anyone who has it can post to the group.',
        zh: '群设置 → 群机器人 → 添加机器人 → 自定义机器人。请勿外传，持有者可向群里发消息。',
      },
      required: true,
    }),
    title: text({
      label: { en: 'Title', zh: '标题' },
      help: { en: 'Use Title or Title (Chinese) of the trigger.', zh: '选触发器的 Title (Chinese)。' },
      required: true,
    }),
    text: text({
      label: { en: 'Text', zh: '正文' },
      help: {
        en: 'Use Text or Text (Chinese). Longer than 20 KB, it is shortened.',
        zh: '选 Text (Chinese)。超过 20 KB 会被截短。',
      },
      required: true,
      multiline: true,
    }),
    signing_code: secret({
      label: { en: 'Signing Secret', zh: '签名密钥' },
      help: { en: 'Only if "Signature verification" is on.', zh: '仅当开启“签名校验”。' },
    }),
    severity: choice({
      label: { en: 'Severity', zh: '级别' },
      help: { en: 'Sets the color of the message.', zh: '决定消息颜色。' },
      choices: {
        info: { en: 'Info (blue)', zh: '普通（蓝色）' },
        warning: { en: 'Warning (orange)', zh: '注意（橙色）' },
        urgent: { en: 'Urgent (red)', zh: '紧急（红色）' },
      },
      default: 'info',
    }),
    link: text({
      label: { en: 'Link', zh: '链接' },
      help: { en: 'Opens when somebody clicks the button of the message.', zh: '点击消息按钮时打开。' },
      pattern: /https:\/\/\S{1,2000}/,
      allowed: { en: 'an address that starts with https://', zh: '以 https:// 开头的网址' },
    }),
    mention: choice({
      label: { en: 'Mention', zh: '提醒谁看' },
      choices: {
        nobody: { en: 'Nobody', zh: '不提醒' },
        everyone: { en: 'Everyone in the group', zh: '群内所有人' },
      },
      default: 'nobody',
    }),
  },
  sink: feishuBot,
  outputs: {
    title: { label: { en: 'Title', zh: '标题' }, type: 'string' },
    sent_at: { label: { en: 'Sent At', zh: '发送时间' }, type: 'datetime' },
    trimmed: { label: { en: 'Text Shortened', zh: '是否截短' }, type: 'boolean' },
  },
  sample: { title: '新订单 8201739405562817', sent_at: '2026-11-21T02:15:00.000Z', trimmed: false },
});

import { feishuBot } from '../lib/feishu/sink.ts';
import { choice, secret, text } from '../lib/pack/input.ts';
import { action } from '../lib/pack/operation.ts';

export default action({
  key: 'send_feishu_card',
  noun: 'Feishu Card',
  label: 'Send Feishu Card',
  description: 'Sends a card to a Feishu or Lark group through its custom bot.',
  inputs: {
    bot_address: secret({
      label: 'Bot Address',
      help: 'The webhook address of the custom bot. In the group: Settings, Bots, Add Bot, Custom Bot. Keep it to yourself: whoever has it can write to the group.',
      required: true,
    }),
    title: text({ label: 'Title', help: 'Use Title or Title (Chinese) of the trigger.', required: true }),
    text: text({
      label: 'Text',
      help: 'Use Text or Text (Chinese) of the trigger. Feishu Markdown; a text beyond 20 KB is cut.',
      required: true,
      multiline: true,
    }),
    signing_code: secret({
      label: 'Signing Code',
      help: 'Only if "Signature verification" is on in the settings of the bot.',
    }),
    severity: choice({
      label: 'Severity',
      help: 'Decides the colour of the card.',
      choices: { info: 'Info (blue)', warning: 'Warning (orange)', urgent: 'Urgent (red)' },
      default: 'info',
    }),
    link: text({
      label: 'Link',
      help: 'Opens when the button of the card is pressed.',
      pattern: /https:\/\/\S{1,2000}/,
      allowed: { en: 'an address that starts with https://', zh: '以 https:// 开头的网址' },
    }),
    mention: choice({
      label: 'Mention',
      choices: { nobody: 'Nobody', everyone: 'Everyone in the group' },
      default: 'nobody',
    }),
  },
  sink: feishuBot,
  outputs: {
    title: { label: 'Title', type: 'string' },
    sent_at: { label: 'Sent At', type: 'datetime' },
    trimmed: { label: 'Text Was Cut', type: 'boolean' },
  },
  sample: { title: '新订单 8201739405562817', sent_at: '2026-11-21T02:15:00.000Z', trimmed: false },
});

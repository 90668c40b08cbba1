import { choice, text, texts } from '../lib/pack/input.ts';
import { action } from '../lib/pack/operation.ts';
import { ticketForm } from '../lib/tickets/sink.ts';

export default action({
  key: 'prepare_ticket',
  noun: 'Ticket',
  label: { en: 'Prepare Ticket', zh: '生成工单内容' },
  makeLabel: 'Prepare a Ticket',
  description: {
    en: 'Prepares the fields of a support ticket for the next step.',
    zh: '为下一步生成工单的各个字段。',
  },
  inputs: {
    title: text({
      label: { en: 'Title', zh: '标题' },
      help: { en: 'Title or Title (Chinese) of the trigger.', zh: '选触发器的 Title (Chinese)。' },
      required: true,
    }),
    text: text({
      label: { en: 'Text', zh: '正文' },
      help: {
        en: 'Text or Text (Chinese) of the trigger. Longer than 2 KB, it is shortened.',
        zh: '选触发器的 Text (Chinese)。超过 2 KB 会被截短。',
      },
      required: true,
      multiline: true,
    }),
    event: text({
      label: { en: 'Event', zh: '事件' },
      help: {
        en: 'Event ID of the trigger. Makes the External ID, by which a help desk recognizes an existing ticket.',
        zh: '选触发器的 Event ID，用于生成外部编号，工单系统据此识别重复工单。',
      },
      required: true,
    }),
    event_type: text({
      label: { en: 'Event Type', zh: '事件类型' },
      help: {
        en: 'Event Type of the trigger. Becomes a tag.',
        zh: '选触发器的 Event Type，同时作为标签。',
      },
    }),
    severity: choice({
      label: { en: 'Severity', zh: '级别' },
      help: {
        en: 'Severity of the trigger. Sets the priority of the ticket.',
        zh: '选触发器的 Severity，决定工单优先级。',
      },
      choices: {
        info: { en: 'Info', zh: '普通' },
        warning: { en: 'Warning', zh: '注意' },
        urgent: { en: 'Urgent', zh: '紧急' },
      },
    }),
    link: text({
      label: { en: 'Link', zh: '链接' },
      help: { en: 'Also added at the end of the text.', zh: '同时附在正文末尾。' },
      pattern: /https:\/\/\S{1,500}/,
      allowed: { en: 'an address that starts with https://', zh: '以 https:// 开头的网址' },
    }),
    occurred_at: text({ label: { en: 'Occurred At', zh: '发生时间' } }),
    due_at: text({
      label: { en: 'Due At', zh: '截止时间' },
      help: { en: 'Only triggers about a deadline have it.', zh: '仅截止时间类触发器提供。' },
    }),
    tags: texts({ label: { en: 'Tags', zh: '标签' } }),
  },
  reads: [],
  sink: ticketForm,
  outputs: {
    id: { label: { en: 'ID', zh: '编号' }, type: 'string' },
    subject: { label: { en: 'Subject', zh: '主题' }, type: 'string' },
    body_text: { label: { en: 'Body', zh: '正文' }, type: 'string' },
    body_markdown: { label: { en: 'Body (Markdown)', zh: '正文（Markdown）' }, type: 'string' },
    priority: { label: { en: 'Priority', zh: '优先级' }, type: 'string' },
    tags: { label: { en: 'Tags', zh: '标签' }, type: 'string', list: true },
    external_id: { label: { en: 'External ID', zh: '外部编号' }, type: 'string' },
    link: { label: { en: 'Link', zh: '链接' }, type: 'string' },
    occurred_at: { label: { en: 'Occurred At', zh: '发生时间' }, type: 'datetime' },
    occurred_at_ms: { label: { en: 'Occurred At (ms)', zh: '发生时间（毫秒）' }, type: 'integer' },
    due_at: { label: { en: 'Due At', zh: '截止时间' }, type: 'datetime' },
    due_at_ms: { label: { en: 'Due At (ms)', zh: '截止时间（毫秒）' }, type: 'integer' },
    is_truncated: { label: { en: 'Text Shortened', zh: '是否截短' }, type: 'boolean' },
  },
  sample: {
    id: 'aliexpress-bad_review-8201739405572817-855aeb1afa',
    subject: '2-star review: The zipper broke after two days.',
    body_text:
      'Stars: 2\nReview: The zipper broke after two days.\n\nhttps://gsp.aliexpress.com/apps/order/detail?orderId=8201739405562817',
    body_markdown:
      '**Stars** 2\n**Review** The zipper broke after two days.\n\n[打开 / Open](https://gsp.aliexpress.com/apps/order/detail?orderId=8201739405562817)',
    priority: 'urgent',
    tags: ['aliexpress', 'bad_review'],
    external_id: 'aliexpress-bad_review-8201739405572817-855aeb1afa',
    link: 'https://gsp.aliexpress.com/apps/order/detail?orderId=8201739405562817',
    occurred_at: '2026-11-18T15:22:41Z',
    occurred_at_ms: 1795015361000,
    due_at: '2026-11-25T15:22:41Z',
    due_at_ms: 1795620161000,
    is_truncated: false,
  },
});

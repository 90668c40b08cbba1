import { choice, text, texts } from '../lib/pack/input.ts';
import { action } from '../lib/pack/operation.ts';
import { ticketForm } from '../lib/tickets/sink.ts';

export default action({
  key: 'prepare_ticket',
  noun: 'Ticket',
  label: 'Prepare Ticket',
  description:
    'Prepares the fields of a support ticket from an event, for the step after it that creates one in a help desk or a table. Uses none of the 200 calls of the day.',
  inputs: {
    title: text({ label: 'Title', help: 'Use Title or Title (Chinese) of the trigger.', required: true }),
    text: text({
      label: 'Text',
      help: 'Use Text or Text (Chinese) of the trigger. Beyond 2 KB it is cut.',
      required: true,
      multiline: true,
    }),
    event: text({
      label: 'Event',
      help: 'Use Event ID of the trigger. The External ID is made from it: by that a help desk can tell that the ticket exists already.',
      required: true,
    }),
    kind: text({
      label: 'Kind',
      help: 'What it is about, such as bad_review. It keeps the tickets of two triggers about the same order apart, and becomes a tag.',
    }),
    severity: choice({
      label: 'Severity',
      help: 'Use Severity of the trigger. Info makes a low, Warning a high, Urgent an urgent priority; empty, it is normal.',
      choices: { info: 'Info', warning: 'Warning', urgent: 'Urgent' },
    }),
    link: text({
      label: 'Link',
      help: 'Also stands at the end of the text.',
      pattern: /https:\/\/\S{1,500}/,
      allowed: { en: 'an address that starts with https://', zh: '以 https:// 开头的网址' },
    }),
    occurred_at: text({ label: 'Occurred At' }),
    due_at: text({ label: 'Due At', help: 'Only triggers about a deadline have it.' }),
    tags: texts({ label: 'Tags' }),
  },
  sink: ticketForm,
  outputs: {
    subject: { label: 'Subject', type: 'string' },
    body_text: { label: 'Body', type: 'string' },
    body_markdown: { label: 'Body (Markdown)', type: 'string' },
    priority: { label: 'Priority', type: 'string' },
    tags: { label: 'Tags', type: 'string', list: true },
    external_id: { label: 'External ID', type: 'string' },
    link: { label: 'Link', type: 'string' },
    occurred_at: { label: 'Occurred At', type: 'datetime' },
    occurred_at_ms: { label: 'Occurred At in Milliseconds', type: 'integer' },
    due_at: { label: 'Due At', type: 'datetime' },
    due_at_ms: { label: 'Due At in Milliseconds', type: 'integer' },
    trimmed: { label: 'Was Cut', type: 'boolean' },
  },
  sample: {
    subject: '2-star review on order 8201739405562817',
    body_text:
      'Stars 2\nReview The zipper broke after two days.\n\nhttps://gsp.aliexpress.com/apps/order/detail?orderId=8201739405562817',
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
    trimmed: false,
  },
});

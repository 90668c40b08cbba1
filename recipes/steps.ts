/** The steps that several recipes have. */

import prepareTicket from '../actions/prepare-ticket.ts';
import sendFeishuMessage from '../actions/send-feishu-message.ts';

export const feishuMessage = {
  action: sendFeishuMessage,
  map: { title: '{title_zh}', text: '{text_zh}', severity: '{severity}', link: '{link}' },
} as const;

export const ticket = {
  action: prepareTicket,
  map: {
    title: '{title_zh}',
    text: '{text_zh}',
    event: '{id}',
    event_type: '{event_type}',
    severity: '{severity}',
    link: '{link}',
    occurred_at: '{occurred_at}',
  },
  output: 'ticket',
} as const;

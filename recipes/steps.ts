/** The steps that several recipes have. */

import prepareTicket from '../actions/prepare-ticket.ts';
import sendFeishuMessage from '../actions/send-feishu-message.ts';

export const feishuMessage = {
  action: sendFeishuMessage,
  map: { title: '{title_zh}', text: '{text_zh}', severity: '{severity}', link: '{link}' },
} as const;

/** @param kind keeps the tickets of two triggers about the same order apart */
export const ticket = <const K extends string>(kind: K) =>
  ({
    action: prepareTicket,
    map: {
      title: '{title_zh}',
      text: '{text_zh}',
      event: '{id}',
      kind,
      severity: '{severity}',
      link: '{link}',
      occurred_at: '{occurred_at}',
    },
    output: 'ticket',
  }) as const;

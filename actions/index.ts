/** All actions. Written by `npm run docs`: add a file, not a line. */

import makeApiRequest from './make-api-request.ts';
import prepareTicket from './prepare-ticket.ts';
import sendDingtalkMessage from './send-dingtalk-message.ts';
import sendFeishuMessage from './send-feishu-message.ts';
import summarizeOrders from './summarize-orders.ts';

export const actions = [
  makeApiRequest,
  prepareTicket,
  sendDingtalkMessage,
  sendFeishuMessage,
  summarizeOrders,
];

/** All actions. Written by `npm run docs`: add a file, not a line. */

import prepareTicket from './prepare-ticket.ts';
import sendFeishuCard from './send-feishu-card.ts';
import summarizeOrders from './summarize-orders.ts';

export const actions = [
  prepareTicket,
  sendFeishuCard,
  summarizeOrders,
];

/** All recipes, in the order in which they are shown. */

import type { RecipeDeclaration } from '../lib/pack/recipe.ts';
import abnormalParcelToFeishu from './abnormal-parcel-to-feishu.ts';
import accountAlertToFeishu from './account-alert-to-feishu.ts';
import badReviewToTicket from './bad-review-to-ticket.ts';
import cancelledOrderToSheet from './cancelled-order-to-sheet.ts';
import customsStallToFeishu from './customs-stall-to-feishu.ts';
import dailyReportToFeishu from './daily-report-to-feishu.ts';
import disputeDeadlineToFeishu from './dispute-deadline-to-feishu.ts';
import disputeToTicketAndFeishu from './dispute-to-ticket-and-feishu.ts';
import lowStockToPurchasing from './low-stock-to-purchasing.ts';
import newOrderToFeishu from './new-order-to-feishu.ts';
import paidOrderToSheet from './paid-order-to-sheet.ts';
import productTakenDownToFeishu from './product-taken-down-to-feishu.ts';
import shipDeadlineToFeishu from './ship-deadline-to-feishu.ts';
import stalledParcelToTicket from './stalled-parcel-to-ticket.ts';

export const recipes: readonly RecipeDeclaration[] = [
  newOrderToFeishu,
  paidOrderToSheet,
  shipDeadlineToFeishu,
  cancelledOrderToSheet,
  badReviewToTicket,
  customsStallToFeishu,
  stalledParcelToTicket,
  abnormalParcelToFeishu,
  disputeToTicketAndFeishu,
  disputeDeadlineToFeishu,
  productTakenDownToFeishu,
  lowStockToPurchasing,
  dailyReportToFeishu,
  accountAlertToFeishu,
];

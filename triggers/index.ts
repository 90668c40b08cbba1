/** All triggers. Written by `npm run docs`: add a file, not a line. */

import abnormalParcel from './abnormal-parcel.ts';
import accountAlert from './account-alert.ts';
import badReview from './bad-review.ts';
import dailyReport from './daily-report.ts';
import disputeClosed from './dispute-closed.ts';
import disputeDeadline from './dispute-deadline.ts';
import disputeOpened from './dispute-opened.ts';
import logisticsStall from './logistics-stall.ts';
import lowStock from './low-stock.ts';
import newOrderLine from './new-order-line.ts';
import newOrder from './new-order.ts';
import newProduct from './new-product.ts';
import orderCancelled from './order-cancelled.ts';
import orderPaid from './order-paid.ts';
import orderShipped from './order-shipped.ts';
import orderStatusChanged from './order-status-changed.ts';
import parcelDelivered from './parcel-delivered.ts';
import productTakenDown from './product-taken-down.ts';
import shipDeadline from './ship-deadline.ts';

export const triggers = [
  abnormalParcel,
  accountAlert,
  badReview,
  dailyReport,
  disputeClosed,
  disputeDeadline,
  disputeOpened,
  logisticsStall,
  lowStock,
  newOrderLine,
  newOrder,
  newProduct,
  orderCancelled,
  orderPaid,
  orderShipped,
  orderStatusChanged,
  parcelDelivered,
  productTakenDown,
  shipDeadline,
];

/** All searches. Written by `npm run docs`: add a file, not a line. */

import findCallBudget from './find-call-budget.ts';
import findDispute from './find-dispute.ts';
import findOrder from './find-order.ts';
import findOrders from './find-orders.ts';
import findProduct from './find-product.ts';
import findReviews from './find-reviews.ts';
import findShop from './find-shop.ts';
import findTracking from './find-tracking.ts';

export const searches = [
  findCallBudget,
  findDispute,
  findOrder,
  findOrders,
  findProduct,
  findReviews,
  findShop,
  findTracking,
];

/** All searches. Written by `npm run docs`: add a file, not a line. */

import callBudget from './call-budget.ts';
import findDispute from './find-dispute.ts';
import findOrder from './find-order.ts';
import findOrders from './find-orders.ts';
import findProduct from './find-product.ts';
import findReviews from './find-reviews.ts';
import shopProfile from './shop-profile.ts';
import trackParcel from './track-parcel.ts';

export const searches = [
  callBudget,
  findDispute,
  findOrder,
  findOrders,
  findProduct,
  findReviews,
  shopProfile,
  trackParcel,
];

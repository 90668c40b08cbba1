/**
 * What a buyer wrote about one line of an order. AliExpress gives a review no id: the line has at most one. Until both
 * sides have reviewed, or the time for it is over, stars and text may be missing.
 *
 * Nothing says in which time zone these dates are; they are read as US Pacific, like those of the order they belong to.
 */

import { record } from '../../pack/record.ts';
import { ORDER_PAGE } from './order.ts';

export const review = record({
  key: 'review',
  id: 'line_id',
  link: ORDER_PAGE,
  fields: {
    line_id: {
      label: 'Line ID',
      help: 'The line of the order that was reviewed; a line has at most one review.',
      // Of the two the child's id; the order's is `parent_order_id`.
      from: 'order_id',
      as: 'id',
      required: true,
    },
    order_id: { label: 'Order Number', from: 'parent_order_id', as: 'id' },
    product_id: { label: 'Product ID', from: 'product_id', as: 'id' },
    stars: { label: 'Stars', help: 'From 1 to 5.', from: 'buyer_evaluation', as: 'integer' },
    review_text: { label: 'Review', help: "In the buyer's words.", from: 'buyer_feedback', as: 'text' },
    seller_reply: { label: 'Your Reply', from: 'seller_reply', as: 'text' },
    reviewed_at: { label: 'Reviewed At', from: 'buyer_fb_date', as: 'pacific_time' },
    visible_at: {
      label: 'Visible At',
      help: 'When the review takes effect.',
      from: 'valid_date',
      as: 'pacific_time',
    },
    completed_at: { label: 'Order Completed At', from: 'gmt_order_complete', as: 'pacific_time' },
  },
});

/**
 * A review of one line item. A review has no id of its own, but a line item has at most one review. Stars and text may be
 * missing until the review takes effect. See docs/aliexpress.md#reviews.
 */

import { record } from '../../pack/record.ts';
import { ORDER_PAGE } from './order.ts';

export const review = record({
  key: 'review',
  id: 'line_id',
  link: ORDER_PAGE,
  fields: {
    line_id: {
      label: { en: 'Line Item Number', zh: '子订单号' },
      help: { en: 'A line item has at most one review.', zh: '每个子订单最多一条评价。' },
      // AliExpress calls the line item `order_id` and the order `parent_order_id`.
      from: 'order_id',
      as: 'id',
      required: true,
    },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'parent_order_id', as: 'id' },
    product_id: { label: { en: 'Product Number', zh: '商品 ID' }, from: 'product_id', as: 'id' },
    // Whole numbers in practice. A rating of another form must not make the review unreadable.
    stars: { label: { en: 'Stars', zh: '星级' }, from: 'buyer_evaluation', as: 'number' },
    review_text: { label: { en: 'Review Text', zh: '评价内容' }, from: 'buyer_feedback', as: 'text' },
    seller_reply: { label: { en: 'Seller Reply', zh: '卖家回复' }, from: 'seller_reply', as: 'text' },
    reviewed_at: { label: { en: 'Reviewed At', zh: '评价时间' }, from: 'buyer_fb_date', as: 'pacific_time' },
    published_at: { label: { en: 'Published At', zh: '生效时间' }, from: 'valid_date', as: 'pacific_time' },
    updated_at: { label: { en: 'Updated At', zh: '更新时间' }, from: 'gmt_modified', as: 'pacific_time' },
    order_completed_at: {
      label: { en: 'Order Completed At', zh: '订单完成时间' },
      from: 'gmt_order_complete',
      as: 'pacific_time',
    },
  },
});

/** An order as the order list returns it: no buyer, no address, no country, no tracking number. */

import { record } from '../../pack/record.ts';
import { endReasonGroups, endReasonNames, endReasonNamesZh } from '../order-end-reasons.ts';
import { statusNames, statusNamesZh } from '../order-status.ts';

export const SELLER_CENTER = 'https://gsp.aliexpress.com/';
export const ORDER_PAGE = `${SELLER_CENTER}apps/order/detail?orderId={order_id}`;

export const order = record({
  key: 'order',
  id: 'order_id',
  link: ORDER_PAGE,
  fields: {
    order_id: { label: 'Order Number', from: 'order_id', as: 'id', required: true },
    status: {
      label: 'Status',
      help: "AliExpress's own word, such as WAIT_SELLER_SEND_GOODS (paid, to be shipped).",
      from: 'order_status',
      as: 'text',
      required: true,
    },
    status_name: { label: 'Status in Words', from: 'order_status', as: 'lookup', table: statusNames },
    status_name_zh: {
      label: 'Status in Words (Chinese)',
      from: 'order_status',
      as: 'lookup',
      table: statusNamesZh,
    },
    placed_at: { label: 'Placed At', from: 'gmt_create', as: 'pacific_time', required: true },
    paid_at: { label: 'Paid At', from: 'gmt_pay_time', as: 'pacific_time' },
    updated_at: { label: 'Last Changed At', from: 'gmt_update', as: 'pacific_time' },
    shipped_at: { label: 'Last Shipped At', from: 'gmt_send_goods_time', as: 'pacific_time' },
    status_due_at: {
      label: 'Status Ends At',
      help: 'When the current status runs out: for a paid order, the latest time to ship.',
      from: 'timeout_left_time',
      as: 'ms_left',
    },
    amount: { label: 'Amount', help: "In the order's own currency.", from: 'pay_amount', as: 'amount' },
    currency: { label: 'Currency', from: 'pay_amount', as: 'currency' },
    items_text: { label: 'Products', from: 'product_list', of: 'product_name', as: 'joined_text' },
    item_count: { label: 'Number of Pieces', from: 'product_list', of: 'product_count', as: 'integer_sum' },
    product_ids: { label: 'Product IDs', from: 'product_list', of: 'product_id', as: 'id_list' },
    issue_status: { label: 'Dispute Status', from: 'issue_status', as: 'text' },
    logistics_status: { label: 'Shipping Status', from: 'logistics_status', as: 'text' },
    end_reason: { label: 'End Reason', from: 'end_reason', as: 'text' },
    end_reason_group: {
      label: 'End Reason Group',
      help: 'completed, not_paid, cancelled_by_buyer, not_shipped, risk, dispute, closed or other.',
      from: 'end_reason',
      as: 'lookup',
      table: endReasonGroups,
      otherwise: [{ word: 'other' }],
    },
    end_reason_name: {
      label: 'End Reason in Words',
      from: 'end_reason',
      as: 'lookup',
      table: endReasonNames,
    },
    end_reason_name_zh: {
      label: 'End Reason in Words (Chinese)',
      from: 'end_reason',
      as: 'lookup',
      table: endReasonNamesZh,
    },
    line_items: {
      label: 'Line Items',
      from: 'product_list',
      as: 'items',
      items: {
        line_id: { label: 'Line ID', from: 'child_id', as: 'id' },
        product_id: { label: 'Product ID', from: 'product_id', as: 'id' },
        product_name: { label: 'Product', from: 'product_name', as: 'text' },
        sku_code: { label: 'SKU', from: 'sku_code', as: 'text' },
        quantity: { label: 'Quantity', from: 'product_count', as: 'integer' },
        unit_price: { label: 'Unit Price', from: 'product_unit_price', as: 'amount' },
      },
    },
  },
});

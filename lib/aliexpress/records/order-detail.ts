/** An order as its detail returns it. Who bought it is in that answer too, masked, and stays there. */

import { record } from '../../pack/record.ts';
import { statusNames, statusNamesZh } from '../order-status.ts';
import { ORDER_PAGE } from './order.ts';

export const orderDetailRecord = record({
  key: 'order_detail',
  id: 'order_id',
  link: ORDER_PAGE,
  fields: {
    order_id: { label: 'Order Number', from: 'id', as: 'id', required: true },
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
    paid_at: { label: 'Paid At', from: 'gmt_pay_success', as: 'pacific_time' },
    updated_at: { label: 'Last Changed At', from: 'gmt_modified', as: 'pacific_time' },
    ended_at: { label: 'Ended At', from: 'gmt_trade_end', as: 'pacific_time' },
    status_due_at: {
      label: 'Status Ends At',
      help: 'When the current status runs out: for a paid order, the latest time to ship.',
      from: 'over_time_left',
      as: 'pacific_time',
    },
    amount: { label: 'Amount', help: "In the order's own currency.", from: 'order_amount', as: 'amount' },
    currency: { label: 'Currency', from: 'order_amount', as: 'currency' },
    shipping_amount: { label: 'Shipping Amount', from: 'logistics_amount', as: 'amount' },
    country: {
      label: 'Destination Country',
      help: "AliExpress's country code; mostly ISO, but UK for Great Britain.",
      from: 'receipt_address.country',
      as: 'text',
    },
    tracking_numbers: {
      label: 'Tracking Numbers',
      from: 'logistic_info_list',
      of: 'logistics_no',
      as: 'text_list',
    },
    carriers: {
      label: 'Carriers',
      from: 'logistic_info_list',
      of: 'logistics_service_name',
      as: 'text_list',
    },
    carrier_keys: {
      label: 'Carrier Keys',
      help: 'What Find Parcel Tracking wants as Carrier, in the order of the tracking numbers.',
      from: 'logistic_info_list',
      of: 'logistics_type_code',
      as: 'text_list',
    },
    items_text: { label: 'Products', from: 'child_order_list', of: 'product_name', as: 'joined_text' },
    item_count: {
      label: 'Number of Pieces',
      from: 'child_order_list',
      of: 'product_count',
      as: 'integer_sum',
    },
    issue_status: { label: 'Dispute Status', from: 'issue_status', as: 'text' },
    logistics_status: { label: 'Shipping Status', from: 'logistics_status', as: 'text' },
    end_reason: { label: 'End Reason', from: 'order_end_reason', as: 'text' },
    line_items: {
      label: 'Line Items',
      from: 'child_order_list',
      as: 'items',
      items: {
        line_id: { label: 'Line ID', from: 'id', as: 'id' },
        product_id: { label: 'Product ID', from: 'product_id', as: 'id' },
        product_name: { label: 'Product', from: 'product_name', as: 'text' },
        sku_code: { label: 'SKU', from: 'sku_code', as: 'text' },
        quantity: { label: 'Quantity', from: 'product_count', as: 'integer' },
        unit_price: { label: 'Unit Price', from: 'product_price', as: 'amount' },
      },
    },
  },
});

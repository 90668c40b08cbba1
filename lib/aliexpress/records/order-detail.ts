/** An order as its detail returns it, without the masked data of the buyer. See docs/aliexpress.md#order-detail. */

import { record } from '../../pack/record.ts';
import { countryNames, countryNamesZh } from '../countries.ts';
import { endReasonCategories, endReasonNames, endReasonNamesZh } from '../order-end-reasons.ts';
import { statusNames, statusNamesZh, TO_SHIP } from '../order-status.ts';
import { ORDER_PAGE } from './order.ts';

export const orderDetailRecord = record({
  key: 'order_detail',
  id: 'order_id',
  link: ORDER_PAGE,
  fields: {
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'id', as: 'id', required: true },
    status: {
      label: { en: 'Status Code', zh: '状态代码' },
      help: {
        en: 'The code of AliExpress, such as WAIT_SELLER_SEND_GOODS.',
        zh: '速卖通的代码，例如 WAIT_SELLER_SEND_GOODS。',
      },
      from: 'order_status',
      as: 'text',
      required: true,
    },
    status_name: {
      label: { en: 'Status', zh: '状态（英文）' },
      from: 'order_status',
      as: 'lookup',
      table: statusNames,
    },
    status_name_zh: {
      label: { en: 'Status (Chinese)', zh: '状态' },
      from: 'order_status',
      as: 'lookup',
      table: statusNamesZh,
    },
    placed_at: {
      label: { en: 'Placed At', zh: '下单时间' },
      from: 'gmt_create',
      as: 'pacific_time',
      local: true,
      required: true,
    },
    paid_at: {
      label: { en: 'Paid At', zh: '付款时间' },
      from: 'gmt_pay_success',
      as: 'pacific_time',
      local: true,
    },
    updated_at: {
      label: { en: 'Updated At', zh: '更新时间' },
      from: 'gmt_modified',
      as: 'pacific_time',
      local: true,
    },
    ended_at: {
      label: { en: 'Ended At', zh: '结束时间' },
      from: 'gmt_trade_end',
      as: 'pacific_time',
      local: true,
    },
    status_due_at: {
      label: { en: 'Current Status Deadline', zh: '当前状态截止时间' },
      help: {
        en: 'When the current status ends by itself. For an order that awaits shipment, the latest time to ship.',
        zh: '当前状态自动结束的时间；待发货订单即最晚发货时间。',
      },
      from: 'over_time_left',
      as: 'pacific_time',
      local: true,
    },
    ship_by: {
      label: { en: 'Ship By', zh: '最晚发货时间' },
      help: { en: 'Only while the order awaits shipment.', zh: '仅待发货订单有值。' },
      from: 'over_time_left',
      onlyIf: { from: 'order_status', oneOf: TO_SHIP },
      as: 'pacific_time',
      local: true,
    },
    amount: {
      label: { en: 'Order Amount', zh: '订单金额' },
      help: { en: 'In the currency of the order.', zh: '以订单币种计。' },
      from: 'order_amount',
      as: 'amount',
    },
    currency: { label: { en: 'Currency', zh: '币种' }, from: 'order_amount', as: 'currency' },
    base_amount: {
      label: { en: 'Amount in Settlement Currency', zh: '结算币种金额' },
      help: {
        en: 'What the buyer paid, in the settlement currency of the shop. Empty if AliExpress does not give it.',
        zh: '买家支付金额，以店铺结算币种计。速卖通未提供时为空。',
      },
      from: 'pay_amount_by_settlement_cur',
      as: 'number',
    },
    base_currency: {
      label: { en: 'Settlement Currency', zh: '结算币种' },
      from: 'settlement_currency',
      as: 'currency',
    },
    shipping_amount: { label: { en: 'Shipping Amount', zh: '运费' }, from: 'logistics_amount', as: 'amount' },
    country_code: {
      label: { en: 'Country Code', zh: '国家代码' },
      help: {
        en: 'The code of AliExpress: mostly ISO, but UK for Great Britain.',
        zh: '速卖通的国家代码，多数同 ISO，英国为 UK。',
      },
      from: 'receipt_address.country',
      as: 'text',
    },
    country_name: {
      label: { en: 'Country', zh: '国家（英文）' },
      from: 'receipt_address.country',
      as: 'lookup',
      table: countryNames,
    },
    country_name_zh: {
      label: { en: 'Country (Chinese)', zh: '国家' },
      from: 'receipt_address.country',
      as: 'lookup',
      table: countryNamesZh,
    },
    tracking_numbers: {
      label: { en: 'Tracking Numbers', zh: '运单号列表' },
      from: 'logistic_info_list',
      of: 'logistics_no',
      as: 'text_list',
    },
    carrier_names: {
      label: { en: 'Carriers', zh: '物流服务' },
      from: 'logistic_info_list',
      of: 'logistics_service_name',
      as: 'text_list',
    },
    carrier_codes: {
      label: { en: 'Carrier Codes', zh: '物流服务代码' },
      help: { en: 'In the order of the tracking numbers.', zh: '顺序与运单号一致。' },
      from: 'logistic_info_list',
      of: 'logistics_type_code',
      as: 'text_list',
    },
    items_short: {
      label: { en: 'Products (Short)', zh: '商品（简）' },
      from: 'child_order_list',
      of: 'product_name',
      quantity: 'product_count',
      as: 'short_text',
    },
    items_text: {
      label: { en: 'Products', zh: '商品' },
      from: 'child_order_list',
      of: 'product_name',
      as: 'joined_text',
    },
    total_quantity: {
      label: { en: 'Total Quantity', zh: '总件数' },
      from: 'child_order_list',
      of: 'product_count',
      as: 'integer_sum',
    },
    product_ids: {
      label: { en: 'Product Numbers', zh: '商品 ID 列表' },
      from: 'child_order_list',
      of: 'product_id',
      as: 'id_list',
    },
    dispute_status: {
      label: { en: 'Dispute Status Code', zh: '纠纷状态代码' },
      from: 'issue_status',
      as: 'text',
    },
    shipping_status: {
      label: { en: 'Shipping Status Code', zh: '物流状态代码' },
      from: 'logistics_status',
      as: 'text',
    },
    end_reason: {
      label: { en: 'End Reason Code', zh: '结束原因代码' },
      from: 'order_end_reason',
      as: 'text',
    },
    end_reason_category: {
      label: { en: 'End Reason Category', zh: '结束原因分类' },
      from: 'order_end_reason',
      as: 'lookup',
      table: endReasonCategories,
      otherwise: [{ word: 'other' }],
    },
    end_reason_name: {
      label: { en: 'End Reason', zh: '结束原因（英文）' },
      from: 'order_end_reason',
      as: 'lookup',
      table: endReasonNames,
    },
    end_reason_name_zh: {
      label: { en: 'End Reason (Chinese)', zh: '结束原因' },
      from: 'order_end_reason',
      as: 'lookup',
      table: endReasonNamesZh,
    },
    line_items: {
      label: { en: 'Line Items', zh: '商品明细' },
      from: 'child_order_list',
      as: 'items',
      items: {
        line_id: { label: { en: 'Line Item Number', zh: '子订单号' }, from: 'id', as: 'id' },
        product_id: { label: { en: 'Product Number', zh: '商品 ID' }, from: 'product_id', as: 'id' },
        product_name: { label: { en: 'Product', zh: '商品' }, from: 'product_name', as: 'text' },
        sku_code: { label: { en: 'SKU Code', zh: 'SKU 编码' }, from: 'sku_code', as: 'text' },
        quantity: { label: { en: 'Quantity', zh: '数量' }, from: 'product_count', as: 'integer' },
        unit_price: { label: { en: 'Unit Price', zh: '单价' }, from: 'product_price', as: 'amount' },
        currency: { label: { en: 'Currency', zh: '币种' }, from: 'product_price', as: 'currency' },
      },
    },
  },
});

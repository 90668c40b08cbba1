import { recipe } from '../lib/pack/recipe.ts';
import orderPaid from '../triggers/order-paid.ts';

export default recipe({
  key: 'paid_order_to_sheet',
  title: { en: 'Paid order → sheet for the ERP', zh: '已付款订单 → 表格（导入 ERP）' },
  purpose: {
    en: 'Every order that is paid and ready to ship is added to a sheet that your ERP imports.',
    zh: '已付款、可发货的订单记入表格，供 ERP 导入。',
  },
  trigger: orderPaid,
  inputs: {},
  steps: [
    {
      sheet: {
        name: { en: 'Paid orders', zh: '已付款订单' },
        columns: [
          { title: { en: 'Order number', zh: '订单号' }, value: '{order_id}' },
          { title: { en: 'Paid at', zh: '付款时间' }, value: '{paid_at_local}' },
          { title: { en: 'Placed at', zh: '下单时间' }, value: '{placed_at_local}' },
          { title: { en: 'Status', zh: '状态' }, value: '{status_name_zh}' },
          { title: { en: 'Amount', zh: '金额' }, value: '{amount}' },
          { title: { en: 'Currency', zh: '币种' }, value: '{currency}' },
          { title: { en: 'Quantity', zh: '件数' }, value: '{total_quantity}' },
          { title: { en: 'Product numbers', zh: '商品 ID' }, value: '{product_ids}' },
          { title: { en: 'Products', zh: '商品' }, value: '{items_text}' },
        ],
      },
    },
  ],
  freshness: {
    en: 'Orders are checked once for all workflows of the shop, so more order workflows use no more calls. Workflows for reviews, parcels and products leave fewer calls for orders.',
    zh: '店铺的所有流程共用一次订单查询，增加订单类流程不增加调用；同时关注评价、物流和商品时，分给订单的调用会减少。',
  },
  watch: [
    {
      en: 'While AliExpress reviews a payment (usually within a day), the order is not added. It is added when the review ends.',
      zh: '资金审核期间（通常不超过一天）不记入，审核通过后记入。',
    },
    {
      en: 'The sheet has no name, address or phone number of the buyer; the ERP takes them from the seller center.',
      zh: '表格不含买家姓名、地址和电话，ERP 从卖家后台获取。',
    },
  ],
});

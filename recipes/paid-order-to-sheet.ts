import { recipe } from '../lib/pack/recipe.ts';
import orderPaid from '../triggers/order-paid.ts';

export default recipe({
  key: 'paid_order_to_sheet',
  title: { en: 'Paid order → sheet for the ERP', zh: '已付款订单 → 表格（导入 ERP）' },
  purpose: {
    en: 'Every order that is paid and may be shipped is added to a sheet from which your ERP takes it.',
    zh: '每个已付款、可发货的订单记入表格，供 ERP 导入。',
  },
  trigger: orderPaid,
  inputs: {},
  steps: [
    {
      sheet: {
        name: { en: 'Paid orders', zh: '已付款订单' },
        columns: [
          { title: { en: 'Order number', zh: '订单号' }, value: '{order_id}' },
          { title: { en: 'Paid at', zh: '付款时间' }, value: '{paid_at}' },
          { title: { en: 'Placed at', zh: '下单时间' }, value: '{placed_at}' },
          { title: { en: 'Status', zh: '状态' }, value: '{status}' },
          { title: { en: 'Amount', zh: '金额' }, value: '{amount}' },
          { title: { en: 'Currency', zh: '币种' }, value: '{currency}' },
          { title: { en: 'Pieces', zh: '件数' }, value: '{item_count}' },
          { title: { en: 'Product numbers', zh: '商品编号' }, value: '{product_ids}' },
          { title: { en: 'Products', zh: '商品' }, value: '{items_text}' },
        ],
      },
    },
  ],
  freshness: {
    en: 'Orders are looked up for all workflows of the shop together, about every 8 minutes, and about every 15 where reviews, parcels and products are looked at as well. More workflows about orders cost no more calls.',
    zh: '店铺的所有工作流共用订单查询，约 8 分钟一次；同时关注评价、物流和商品时约 15 分钟一次。增加订单类工作流不会增加调用。',
  },
  watch: [
    {
      en: 'A payment that AliExpress reviews (up to 24 hours) is added when the review is over.',
      zh: '处于风控审核（最长 24 小时）的付款，审核通过后才记入。',
    },
    {
      en: 'Name, address and phone of the buyer are not in it; the ERP takes those from the seller centre.',
      zh: '表格不含买家姓名、地址和电话，ERP 需从卖家后台获取。',
    },
  ],
});

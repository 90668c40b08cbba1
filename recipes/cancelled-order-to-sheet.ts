import { recipe } from '../lib/pack/recipe.ts';
import orderCancelled from '../triggers/order-cancelled.ts';

export default recipe({
  key: 'cancelled_order_to_sheet',
  title: { en: 'Cancelled order → sheet', zh: '取消订单 → 表格' },
  purpose: {
    en: 'Every order that is cancelled or closed without payment is added to a sheet, with the reason.',
    zh: '被取消或未付款关闭的订单连同原因记入表格。',
  },
  trigger: orderCancelled,
  inputs: {},
  steps: [
    {
      sheet: {
        name: { en: 'Cancelled orders', zh: '取消订单' },
        columns: [
          { title: { en: 'Order number', zh: '订单号' }, value: '{order_id}' },
          { title: { en: 'Reason', zh: '原因' }, value: '{end_reason_name_zh}' },
          { title: { en: 'Cancelled at', zh: '取消时间' }, value: '{updated_at_local}' },
          { title: { en: 'Placed at', zh: '下单时间' }, value: '{placed_at_local}' },
          { title: { en: 'Paid at', zh: '付款时间' }, value: '{paid_at_local}' },
          { title: { en: 'Amount', zh: '金额' }, value: '{amount}' },
          { title: { en: 'Currency', zh: '币种' }, value: '{currency}' },
          { title: { en: 'Products', zh: '商品' }, value: '{items_text}' },
        ],
      },
    },
  ],
  freshness: {
    en: 'Cancelled orders are checked together with all others and need no calls of their own. If AliExpress lists them only by themselves, they are checked less often, with 1 call each time.',
    zh: '取消的订单与其他订单一并查询，不另耗调用。若速卖通只允许单独查询，则查询间隔更长，每次 1 次调用。',
  },
  watch: [
    {
      en: 'AliExpress closes an unpaid order only weeks after it was placed. The order is added to the sheet then.',
      zh: '未付款订单在下单几周后才由速卖通关闭，届时才记入表格。',
    },
  ],
});

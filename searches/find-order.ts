import { orderDetail } from '../lib/aliexpress/methods/order-detail.ts';
import { orderDetailRecord } from '../lib/aliexpress/records/order-detail.ts';
import { idNumber } from '../lib/aliexpress/spelling.ts';
import { recentOrders } from '../lib/feeds/lists.ts';
import { input } from '../lib/pack/expression.ts';
import { text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_order',
  noun: 'Order',
  label: { en: 'Find Order', zh: '查询订单' },
  makeLabel: 'Get an Order',
  description: { en: 'Finds an order by its number.', zh: '按订单号查询订单。' },
  inputs: {
    order_id: text({
      label: { en: 'Order', zh: '订单' },
      help: {
        en: 'A recent order, or a mapped order number. Uses 1 call.',
        zh: '选择近期订单，或填入订单号。消耗 1 次调用。',
      },
      required: true,
      dropdown: recentOrders,
      mend: idNumber,
      pattern: /\d{6,19}/,
      allowed: { en: 'an AliExpress order number, 6 to 19 digits', zh: '速卖通订单号，6 至 19 位数字' },
    }),
  },
  method: orderDetail,
  request: { orderId: input('order_id') },
  record: orderDetailRecord,
});

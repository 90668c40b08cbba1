import { orderDetail } from '../lib/aliexpress/methods/order-detail.ts';
import { orderDetailRecord } from '../lib/aliexpress/records/order-detail.ts';
import { input } from '../lib/pack/expression.ts';
import { text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_order',
  noun: 'Order',
  label: 'Find Order',
  description: 'Finds an order of the shop by its number. Uses one of the 200 calls of the day.',
  inputs: {
    order_number: text({
      label: 'Order Number',
      help: 'The number of the whole order, as in the event of an order trigger.',
      required: true,
      pattern: /\d{6,19}/,
      allowed: { en: 'an AliExpress order number, 6 to 19 digits', zh: '速卖通订单号，6 至 19 位数字' },
    }),
  },
  method: orderDetail,
  request: { order_id: input('order_number') },
  record: orderDetailRecord,
});

import { idNumber } from '../lib/aliexpress/spelling.ts';
import { anyParcel, recentOrders } from '../lib/feeds/lists.ts';
import { ORDER, orderByNumber } from '../lib/feeds/lookups.ts';
import { text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_order',
  noun: 'Order',
  label: { en: 'Find Order', zh: '查询订单' },
  makeLabel: 'Get an Order',
  description: {
    en: 'Finds an order by its number or by a tracking number.',
    zh: '按订单号或运单号查询订单。',
  },
  inputs: {
    order_id: text({
      label: ORDER,
      help: {
        en: 'A recent order, or a mapped order number. Uses 1 call.',
        zh: '选择近期订单，或填入订单号。消耗 1 次调用。',
      },
      dropdown: recentOrders,
      mend: idNumber,
      pattern: /\d{6,19}/,
      allowed: { en: 'an AliExpress order number, 6 to 19 digits', zh: '速卖通订单号，6 至 19 位数字' },
    }),
    tracking_number: text({
      ...anyParcel,
      help: {
        en: 'Instead of an order. A parcel is known while a workflow follows parcels.',
        zh: '可代替订单。有流程跟踪包裹时才能识别运单号。',
      },
    }),
  },
  source: orderByNumber,
});

import { anyOrder, anyParcel } from '../lib/feeds/lists.ts';
import { orderByNumber } from '../lib/feeds/lookups.ts';
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
      ...anyOrder,
      help: {
        en: 'A recent order, or a mapped order number. Uses 1 call.',
        zh: '选择近期订单，或填入订单号。消耗 1 次调用。',
      },
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

import { orderSummary, PERIODS, timeZone } from '../lib/feeds/figures.ts';
import { choice } from '../lib/pack/input.ts';
import { action } from '../lib/pack/operation.ts';

export default action({
  key: 'summarize_orders',
  noun: 'Order Summary',
  label: 'Summarize Orders',
  description:
    'Summarizes the orders of a day or of the last hours from what order triggers have seen. Uses none of the 200 calls of the day.',
  inputs: {
    period: choice({
      label: 'Period',
      help: 'Orders are kept in memory for 36 hours. What the figures leave out is said in the text.',
      choices: PERIODS,
      default: 'last_24_hours',
    }),
    zone: timeZone,
  },
  sink: orderSummary,
  outputs: {
    title: { label: 'Title', type: 'string' },
    title_zh: { label: 'Title (Chinese)', type: 'string' },
    text: { label: 'Text', type: 'string' },
    text_zh: { label: 'Text (Chinese)', type: 'string' },
    period_start: { label: 'Period Start', type: 'datetime' },
    period_end: { label: 'Period End', type: 'datetime' },
    orders: { label: 'Orders Placed', type: 'integer' },
    revenue: { label: 'Revenue of Paid Orders', type: 'string' },
    cancelled: { label: 'Orders Cancelled', type: 'integer' },
    awaiting_payment: { label: 'Orders Awaiting Payment Now', type: 'integer' },
    to_ship: { label: 'Orders to Ship Now', type: 'integer' },
    overdue: { label: 'Orders Overdue Now', type: 'integer' },
    complete_since: { label: 'Complete Since', type: 'datetime' },
    looked_up_at: { label: 'Looked Up At', type: 'datetime' },
  },
  sample: {
    title: 'Orders 2026-11-20 00:00 – 2026-11-21 00:00',
    title_zh: '订单汇总 2026-11-20 00:00 – 2026-11-21 00:00',
    text: '**Period** 2026-11-20 00:00 – 2026-11-21 00:00 (Asia/Shanghai)\n**Orders** 42\n**Paid** USD 1234.50; EUR 20.00\n**Cancelled** 3\n**Awaiting payment** 4\n**To ship** 17\n**Overdue** 1\n**Looked up** 2026-11-21 09:58',
    text_zh:
      '**统计时段** 2026-11-20 00:00 – 2026-11-21 00:00 (Asia/Shanghai)\n**订单数** 42\n**已付金额** USD 1234.50; EUR 20.00\n**已取消** 3\n**待付款** 4\n**待发货** 17\n**已超期未发货** 1\n**数据更新时间** 2026-11-21 09:58',
    period_start: '2026-11-19T16:00:00Z',
    period_end: '2026-11-20T16:00:00Z',
    orders: 42,
    revenue: 'USD 1234.50; EUR 20.00',
    cancelled: 3,
    awaiting_payment: 4,
    to_ship: 17,
    overdue: 1,
    complete_since: '2026-11-19T14:00:00Z',
    looked_up_at: '2026-11-21T01:58:00Z',
  },
});

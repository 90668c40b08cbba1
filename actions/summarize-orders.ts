import { orderSummary } from '../lib/feeds/order-summary.ts';
import { PERIODS } from '../lib/feeds/periods.ts';
import { timeZone } from '../lib/feeds/time-zone.ts';
import { choice } from '../lib/pack/input.ts';
import { action } from '../lib/pack/operation.ts';

export default action({
  key: 'summarize_orders',
  noun: 'Order Summary',
  label: { en: 'Summarize Orders', zh: '汇总订单' },
  makeLabel: 'Summarize Orders',
  description: {
    en: 'Summarizes the orders of a day or of the last hours.',
    zh: '汇总某一天或最近几小时的订单。',
  },
  inputs: {
    period: choice({
      label: { en: 'Period', zh: '统计时段' },
      help: { en: 'Orders of the last 36 hours are known.', zh: '可汇总最近 36 小时的订单。' },
      choices: PERIODS,
      default: 'last_24_hours',
    }),
    time_zone: timeZone,
  },
  reads: [],
  sink: orderSummary,
  outputs: {
    id: { label: { en: 'ID', zh: '编号' }, type: 'string' },
    link: { label: { en: 'Link', zh: '链接' }, type: 'string' },
    title: { label: { en: 'Title', zh: '标题（英文）' }, type: 'string' },
    title_zh: { label: { en: 'Title (Chinese)', zh: '标题' }, type: 'string' },
    text: { label: { en: 'Text', zh: '正文（英文）' }, type: 'string' },
    text_zh: { label: { en: 'Text (Chinese)', zh: '正文' }, type: 'string' },
    period_start: { label: { en: 'Period Start', zh: '时段起' }, type: 'datetime' },
    period_end: { label: { en: 'Period End', zh: '时段止' }, type: 'datetime' },
    order_count: { label: { en: 'Orders', zh: '订单数' }, type: 'integer' },
    paid_amount: { label: { en: 'Paid Amount', zh: '已付金额' }, type: 'number' },
    paid_currency: { label: { en: 'Currency', zh: '币种' }, type: 'string' },
    paid_text: { label: { en: 'Paid Amounts', zh: '已付金额（全部币种）' }, type: 'string' },
    paid_by_currency: {
      label: { en: 'Paid by Currency', zh: '按币种' },
      type: 'string',
      children: {
        currency: { label: { en: 'Currency', zh: '币种' }, type: 'string' },
        amount: { label: { en: 'Order Amount', zh: '订单金额' }, type: 'number' },
        order_count: { label: { en: 'Orders', zh: '订单数' }, type: 'integer' },
      },
    },
    cancelled_count: { label: { en: 'Cancelled Orders', zh: '取消订单数' }, type: 'integer' },
    awaiting_payment_count: { label: { en: 'Awaiting Payment', zh: '待付款' }, type: 'integer' },
    to_ship_count: { label: { en: 'To Ship', zh: '待发货' }, type: 'integer' },
    overdue_count: { label: { en: 'Overdue', zh: '已超时未发货' }, type: 'integer' },
    complete_since: { label: { en: 'Complete Since', zh: '数据完整起始' }, type: 'datetime' },
    checked_at: { label: { en: 'Checked At', zh: '查询时间' }, type: 'datetime' },
  },
  sample: {
    id: '2201234567890/2026-11-19T16:00:00Z/2026-11-20T16:00:00Z',
    link: 'https://gsp.aliexpress.com/',
    title: 'Orders 2026-11-20 00:00 – 2026-11-21 00:00',
    title_zh: '订单汇总 2026-11-20 00:00 – 2026-11-21 00:00',
    text: '**Period** 2026-11-20 00:00 – 2026-11-21 00:00 (Asia/Shanghai)\n**Orders** 42\n**Paid** USD 1234.50; EUR 20.00\n**Cancelled** 3\n**Awaiting payment** 4\n**To ship** 17\n**Overdue** 1\n**Checked** 2026-11-21 09:58',
    text_zh:
      '**统计时段** 2026-11-20 00:00 – 2026-11-21 00:00 (Asia/Shanghai)\n**订单数** 42\n**已付金额** USD 1234.50; EUR 20.00\n**已取消** 3\n**待付款** 4\n**待发货** 17\n**已超时未发货** 1\n**数据更新时间** 2026-11-21 09:58',
    period_start: '2026-11-19T16:00:00Z',
    period_end: '2026-11-20T16:00:00Z',
    order_count: 42,
    paid_amount: 1234.5,
    paid_currency: 'USD',
    paid_text: 'USD 1234.50; EUR 20.00',
    paid_by_currency: [
      { currency: 'USD', amount: 1234.5, order_count: 38 },
      { currency: 'EUR', amount: 20, order_count: 1 },
    ],
    cancelled_count: 3,
    awaiting_payment_count: 4,
    to_ship_count: 17,
    overdue_count: 1,
    complete_since: '2026-11-19T14:00:00Z',
    checked_at: '2026-11-21T01:58:00Z',
  },
});

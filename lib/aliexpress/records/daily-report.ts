/** The figures of the shop, once a day. The connector makes it, not AliExpress. */

import { record } from '../../pack/record.ts';
import { SELLER_CENTER } from './order.ts';

export const dailyReport = record({
  key: 'daily_report',
  id: 'report_id',
  link: SELLER_CENTER,
  fields: {
    report_id: { label: { en: 'Report ID', zh: '日报编号' }, from: 'report_id', as: 'text', required: true },
    date: {
      label: { en: 'Date', zh: '日期' },
      help: { en: 'In the chosen time zone.', zh: '以所选时区为准。' },
      from: 'date',
      as: 'text',
      required: true,
    },
    report_at: {
      label: { en: 'Report Time', zh: '生成时间' },
      from: 'report_at',
      as: 'epoch_time',
      required: true,
    },
    period_start: { label: { en: 'Period Start', zh: '时段起' }, from: 'period_start', as: 'epoch_time' },
    period_end: { label: { en: 'Period End', zh: '时段止' }, from: 'period_end', as: 'epoch_time' },
    complete_since: {
      label: { en: 'Complete Since', zh: '数据完整起始' },
      from: 'complete_since',
      as: 'epoch_time',
    },
    order_count: { label: { en: 'Orders', zh: '订单数' }, from: 'order_count', as: 'integer' },
    paid_amount: {
      label: { en: 'Paid Amount', zh: '已付金额' },
      help: { en: 'In the most frequent currency.', zh: '以订单最多的币种计。' },
      from: 'paid_amount',
      as: 'number',
    },
    paid_currency: { label: { en: 'Currency', zh: '币种' }, from: 'paid_currency', as: 'text' },
    paid_text: {
      label: { en: 'Paid Amounts', zh: '已付金额（全部币种）' },
      help: { en: 'By currency, without cancelled orders.', zh: '按币种合计，不含取消订单。' },
      from: 'paid_text',
      as: 'text',
    },
    paid_by_currency: {
      label: { en: 'Paid by Currency', zh: '按币种' },
      from: 'paid_by_currency',
      as: 'items',
      items: {
        currency: { label: { en: 'Currency', zh: '币种' }, from: 'currency', as: 'text' },
        amount: { label: { en: 'Order Amount', zh: '订单金额' }, from: 'amount', as: 'number' },
        order_count: { label: { en: 'Orders', zh: '订单数' }, from: 'order_count', as: 'integer' },
      },
    },
    cancelled_count: {
      label: { en: 'Cancelled Orders', zh: '取消订单数' },
      from: 'cancelled_count',
      as: 'integer',
    },
    awaiting_payment_count: {
      label: { en: 'Awaiting Payment', zh: '待付款' },
      from: 'awaiting_payment_count',
      as: 'integer',
    },
    to_ship_count: { label: { en: 'To Ship', zh: '待发货' }, from: 'to_ship_count', as: 'integer' },
    overdue_count: { label: { en: 'Overdue', zh: '已超时未发货' }, from: 'overdue_count', as: 'integer' },
    open_dispute_count: {
      label: { en: 'Open Disputes', zh: '处理中纠纷' },
      help: { en: 'Empty if no workflow monitors them.', zh: '没有流程关注时为空。' },
      from: 'open_dispute_count',
      as: 'integer',
    },
    bad_review_count: {
      label: { en: 'Bad Reviews Found', zh: '新发现中差评' },
      help: { en: 'Empty if no workflow monitors them.', zh: '没有流程关注时为空。' },
      from: 'bad_review_count',
      as: 'integer',
    },
    stalled_parcel_count: {
      label: { en: 'Stalled Parcels', zh: '停滞包裹' },
      help: { en: 'Empty if no workflow monitors them.', zh: '没有流程关注时为空。' },
      from: 'stalled_parcel_count',
      as: 'integer',
    },
    calls_used_yesterday: {
      label: { en: 'Calls Used Yesterday', zh: '昨日调用' },
      from: 'calls_used_yesterday',
      as: 'integer',
    },
    calls_used_today: {
      label: { en: 'Calls Used Today', zh: '今日调用' },
      from: 'calls_used_today',
      as: 'integer',
    },
    call_limit: { label: { en: 'Daily Limit', zh: '每日上限' }, from: 'call_limit', as: 'integer' },
    summary: { label: { en: 'Summary', zh: '汇总（英文）' }, from: 'summary', as: 'message' },
    summary_zh: { label: { en: 'Summary (Chinese)', zh: '汇总' }, from: 'summary_zh', as: 'message' },
  },
});

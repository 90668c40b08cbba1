import { orderSummary } from '../../lib/feeds/order-summary.ts';
import type { OrderValues } from '../../lib/feeds/orders.ts';
import { HOUR } from '../../lib/runtime.ts';
import { anOrder } from '../support/records.ts';
import { openShopServices } from '../support/shop-services.ts';
import { storeFeed } from '../support/stored-feed.ts';

/** It is 10:00 in Shanghai. */
async function summaryOf(
  orders: Partial<OrderValues>[] | undefined,
  { period = 'today', ...inputs }: Record<string, string> = {},
) {
  const shop = openShopServices();
  const ago = (hours: number) => new Date(shop.clock.now() - hours * HOUR).toISOString();
  if (orders)
    await storeFeed(
      shop,
      'orders',
      orders.map((order) => ({
        values: anOrder({ placed_at: ago(1), paid_at: ago(1), updated_at: ago(1), ...order }),
      })),
    );
  return orderSummary.deliver({ period, ...inputs }, { openShop: async () => shop } as never);
}

describe('Summary of orders', () => {
  const orders = [
    {
      amount: 10,
      currency: 'USD',
      status: 'WAIT_SELLER_SEND_GOODS',
      status_due_at: '2026-11-21T01:00:00Z',
    },
    { amount: 5.5, currency: 'USD', status: 'WAIT_SELLER_SEND_GOODS', status_due_at: null },
    { status: 'PLACE_ORDER_SUCCESS', paid_at: null },
    { status: 'FINISH', end_reason_category: 'cancelled_by_buyer' },
    { status: 'FINISH', end_reason_category: 'cancelled_by_buyer' },
    { status: 'FINISH', end_reason_category: 'cancelled_by_buyer' },
  ] as Partial<OrderValues>[];

  test('It counts the orders of the period, and names the span in the time zone', async () => {
    expect(await summaryOf(orders)).toMatchObject({
      title: 'Orders 2026-11-21 00:00 – 2026-11-21 10:00',
      title_zh: '订单汇总 2026-11-21 00:00 – 2026-11-21 10:00',
      period_start: '2026-11-20T16:00:00Z',
      period_end: '2026-11-21T02:00:00Z',
      order_count: 6,
      paid_text: 'USD 15.50',
      cancelled_count: 3,
      awaiting_payment_count: 1,
      to_ship_count: 2,
      overdue_count: 1,
      complete_since: '2026-11-19T14:00:00Z',
      checked_at: '2026-11-21T01:00:00Z',
    });
  });

  test('Its text has a line for each figure, in both languages', async () => {
    const { text, text_zh } = await summaryOf(orders);
    expect(String(text).split('\n')).toEqual([
      '**Period** 2026-11-21 00:00 – 2026-11-21 10:00 (Asia/Shanghai)',
      '**Orders** 6',
      '**Paid** USD 15.50',
      '**Cancelled** 3',
      '**Awaiting payment** 1',
      '**To ship** 2',
      '**Overdue** 1',
      '**Checked** 2026-11-21 09:00',
    ]);
    expect(String(text_zh).split('\n')).toEqual([
      '**统计时段** 2026-11-21 00:00 – 2026-11-21 10:00 (Asia/Shanghai)',
      '**订单数** 6',
      '**已付金额** USD 15.50',
      '**已取消** 3',
      '**待付款** 1',
      '**待发货** 2',
      '**已超时未发货** 1',
      '**数据更新时间** 2026-11-21 09:00',
    ]);
  });

  test('It says since when the figures are complete, where the period begins before that', async () => {
    const { text, text_zh } = await summaryOf([], { period: 'yesterday', time_zone: 'America/Los_Angeles' });
    expect(text).toContain('**Complete only since** 2026-11-19 06:00');
    expect(text_zh).toContain('**数据仅自此时起完整** 2026-11-19 06:00');
    expect((await summaryOf([], { period: 'last_36_hours' })).text).not.toContain('Complete only since');
  });

  test('Without a workflow that checks orders no figure is 0, and a note says so', async () => {
    const summary = await summaryOf(undefined);
    expect(summary).toMatchObject({
      order_count: null,
      paid_text: null,
      cancelled_count: null,
      awaiting_payment_count: null,
      to_ship_count: null,
      overdue_count: null,
      complete_since: null,
      checked_at: null,
    });
    expect(summary.text).toContain('**Orders** –\n');
    expect(summary.text).toContain('**Checked** –\n**Note** No workflow checks orders.');
    expect(summary.text_zh).toContain('**提示** 没有正在查询订单的流程');
  });
});

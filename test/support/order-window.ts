/** A request to the order list that AliExpress would accept. */

import type { z } from 'zod';
import type { orderList } from '../../lib/aliexpress/methods/order-list.ts';

type OrderListRequest = z.input<typeof orderList.request>;

export const orderWindow = (more: Partial<OrderListRequest> = {}): OrderListRequest => ({
  page: 1,
  placed: { from: Date.parse('2026-10-01T07:00:00Z'), to: Date.parse('2026-10-09T07:00:00Z') },
  changed: { from: Date.parse('2026-10-08T07:00:00Z'), to: Date.parse('2026-10-09T07:00:00Z') },
  ...more,
});

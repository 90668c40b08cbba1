/** A request to the order list that AliExpress would accept. */

import type { z } from 'zod';
import type { orderList } from '../../lib/aliexpress/methods/order-list.ts';

type OrderListRequest = z.input<typeof orderList.request>;

export const orderWindow = (more: Partial<OrderListRequest> = {}): OrderListRequest => ({
  current_page: 1,
  page_size: 50,
  create_date_start: '2026-10-01 00:00:00',
  create_date_end: '2026-10-09 00:00:00',
  modified_date_start: '2026-10-08 00:00:00',
  modified_date_end: '2026-10-09 00:00:00',
  ...more,
});

/** Paid orders and the answers of the order list, without HTTP, for benchmarks that measure the connector alone. */

import { listItem } from './methods/orders.ts';
import { toWire } from './methods/wire.ts';
import type { Line } from './orders.ts';
import { fromPacific } from './pacific.ts';

export interface OrderListQuery {
  page: number;
  size: number;
  /** The window of change, epoch milliseconds. */
  from: number;
  to: number;
  /** Whether orders that have ended are listed, and whether others are. */
  ended: boolean;
  active: boolean;
}

/** @param body of a request for the order list */
export function readOrderListQuery(body = ''): OrderListQuery {
  const query = JSON.parse(new URLSearchParams(body).get('param_aeop_order_query') ?? '{}');
  const statuses: string[] = query.order_status_list ?? [query.order_status ?? 'any but FINISH'];
  return {
    page: query.current_page,
    size: query.page_size,
    from: fromPacific(query.modified_date_start) ?? 0,
    to: fromPacific(query.modified_date_end) ?? 0,
    ended: statuses.includes('FINISH'),
    active: statuses.some((each) => each !== 'FINISH'),
  };
}

export interface PaidOrder {
  id: bigint;
  /** When it was placed and paid, epoch milliseconds. */
  at: number;
  lines: Line[];
}

const NO_DISPUTES = { disputes: new Map() };
const status = 'WAIT_SELLER_SEND_GOODS';

/** The row of an order that was paid at once and waits to be shipped, or was cancelled then, as JSON. */
export function paidOrderRow({ id, at, lines }: PaidOrder, isCancelled = false): string {
  const buyer = { login: 'canarylogin', name: 'CANARY-NAME', phone: 'CANARY-PHONE', street: 'CANARY-STREET' };
  const stage = isCancelled ? { at, status: 'FINISH', endReason: 'buyer_cancel_order' } : { at, status };
  const order = { id, placedAt: at, paidAt: at, stages: [stage], lines, country: 'ES', buyer };
  return toWire(listItem(NO_DISPUTES, order, stage, at), true);
}

/** The answer to a request for one page. @param rows all rows of the window, as JSON */
export function orderListAnswer(rows: readonly string[], { page, size }: OrderListQuery) {
  const shown = rows.slice((page - 1) * size, page * size);
  const totals = `"total_count":${rows.length},"total_page":${Math.ceil(rows.length / size)}`;
  const body = `{"code":"0","result":{"success":true,${totals},"target_list":[${shown}]}}`;
  return { status: 200, body };
}

/** The refusal of a call beyond the day's limit. */
export const dayLimitAnswer = () => ({
  status: 200,
  body: JSON.stringify({
    error_response: { type: 'ISV', code: 'SellerCallLimit', msg: 'The daily call limit is reached' },
  }),
});

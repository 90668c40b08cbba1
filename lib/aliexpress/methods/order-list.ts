import * as z from 'zod';
import { defineMethod } from '../method.ts';
import { statusNames } from '../order-status.ts';
import * as wire from '../wire.ts';

/** At most 99 pages of 50: a window with more orders must be cut. */
export const ORDER_PAGE_SIZE = 50;
export const MAX_ORDER_PAGES = 99;

const pacific = z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/);

const status = z.enum(Object.keys(statusNames));

/**
 * Orders by time window. Times are US Pacific. A `modified` window needs a `create` window beside it, of at most
 * 180 days, or 30 days for FINISH; a `create` window does by itself. Without a status, FINISH orders are left out.
 */
export const orderList = defineMethod({
  name: 'aliexpress.trade.seller.orderlist.get',
  family: 'business',
  requestKey: 'param_aeop_order_query',
  request: z
    .strictObject({
      current_page: z.int().min(1).max(MAX_ORDER_PAGES),
      page_size: z.int().min(1).max(ORDER_PAGE_SIZE),
      create_date_start: pacific,
      create_date_end: pacific,
      modified_date_start: pacific.optional(),
      modified_date_end: pacific.optional(),
      order_status: status.optional(),
      order_status_list: z.array(status).min(1).max(20).optional(),
    })
    .refine(
      (query) => (query.modified_date_start === undefined) === (query.modified_date_end === undefined),
      {
        path: ['modified_date_end'],
        message: 'a window with both ends',
      },
    )
    // The docs offer one or the other and do not say what both would mean.
    .refine((query) => query.order_status === undefined || query.order_status_list === undefined, {
      path: ['order_status_list'],
      message: 'either one status or a list of them',
    }),
  answer: z.object({
    result: z.object({
      total_count: wire.integer,
      total_page: wire.integer,
      target_list: wire.list,
    }),
  }),
  items: 'result.target_list',
  personalData: 'masked name',
  source: 'facts §3.1.1; getApi.json 2026-10-01',
});

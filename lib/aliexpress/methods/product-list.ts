import * as z from 'zod';
import { defineMethod, idParameter } from '../method.ts';
import { OFFLINE_REASONS, PRODUCT_STATUSES } from '../product-terms.ts';
import * as wire from '../wire.ts';

/** "Less than 100". */
export const PRODUCT_PAGE_SIZE = 99;

/** Products of one status; no stock in them. The status is always sent: what comes without one is not documented. */
export const productList = defineMethod({
  name: 'aliexpress.postproduct.redefining.findproductinfolistquery',
  family: 'business',
  requestKey: 'aeop_a_e_product_list_query',
  request: z.strictObject({
    product_status_type: z.enum(PRODUCT_STATUSES),
    current_page: z.int().min(1),
    page_size: z.int().min(1).max(PRODUCT_PAGE_SIZE),
    product_id: idParameter.optional(),
    /** Words of the title. */
    subject: z
      .string()
      .regex(/^[\x20-\x7e]{1,128}$/)
      .optional(),
    /** Why it went offline. */
    ws_display: z.enum(OFFLINE_REASONS).optional(),
    /** Goes offline within so many days. */
    off_line_time: z.int().min(1).optional(),
  }),
  answer: z.object({
    result: z.object({
      product_count: wire.integer,
      total_page: wire.integer,
      aeop_a_e_product_display_d_t_o_list: wire.list,
    }),
  }),
  items: 'result.aeop_a_e_product_display_d_t_o_list',
  personalData: 'none',
  source: 'docs/aliexpress.md#products-and-stock',
});

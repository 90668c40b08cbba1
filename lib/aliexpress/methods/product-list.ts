import * as z from 'zod';
import { defineMethod, windowParameter } from '../method.ts';
import { PRODUCT_STATUSES } from '../product-terms.ts';
import { writtenSpan, zones } from '../unstated-zone.ts';
import * as wire from '../wire.ts';

/** AliExpress says "less than 100". */
export const PRODUCT_PAGE_SIZE = 99;

/**
 * Products of one status, without stock, 99 a page. What is returned without a status is not documented, so one is
 * always sent. A window is widened while the zone of its times is not known. See
 * docs/aliexpress.md#products-and-stock.
 */
export const productList = defineMethod({
  name: 'aliexpress.postproduct.redefining.findproductinfolistquery',
  family: 'business',
  requestKey: 'aeop_a_e_product_list_query',
  request: () =>
    z
      .strictObject({
        page: z.int().min(1),
        status: z.enum(PRODUCT_STATUSES),
        created: windowParameter.optional(),
        changed: windowParameter.optional(),
        zone: z.enum(zones).nullable().default(null),
      })
      .transform(({ page, status, created, changed, zone }) => ({
        product_status_type: status,
        current_page: page,
        page_size: PRODUCT_PAGE_SIZE,
        ...(created && writtenSpan(created, zone, 'gmt_create_start', 'gmt_create_end')),
        ...(changed && writtenSpan(changed, zone, 'gmt_modified_start', 'gmt_modified_end')),
      })),
  answer: () =>
    z
      .object({
        result: z.object({
          product_count: wire.integer,
          total_page: wire.integer,
          aeop_a_e_product_display_d_t_o_list: wire.list,
        }),
      })
      .transform(({ result }) => ({
        items: result.aeop_a_e_product_display_d_t_o_list,
        total: result.product_count,
        pages: result.total_page,
      })),
  personalData: 'none',
  source: 'docs/aliexpress.md#products-and-stock',
});

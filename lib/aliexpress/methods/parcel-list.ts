import * as z from 'zod';
import { valueAt } from '../convert.ts';
import { defineMethod, objectWithAnyOf, windowParameter } from '../method.ts';
import { writtenSpan, zones } from '../unstated-zone.ts';
import * as wire from '../wire.ts';

/** The most rows of a page are not documented: the second size is for where the first one is refused. */
export const PARCEL_PAGE_SIZES = [50, 10] as const;

/** Which of the two dates of a window is its start: the reference's own example has them the wrong way round. */
export const DATE_ORDERS = ['natural', 'swapped'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** An answer in another format may have something else under the same name. */
const isListOfParcels = (rows: readonly unknown[]): boolean =>
  rows.length === 0 || rows.some((row) => valueAt(row, 'online_logistics_id') != null);

/**
 * Parcels that were shipped through AliExpress, by the time at which their logistics order was created. A row has neither
 * that time nor a country, and the list no total. See docs/aliexpress.md#shipment-lists.
 */
export const parcelList = defineMethod({
  name: 'aliexpress.logistics.redefining.getonlinelogisticsinfo',
  family: 'business',
  request: () =>
    z
      .strictObject({
        page: z.int().min(1),
        size: z.int().min(1).max(PARCEL_PAGE_SIZES[0]),
        /** Epoch milliseconds, both ends included. */
        created: windowParameter,
        dates: z.enum(DATE_ORDERS),
        /** In which the list reads the two. */
        zone: z.enum(zones).default('pacific'),
      })
      .transform(({ page, size, created, dates, zone }) => {
        const window = ['gmt_create_start_str', 'gmt_create_end_str'] as const;
        const [start, end] = dates === 'natural' ? window : window.toReversed();
        return { current_page: page, page_size: size, ...writtenSpan(created, zone, start, end) };
      }),
  answer: () =>
    objectWithAnyOf('result_list', 'is_success', 'total_page')
      .pipe(
        z.object({
          result_list: wire.list.refine(isListOfParcels),
          total_page: wire.integer.optional().catch(undefined),
        }),
      )
      .transform(({ result_list, total_page }) => ({ items: result_list, pages: total_page })),
  personalData: 'none',
  source: 'docs/aliexpress.md#shipment-lists',
});

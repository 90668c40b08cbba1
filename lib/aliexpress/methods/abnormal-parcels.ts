import * as z from 'zod';
import { valueAt } from '../convert.ts';
import { defineMethod, objectWithAnyOf, windowParameter } from '../method.ts';
import { writtenSpan } from '../unstated-zone.ts';
import * as wire from '../wire.ts';

/** The most rows of a page are not documented: the second size is for where the first one is refused. */
export const ABNORMAL_PAGE_SIZES = [50, 10] as const;

/** An answer in another format may have something else under the same name. */
const isListOfParcels = (rows: readonly unknown[]): boolean =>
  rows.length === 0 || rows.some((row) => valueAt(row, 'id') != null);

/**
 * Parcels that a warehouse could not process, by the time at which their status changed.
 * See docs/aliexpress.md#abnormal-parcels.
 */
export const abnormalParcels = defineMethod({
  name: 'aliexpress.logistics.abnormalorder.query',
  family: 'business',
  request: () =>
    z
      .strictObject({
        page: z.int().min(1),
        size: z.int().min(1).max(ABNORMAL_PAGE_SIZES[0]),
        /** Epoch milliseconds, both ends included. */
        changed: windowParameter,
      })
      .transform(({ page, size, changed }) => ({
        current_page: page,
        page_size: size,
        ...writtenSpan(changed, null, 'gmt_status_update_start', 'gmt_status_update_end'),
      })),
  answer: () =>
    objectWithAnyOf('result', 'is_success', 'total_count')
      .pipe(
        z.object({
          result: wire.list.refine(isListOfParcels),
          total_count: wire.integer.optional().catch(undefined),
          total_page: wire.integer.optional().catch(undefined),
        }),
      )
      .transform(({ result, total_count, total_page }) => ({
        items: result,
        total: total_count,
        pages: total_page,
      })),
  personalData: 'none',
  source: 'docs/aliexpress.md#abnormal-parcels',
});

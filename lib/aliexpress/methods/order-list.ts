import * as z from 'zod';
import { DAY, HOUR } from '../../runtime.ts';
import { defineMethod, windowParameter } from '../method.ts';
import { ENDED, QUERYABLE_STATUSES } from '../order-status.ts';
import { formatPacific, unambiguous } from '../time.ts';
import * as wire from '../wire.ts';

export const ORDER_PAGE_SIZE = 50;
/** A window with more orders than these pages hold must be cut. */
export const MAX_ORDER_PAGES = 99;

/** How long the window of placement may be, in days. */
export const MAX_PLACED_DAYS = 180;
export const MAX_PLACED_DAYS_ENDED = 30;

/** How long a window of placement may be: an hour less than the limit, because clocks may be put forward within it. */
export const longestPlacedMs = (statuses: readonly string[] = []): number =>
  (statuses.some((status) => ENDED.includes(status)) ? MAX_PLACED_DAYS_ENDED : MAX_PLACED_DAYS) * DAY - HOUR;

/**
 * Orders by time window, 50 a page. A window of placement is always needed, and one that is longer than AliExpress
 * accepts is cut. Without a status, ended orders are left out. See docs/aliexpress.md#order-list.
 */
export const orderList = defineMethod({
  name: 'aliexpress.trade.seller.orderlist.get',
  family: 'business',
  requestKey: 'param_aeop_order_query',
  request: () =>
    z
      .strictObject({
        page: z.int().min(1).max(MAX_ORDER_PAGES),
        placed: windowParameter,
        changed: windowParameter.optional(),
        statuses: z.array(z.enum(QUERYABLE_STATUSES)).min(1).max(20).readonly().optional(),
      })
      .transform(({ page, placed, changed, statuses }) => {
        const isOne = statuses?.length === 1;
        const placedTo = unambiguous(placed.to, 'later');
        const placedFrom = Math.max(
          unambiguous(placed.from, 'earlier'),
          placedTo - longestPlacedMs(statuses),
        );
        return {
          current_page: page,
          page_size: ORDER_PAGE_SIZE,
          create_date_start: formatPacific(placedFrom),
          create_date_end: formatPacific(placedTo),
          ...(changed && {
            modified_date_start: formatPacific(unambiguous(changed.from, 'earlier')),
            modified_date_end: formatPacific(unambiguous(changed.to, 'later')),
          }),
          // AliExpress does not say what one status and a list of them mean together, so never both are sent.
          ...(isOne && { order_status: statuses?.[0] }),
          ...(!isOne && statuses && { order_status_list: statuses }),
        };
      }),
  answer: () =>
    z
      .object({
        result: z.object({ total_count: wire.integer, total_page: wire.integer, target_list: wire.list }),
      })
      .transform(({ result }) => ({
        items: result.target_list,
        total: result.total_count,
        pages: result.total_page,
      })),
  personalData: 'masked name',
  source: 'docs/aliexpress.md#order-list',
});

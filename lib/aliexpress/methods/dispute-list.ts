import * as z from 'zod';
import { valueAt } from '../convert.ts';
import { DISPUTE_STATUSES } from '../dispute-terms.ts';
import { defineMethod, idParameter, timeParameter } from '../method.ts';
import * as wire from '../wire.ts';

export const DISPUTE_PAGE_SIZE = 50;

/**
 * Disputes of one status, the open ones by default, 50 a page. AliExpress keeps disputes by line item, not by order.
 * See docs/aliexpress.md#dispute-list.
 */
export const disputeList = defineMethod({
  name: 'aliexpress.issue.issuelist.get',
  family: 'business',
  requestKey: 'query_dto',
  request: () =>
    z
      .strictObject({
        page: z.int().min(1),
        status: z.enum(DISPUTE_STATUSES).optional(),
        lineId: idParameter.optional(),
        /** When they were opened, epoch milliseconds, both ends included. */
        openedFrom: timeParameter.optional(),
        openedTo: timeParameter.optional(),
      })
      .transform(({ page, status, lineId, openedFrom, openedTo }) => ({
        current_page: page,
        page_size: DISPUTE_PAGE_SIZE,
        ...(status && { issue_status: status }),
        ...(lineId && { order_no: lineId }),
        ...(openedFrom !== undefined && { create_time_start: String(openedFrom) }),
        ...(openedTo !== undefined && { create_time_end: String(openedTo) }),
      })),
  answer: () =>
    z
      .object({ total_item: wire.integer, data_list: wire.list })
      .transform((answer) => ({ items: answer.data_list, total: answer.total_item })),
  personalData: 'buyer login',
  source: 'docs/aliexpress.md#dispute-list',
});

/** The buyer's login in a row of the list: for the request for the detail, and for nothing else. */
export const buyerLoginOf = (row: unknown): string =>
  wire.id.safeParse(valueAt(row, 'buyer_login_id')).data ?? '';

import * as z from 'zod';
import { DISPUTE_STATUSES } from '../dispute-terms.ts';
import { defineMethod, idParameter } from '../method.ts';
import * as wire from '../wire.ts';

export const DISPUTE_PAGE_SIZE = 50;

const epochMs = z.int().min(0);

/** Disputes. Without a status the open ones. Unlike elsewhere, a time window is in epoch milliseconds. */
export const disputeList = defineMethod({
  name: 'aliexpress.issue.issuelist.get',
  family: 'business',
  requestKey: 'query_dto',
  request: z.strictObject({
    current_page: z.int().min(1),
    page_size: z.int().min(1).max(DISPUTE_PAGE_SIZE),
    issue_status: z.enum(DISPUTE_STATUSES).optional(),
    /** The number of a line of an order, not of the order. */
    order_no: idParameter.optional(),
    create_time_start: epochMs.optional(),
    create_time_end: epochMs.optional(),
  }),
  answer: z.object({ total_item: wire.integer, data_list: wire.list }),
  items: 'data_list',
  personalData: 'buyer login',
  source: 'docs/aliexpress.md#dispute-list',
});

import * as z from 'zod';
import { defineMethod, idParameter, objectWithAnyOf } from '../method.ts';
import * as wire from '../wire.ts';

export const MAX_ORDERS_PER_REVIEW_CALL = 50;

/** The reviews of orders that are named. There is no list of new reviews and no paging: finished orders are walked. */
export const reviewsOfOrders = defineMethod({
  name: 'aliexpress.evaluation.listorderevaluation.get',
  family: 'business',
  requestKey: 'trade_evaluation_request',
  request: z.strictObject({ parent_order_ids: z.array(idParameter).min(1).max(MAX_ORDERS_PER_REVIEW_CALL) }),
  answer: objectWithAnyOf('target_list', 'time_stamp').pipe(z.object({ target_list: wire.list })),
  items: 'target_list',
  personalData: 'buyer login and review text',
  source: 'docs/aliexpress.md#reviews',
});

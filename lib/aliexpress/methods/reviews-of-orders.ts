import * as z from 'zod';
import { defineMethod, idParameter, objectWithAnyOf } from '../method.ts';
import * as wire from '../wire.ts';

export const MAX_ORDERS_PER_REVIEW_CALL = 50;

/** The reviews of the named orders. AliExpress has no list of new reviews. See docs/aliexpress.md#reviews. */
export const reviewsOfOrders = defineMethod({
  name: 'aliexpress.evaluation.listorderevaluation.get',
  family: 'business',
  requestKey: 'trade_evaluation_request',
  request: () =>
    z
      .strictObject({ orderIds: z.array(idParameter).min(1).max(MAX_ORDERS_PER_REVIEW_CALL) })
      .transform(({ orderIds }) => ({ parent_order_ids: orderIds })),
  answer: () =>
    objectWithAnyOf('target_list', 'time_stamp')
      .pipe(z.object({ target_list: wire.list }))
      .transform((answer) => ({ items: answer.target_list })),
  personalData: 'buyer login and review text',
  source: 'docs/aliexpress.md#reviews',
});

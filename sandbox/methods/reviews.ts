/** The reviews of given orders. AliExpress has no list of new reviews. See docs/aliexpress.md#reviews. */

import { toPacific } from '../pacific.ts';
import type { Review } from '../reviews.ts';
import { pageOf } from './paged.ts';
import {
  type Context,
  id,
  ids,
  integers,
  jsonQuery,
  pacificRange,
  type Range,
  required,
  within,
} from './query.ts';
import { listed } from './wire.ts';

const MAX_ORDERS = 50;
const MAX_REVIEWS = 10_000;

export function reviewList({ shop, now, params, listFault }: Context) {
  const query = jsonQuery(params, 'trade_evaluation_request', [
    'parent_order_ids',
    'buyer_product_ratings',
    'product_id',
    'start_order_complete_date',
    'end_order_complete_date',
    'start_valid_date',
    'end_valid_date',
  ]);
  const orders = required(ids(query, 'parent_order_ids', MAX_ORDERS), 'parent_order_ids');
  const stars = integers(query, 'buyer_product_ratings', 1, 5);
  const product = id(query, 'product_id');
  const completed = pacificRange(query, 'start_order_complete_date', 'end_order_complete_date');
  const valid = pacificRange(query, 'start_valid_date', 'end_valid_date');
  const matches = (review: Review) =>
    review.writtenAt <= now &&
    (!stars || (review.visibleAt <= now && stars.includes(starsAt(review, now)))) &&
    (!product || product === String(review.line.productId)) &&
    isWithin(review.orderEndedAt, completed) &&
    isWithin(review.visibleAt, valid);

  const found = [...new Set(orders)]
    .flatMap((order) => shop.reviews.get(BigInt(order)) ?? [])
    .filter(matches);
  return {
    time_stamp: toPacific(now),
    ...listed(
      'target_list',
      'trade_evaluation_open_dto',
      pageOf(found, 1, MAX_REVIEWS, listFault).rows.map((review) => row(review, now)),
    ),
  };
}

const isWithin = (at: number, range: Range | undefined) => !range || within(at, range);

const editedAt = ({ edits = [] }: Review, now: number) => edits.findLast(({ at }) => at <= now);
const starsAt = (review: Review, now: number) => editedAt(review, now)?.stars ?? review.stars;

function row(review: Review, now: number) {
  const { order, line, text, orderEndedAt, writtenAt, visibleAt, hasNoValidDate } = review;
  return {
    order_id: line.childId,
    parent_order_id: order.id,
    product_id: line.productId,
    buyer_login_id: order.buyer.login,
    seller_login_id: 'canarymerchant',
    gmt_create: toPacific(writtenAt),
    gmt_modified: toPacific(editedAt(review, now)?.at ?? (visibleAt <= now ? visibleAt : writtenAt)),
    gmt_order_complete: toPacific(orderEndedAt),
    ...(!hasNoValidDate && { valid_date: toPacific(visibleAt) }),
    ...(visibleAt <= now && {
      buyer_evaluation: String(starsAt(review, now)),
      buyer_fb_date: toPacific(writtenAt),
      ...(text && { buyer_feedback: text }),
      seller_evaluation: '5',
      seller_reply: '',
    }),
  };
}

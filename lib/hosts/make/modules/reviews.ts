/** Reviews: by the numbers of orders, and of the orders that were finished most recently. */

import { ORDER_PAGE_SIZE } from '../../../aliexpress/methods/order-list.ts';
import { reviewsOfOrders } from '../../../aliexpress/methods/reviews-of-orders.ts';
import { endReasons } from '../../../aliexpress/order-end-reasons.ts';
import { review } from '../../../aliexpress/records/review.ts';
import type { SearchDeclaration, TriggerDeclaration } from '../../../pack/operation.ts';
import { shapeFor } from '../answer.ts';
import { ask, json, type Question } from '../asking.ts';
import { inputValue } from '../conditions.ts';
import { call, type Iml, quoted, toNumber, when } from '../iml.ts';
import type { MakeModule } from '../module.ts';
import { CREATED_DAYS, daysAgo, ENDED, itemSource, orderPage, ordersOf, soon } from '../orders-query.ts';
import { recordOutput, termsOf } from '../outputs.ts';
import { watchModule } from '../watch.ts';
import { handOut, required, searchModule } from './lookups.ts';

const found = call('ifempty', 'temp.answer.target_list', 'emptyarray');

/** @param ids digits, with commas between */
function reviewsOf(ids: Iml): Question {
  const shape = shapeFor(reviewsOfOrders.name, review.fields, reviewsOfOrders.items);
  return {
    method: reviewsOfOrders,
    params: {
      [String(reviewsOfOrders.requestKey)]: json(quoted('"parent_order_ids":['), ids, quoted(']')),
    },
    shape: { ...shape, keys: ['order_id', 'buyer_evaluation'] },
    marks: ['target_list', 'time_stamp'],
  };
}

export function findReviews(search: SearchDeclaration): MakeModule {
  const { order_numbers: numbers, most_stars: mostStars } = search.inputs;
  if (!numbers || !mostStars) throw new Error('reviews are found by the numbers of orders');
  const terms = termsOf(review.fields, itemSource);
  const most = inputValue('most_stars', mostStars);
  const stars = terms.readings.stars?.text ?? "''";
  const isFew = when(`${stars} = ''`, 'false', `${toNumber(stars)} <= ${toNumber(most)}`);
  const ids = call('join', call('deduplicate', inputValue('order_numbers', numbers)), quoted(','));
  return searchModule(search, review, [
    ...ask(reviewsOf(ids), { lane: 'ask' }),
    handOut(
      found,
      `(${required(review, terms.readings)}) & ${when(`${most} = ''`, 'true', isFew)}`,
      recordOutput(review, terms),
    ),
  ]);
}

/** Of what was finished within so many days the most recent is asked for; AliExpress has 50 orders on a page. */
const FINISHED_DAYS = 7;
const STARS = '1,2,3,4,5';

export function badReview(trigger: TriggerDeclaration): MakeModule {
  const finished = call(
    'map',
    ordersOf(1),
    quoted('order_id'),
    quoted('end_reason'),
    quoted(endReasons.completed.join(',')),
  );
  const question: Question = {
    ...reviewsOf(call('join', finished, quoted(','))),
    keep: { finished: call('join', finished, quoted(',')) },
    condition: "temp.finished != ''",
  };
  const page = orderPage({
    page: 1,
    created: { from: daysAgo(CREATED_DAYS.finished), to: soon },
    changed: { from: daysAgo(FINISHED_DAYS), to: soon },
    status: ENDED,
    keys: ['end_reason'],
  });
  const terms = termsOf(review.fields, itemSource, trigger.inputs);
  const visible = call('map', found, quoted('order_id'), quoted('buyer_evaluation'), quoted(STARS));
  return watchModule({
    trigger,
    terms,
    questions: [
      ...ask(page, { lane: 'watch' }),
      // What the question keeps is not there yet when it is paid for.
      ...ask(question, { lane: 'watch', condition: `${call('length', finished)} > 0` }),
    ],
    items: found,
    looksAt: {
      en: `the reviews of ${ORDER_PAGE_SIZE} orders that were completed in the last ${FINISHED_DAYS} days`,
      zh: `最近 ${FINISHED_DAYS} 天内完成的 ${ORDER_PAGE_SIZE} 个订单的评价`,
    },
    seen: { ids: visible, of: 'item.order_id' },
  });
}

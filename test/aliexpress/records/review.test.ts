import { reviewsOfOrders } from '../../../lib/aliexpress/methods/reviews-of-orders.ts';
import { recordedItem } from '../../../lib/aliexpress/recorded/samples.ts';
import { review } from '../../../lib/aliexpress/records/review.ts';
import { recordsIn } from '../../support/read-answer.ts';

const read = (answer: object | string) => recordsIn(reviewsOfOrders, review, answer);
const listed = (...target_list: object[]) => read({ time_stamp: '2026-11-20 18:10:00', target_list });

describe('Record review', () => {
  test('The sample of a review has every field', () => {
    expect(recordedItem(review)).toEqual({
      line_id: '8201739405572817',
      order_id: '8201739405562817',
      product_id: '1005006789012345',
      stars: 2,
      updated_at: '2026-11-21T01:55:03Z',
      review_text: 'The zipper broke after two days.',
      seller_reply: null,
      reviewed_at: '2026-11-18T15:22:41Z',
      published_at: '2026-11-21T01:55:03Z',
      order_completed_at: '2026-11-16T17:30:12Z',
    });
  });

  test('A review keeps an id that a number cannot hold', () => {
    const answer = '{"time_stamp":"","target_list":[{"order_id":12000031565399476}]}';
    expect(read(answer)[0]?.values.line_id).toBe('12000031565399476');
  });

  test('A review that is not in effect has no stars and no text', () => {
    expect(listed({ order_id: '8201739405572817' })[0]?.values).toEqual({
      line_id: '8201739405572817',
      order_id: null,
      product_id: null,
      stars: null,
      updated_at: null,
      review_text: null,
      seller_reply: null,
      reviewed_at: null,
      published_at: null,
      order_completed_at: null,
    });
  });

  test('A review without a line item does not affect the others', () => {
    const [bad, good] = listed({ buyer_evaluation: '1' }, { order_id: '8201739405572817' });
    expect([bad, good?.values.line_id]).toEqual([null, '8201739405572817']);
  });
});

test.each([{}, { target_list: 'N/A' }, { target_list: {} }, { target_list: [] }])(
  'The answer %j is a list without reviews',
  (empty) => {
    expect(read({ time_stamp: '2026-11-20 18:10:00', ...empty })).toEqual([]);
  },
);

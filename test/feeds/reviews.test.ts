import { reviewsOfOrders } from '../../lib/aliexpress/methods/reviews-of-orders.ts';
import { createReviewsFeed } from '../../lib/feeds/reviews.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { openAnsweringShop } from '../support/answering-shop.ts';
import { rawOrder } from '../support/shop-services.ts';

test.each(['1', '1.5'])(
  'An order whose review has %s stars is not queried again for nine days',
  async (stars) => {
    const shop = openAnsweringShop();
    const now = shop.clock.now();
    const finishedAt = now - 2 * DAY;
    shop.orders.push({
      ...rawOrder({ id: '820100001', updatedAt: finishedAt, placedAt: finishedAt - DAY, status: 'FINISH' }),
      end_reason: 'buyer_accept_goods',
      gmt_pay_time: toPacific(finishedAt - DAY),
    });
    shop.answers.set(reviewsOfOrders.name, () => ({
      time_stamp: toPacific(shop.clock.now()),
      target_list: [
        {
          order_id: '8201000011',
          parent_order_id: '820100001',
          buyer_evaluation: stars,
          valid_date: toPacific(now - DAY),
        },
      ],
    }));
    for (let hour = 0; hour < 9 * 24; hour += 1) {
      shop.clock.advance(HOUR);
      await createReviewsFeed(shop).read('polling');
    }
    const queries = shop.sent.filter(({ method }) => method === reviewsOfOrders.name);
    expect(queries).toHaveLength(1);
  },
);

import {
  AWAITING_PAYMENT,
  CANCELLED,
  COMPLETED,
  ENDED,
  IN_DISPUTE,
  PAID,
  RECEIVED,
  SHIPPED,
  statusNames,
  TO_SHIP,
} from '../../lib/aliexpress/order-status.ts';
import { holds } from '../../lib/pack/evaluate.ts';
import { anOrder } from '../support/records.ts';

/** Status → the sets that contain it. A status that is not listed is in none. */
const setsOf: Record<string, string[]> = {
  PLACE_ORDER_SUCCESS: ['AWAITING_PAYMENT'],
  PAYMENT_PROCESSING: ['AWAITING_PAYMENT'],
  WAIT_SELLER_SEND_GOODS: ['TO_SHIP', 'PAID'],
  SELLER_PART_SEND_GOODS: ['TO_SHIP', 'PAID'],
  WAIT_BUYER_ACCEPT_GOODS: ['SHIPPED', 'PAID'],
  FUND_PROCESSING: ['RECEIVED', 'PAID'],
  IN_ISSUE: ['IN_DISPUTE'],
  FINISH: ['ENDED'],
};
const sets = { AWAITING_PAYMENT, TO_SHIP, SHIPPED, RECEIVED, PAID, IN_DISPUTE, ENDED };

describe('Sets of order statuses', () => {
  test.each(Object.keys(statusNames))('The status %s is in the sets of its meaning', (status) => {
    const found = Object.entries(sets).filter(([, statuses]) => statuses.includes(status));
    expect(found.map(([name]) => name)).toEqual(setsOf[status] ?? []);
  });

  test('Every status of a set has a name', () => {
    const unnamed = Object.values(sets).flatMap((statuses) => statuses.filter((each) => !statusNames[each]));
    expect(unnamed).toEqual([]);
  });
});

describe('The end of an order', () => {
  const PAID_AT = '2026-10-08T02:14:02Z';
  const meaning = (status: string, end_reason_category: string | null, paid_at: string | null) => {
    const scope = { fields: anOrder({ status, end_reason_category, paid_at }), inputs: {}, now: 0 };
    return { cancelled: holds(CANCELLED, scope), completed: holds(COMPLETED, scope) };
  };

  test.each([
    ['FINISH', 'completed', PAID_AT, { cancelled: false, completed: true }],
    ['FINISH', 'cancelled_by_buyer', PAID_AT, { cancelled: true, completed: false }],
    ['FINISH', 'dispute', PAID_AT, { cancelled: false, completed: false }],
    ['FINISH', null, PAID_AT, { cancelled: false, completed: false }],
    ['FINISH', 'completed', null, { cancelled: false, completed: true }],
    ['FINISH', 'dispute', null, { cancelled: false, completed: false }],
    ['FINISH', null, null, { cancelled: true, completed: false }],
    ['IN_CANCEL', 'cancelled_by_buyer', null, { cancelled: false, completed: false }],
  ])(
    'An order with %s, the end reason %s and the payment time %s is %j',
    (status, group, paidAt, expected) => {
      expect(meaning(status, group, paidAt)).toEqual(expected);
    },
  );
});

import * as disputes from '../../lib/aliexpress/dispute-terms.ts';
import * as health from '../../lib/aliexpress/health-levels.ts';
import {
  endReasonCategories,
  endReasonNames,
  endReasonNamesZh,
} from '../../lib/aliexpress/order-end-reasons.ts';
import * as products from '../../lib/aliexpress/product-terms.ts';

const tables = [
  ['dispute statuses', disputes.disputeStatusNames, disputes.disputeStatusNamesZh],
  ['dispute stages', disputes.disputeStageNames, disputes.disputeStageNamesZh],
  ['dispute time limits', disputes.disputeTimeoutNames, disputes.disputeTimeoutNamesZh],
  ['health levels', health.healthLevelNames, health.healthLevelNamesZh],
  ['end reasons', endReasonNames, endReasonNamesZh],
  ['product statuses', products.productStatusNames, products.productStatusNamesZh],
  ['offline reasons', products.offlineReasonNames, products.offlineReasonNamesZh],
] as const;

describe.each(tables)('Words for %s', (_, english, chinese) => {
  test('Every Chinese word has Chinese characters', () => {
    expect(Object.values(chinese).filter((word) => !/\p{Script=Han}/u.test(word))).toEqual([]);
  });

  test('No English word has Chinese characters', () => {
    expect(Object.values(english).filter((word) => /\p{Script=Han}/u.test(word))).toEqual([]);
  });
});

describe('End reason', () => {
  test.each([
    ['buyer_confirm_goods', 'completed'],
    ['pay_timeout', 'unpaid'],
    ['buyer_cancel_notpay_order', 'unpaid'],
    ['buyer_cancel_order', 'cancelled_by_buyer'],
    ['buyer_cancel_order_in_risk', 'cancelled_by_buyer'],
    ['seller_send_goods_timeout', 'not_shipped_in_time'],
    ['security_close', 'risk_control'],
    ['end_issue', 'dispute'],
    ['trade_close', 'closed'],
  ])('The end reason %s belongs to the category %s', (code, category) => {
    expect(endReasonCategories[code]).toBe(category);
  });

  test('Every end reason with words has a category', () => {
    expect(Object.keys(endReasonCategories)).toEqual(Object.keys(endReasonNames));
  });

  test('The names of the categories do not change', () => {
    expect([...new Set(Object.values(endReasonCategories))]).toEqual([
      'completed',
      'unpaid',
      'cancelled_by_buyer',
      'not_shipped_in_time',
      'risk_control',
      'dispute',
      'closed',
    ]);
  });
});

test('Every stage in which the seller must act has words', () => {
  expect(Object.keys(disputes.disputeStageNames)).toEqual(
    expect.arrayContaining([...disputes.SELLER_MUST_ACT]),
  );
});

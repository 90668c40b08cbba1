import * as disputes from '../../lib/aliexpress/dispute-terms.ts';
import * as health from '../../lib/aliexpress/health-levels.ts';
import { endReasonGroups, endReasonNames, endReasonNamesZh } from '../../lib/aliexpress/order-end-reasons.ts';
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
    ['pay_timeout', 'not_paid'],
    ['buyer_cancel_notpay_order', 'not_paid'],
    ['buyer_cancel_order', 'cancelled_by_buyer'],
    ['buyer_cancel_order_in_risk', 'cancelled_by_buyer'],
    ['seller_send_goods_timeout', 'not_shipped'],
    ['security_close', 'risk'],
    ['end_issue', 'dispute'],
    ['trade_close', 'closed'],
  ])('The end reason %s belongs to the group %s', (code, group) => {
    expect(endReasonGroups[code]).toBe(group);
  });

  test('Every end reason with words has a group', () => {
    expect(Object.keys(endReasonGroups)).toEqual(Object.keys(endReasonNames));
  });

  test('The names of the groups do not change', () => {
    expect([...new Set(Object.values(endReasonGroups))]).toEqual([
      'completed',
      'not_paid',
      'cancelled_by_buyer',
      'not_shipped',
      'risk',
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

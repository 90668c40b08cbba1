import { pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { fail } from '../../lib/problems.ts';
import newOrder from '../../triggers/new-order.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices } from '../support/shop-services.ts';

describe('Poll of a trigger', () => {
  const facts = { method: 'aliexpress.trade.seller.orderlist.get', code: 'InvalidParameter' };

  test('A refused call is reported as a rejected one, which asks the user for no number', async () => {
    const services = openShopServices();
    services.onCall = () => fail('request_refused', facts);
    const shop = { ...services, memo: emptyProcessMemo() };
    await expect(pollTrigger(newOrder, shop, { inputs: {}, isSettingUp: true })).rejects.toEqual(
      problemLike('aliexpress_rejected', facts),
    );
  });
});

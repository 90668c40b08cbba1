import { watchShownOrders } from '../../sandbox/shown-orders.ts';

const ORDER_LIST = 'aliexpress.trade.seller.orderlist.get';
const listOf = (...ids: bigint[]) => ({
  result: {
    target_list: { item: 'order', values: ids.map((order_id) => ({ order_id, lines: [{ order_id }] })) },
  },
});

describe('Orders that the order list has shown', () => {
  let now = 0;
  const sandbox = { clock: { now: () => now, sleep: async () => {} } } as Parameters<
    typeof watchShownOrders
  >[0];
  const { wasShown } = watchShownOrders(sandbox);
  const answer = (at: number, method: string, payload: Record<string, unknown>) => {
    now = at;
    sandbox.onAnswer?.(method, payload, {});
  };
  answer(10, ORDER_LIST, listOf(1n, 2n));
  answer(20, ORDER_LIST, listOf(2n));
  answer(30, 'aliexpress.issue.issuelist.get', listOf(3n));

  test.each<[string, string[], number, number, boolean]>([
    ['when a list showed it', ['1'], 10, 10, true],
    ['when a later list showed it', ['2'], 11, 20, true],
    ['with another one', ['9', '1'], 0, 50, true],
    ['neither before nor after', ['1'], 11, 50, false],
    ['not by other methods', ['3'], 0, 50, false],
  ])('An order was shown %s', (_, ids, from, to, shown) => {
    expect(wasShown(ids, from, to)).toBe(shown);
  });
});

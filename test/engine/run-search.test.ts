import type { CallOptions } from '../../lib/aliexpress/gateway.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { order as orderRecord } from '../../lib/aliexpress/records/order.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import { runSearch } from '../../lib/engine/run-search.ts';
import { emptyProcessMemo, type Shop } from '../../lib/engine/shop.ts';
import { budgetStatus } from '../../lib/feeds/call-budget.ts';
import { both } from '../../lib/language.ts';
import { input } from '../../lib/pack/expression.ts';
import { text } from '../../lib/pack/input.ts';
import { search } from '../../lib/pack/operation.ts';
import findCallBudget from '../../searches/find-call-budget.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices, rawOrder } from '../support/shop-services.ts';

const findOrder = search({
  key: 'find_order',
  noun: 'Order',
  makeLabel: 'Get an Order',
  label: both('Find Order'),
  description: both('Finds an order.'),
  inputs: { order: text({ label: both('Order'), pattern: /\d{6,19}/ }) },
  method: orderDetail,
  request: { order_id: input('order') },
  record: orderRecord,
});

interface Call {
  request: unknown;
  options: CallOptions<Lane>;
}

/** A shop whose every call is answered with these records. */
function shopWith(...items: unknown[]): { shop: Shop; calls: Call[]; logged: string[] } {
  const services = openShopServices();
  const calls: Call[] = [];
  const shop: Shop = {
    ...services,
    memo: emptyProcessMemo(),
    gateway: {
      call: async (_, request, options) => {
        calls.push({ request, options });
        options.onPaid?.();
        return { answer: { items } as never, answeredAt: services.clock.now() };
      },
    },
  };
  return { shop, calls, logged: services.logged };
}

const order = rawOrder({ id: '8201739405562817', updatedAt: Date.parse('2026-11-20T02:00:00Z') });

describe('Search in what the pack knows', () => {
  test('A result is read from the source, with the inputs that the source reads', async () => {
    const { shop, calls } = shopWith();
    const left = async (min_calls_left: string) =>
      (await runSearch(findCallBudget, shop, { min_calls_left })).items;
    expect(await left('200')).toMatchObject([{ calls_left: 200, link: expect.stringMatching(/^https:/) }]);
    expect(await left('201')).toStrictEqual([]);
    expect(calls).toStrictEqual([]);
  });

  test('A source without an engine is named in the error', async () => {
    const source = { ...budgetStatus, key: 'moon' };
    await expect(runSearch({ ...findCallBudget, source }, shopWith().shop, {})).rejects.toThrow(
      /source moon$/,
    );
  });
});

describe('Search by one method', () => {
  test('The request is made from the inputs, and may be repeated once in the interactive lane', async () => {
    const { shop, calls } = shopWith();
    await runSearch(findOrder, shop, { order: ' 8201739405562817 ' });
    expect(calls).toEqual([
      {
        request: { order_id: '8201739405562817' },
        options: { lane: 'interactive', retries: 1, onPaid: expect.any(Function) },
      },
    ]);
  });

  test('A result has an id, a link and the fields of its record', async () => {
    const [found] = (await runSearch(findOrder, shopWith(order).shop, {})).items;
    expect(found).toMatchObject({
      id: '8201739405562817',
      link: expect.stringMatching(/^https:.*8201739405562817/),
      order_id: '8201739405562817',
      amount: 12.5,
    });
  });

  test('An answer without records yields no result', async () => {
    expect((await runSearch(findOrder, shopWith().shop, {})).items).toStrictEqual([]);
  });

  test('The calls that were paid are counted, and a source that makes none counts none', async () => {
    expect(await runSearch(findOrder, shopWith(order).shop, {})).toMatchObject({ callsUsed: 1 });
    expect(await runSearch(findCallBudget, shopWith().shop, {})).toMatchObject({ callsUsed: 0 });
  });

  test.each([
    [undefined, true],
    [1, true],
    [2, false],
  ])('With a total of %p the result is complete: %p', async (total, isComplete) => {
    const { shop } = shopWith(order);
    const { call } = shop.gateway;
    shop.gateway.call = async (...args) => {
      const { answer, answeredAt } = await call(...args);
      return { answer: Object.assign(answer as object, { total }) as never, answeredAt };
    };
    expect(await runSearch(findOrder, shop, {})).toMatchObject({ isComplete });
  });

  test('A record without its required fields is left out and logged', async () => {
    const { shop, logged } = shopWith({ order_status: 'FINISH' }, order);
    expect((await runSearch(findOrder, shop, {})).items).toHaveLength(1);
    expect(logged).toEqual([expect.stringContaining(`"record":"${orderRecord.key}"`)]);
  });

  test('An answer of which no record can be read is an error, and not a search that finds nothing', async () => {
    const { shop } = shopWith({ order_status: 'FINISH' });
    await expect(runSearch(findOrder, shop, {})).rejects.toEqual(
      problemLike('data_unreadable', { method: orderDetail.name }),
    );
  });

  test('An invalid input is refused before a call', async () => {
    const { shop, calls } = shopWith();
    await expect(runSearch(findOrder, shop, { order: 'abc' })).rejects.toEqual(problemLike('bad_input'));
    expect(calls).toStrictEqual([]);
  });
});

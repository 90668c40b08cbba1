import { pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { fail } from '../../lib/problems.ts';
import { writeShopName } from '../../lib/stores/shop-name.ts';
import type { Store } from '../../lib/stores/store.ts';
import newOrder from '../../triggers/new-order.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices } from '../support/shop-services.ts';

describe('Poll of a trigger', () => {
  const openShop = () => {
    const services = openShopServices();
    const [id] = services.putOrders(1, Date.parse('2026-11-21T01:30:00Z'));
    return { services, id, shop: { ...services, memo: emptyProcessMemo() } };
  };

  test('A user who sets a workflow up sees the events, paid from the interactive lane', async () => {
    const { services, id, shop } = openShop();
    const events = await pollTrigger(newOrder, shop, { inputs: {}, purpose: 'sample' });
    expect(events).toEqual([expect.objectContaining({ id })]);
    expect(new Set(services.requests.map(({ lane }) => lane))).toEqual(new Set(['interactive']));
  });

  test('The poll of a workflow pays from the polling lane', async () => {
    const { services, shop } = openShop();
    await pollTrigger(newOrder, shop, { inputs: {}, workflow: '1', purpose: 'poll' });
    expect(new Set(services.requests.map(({ lane }) => lane))).toEqual(new Set(['polling']));
  });

  test('The time of a poll is recorded under its workflow, for the choice of the best time', async () => {
    const { services, shop } = openShop();
    const polledAt = services.clock.now();
    await pollTrigger(newOrder, shop, { inputs: {}, workflow: '1', purpose: 'poll' });
    const [schedule] = [...shop.memo.schedules.values()];
    expect(schedule?.get('1')).toMatchObject({ last: polledAt });
  });

  test('An invalid input is refused before a call', async () => {
    const { services, shop } = openShop();
    const poll = { inputs: { min_amount: 'abc' }, purpose: 'sample' } as const;
    await expect(pollTrigger(newOrder, shop, poll)).rejects.toEqual(problemLike('bad_input'));
    expect(services.requests).toEqual([]);
  });

  const facts = { method: 'aliexpress.trade.seller.orderlist.get', code: 'InvalidParameter' };

  test('A refused call is reported as a rejected one, which asks the user for no number', async () => {
    const services = openShopServices();
    services.onCall = () => fail('request_refused', facts);
    const shop = { ...services, memo: emptyProcessMemo() };
    await expect(pollTrigger(newOrder, shop, { inputs: {}, purpose: 'sample' })).rejects.toEqual(
      problemLike('aliexpress_rejected', facts),
    );
  });
});

describe('Shop of the events of a poll', () => {
  async function pollNamed(write: (store: Store) => Promise<unknown>) {
    const services = openShopServices();
    services.putOrders(1, Date.parse('2026-11-21T01:30:00Z'));
    await write(services.store);
    const shop = { ...services, memo: emptyProcessMemo() };
    const [event] = await pollTrigger(newOrder, shop, { inputs: {}, purpose: 'sample' });
    return { event, seller: services.seller };
  }

  test('An event carries the name of the shop once its profile was read', async () => {
    const { event, seller } = await pollNamed((store) =>
      writeShopName(store, '2201234567890', 'Harbor Lane Store'),
    );
    expect(event).toMatchObject({ shop_id: seller, shop_name: 'Harbor Lane Store', is_example: false });
  });

  test('The name of the shop is null before its profile was read', async () => {
    const { event, seller } = await pollNamed(async () => {});
    expect(event).toMatchObject({ shop_id: seller, shop_name: null });
  });

  test('The name of the shop is null if the shop has none', async () => {
    const { event } = await pollNamed((store) => writeShopName(store, '2201234567890', ''));
    expect(event?.shop_name).toBeNull();
  });
});

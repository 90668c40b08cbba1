import { pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { writeShopName } from '../../lib/stores/shop-name.ts';
import type { Store } from '../../lib/stores/store.ts';
import newOrder from '../../triggers/new-order.ts';
import shipDeadline from '../../triggers/ship-deadline.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices, rawOrder } from '../support/shop-services.ts';

describe('Poll of a trigger', () => {
  const openShop = () => {
    const services = openShopServices();
    const [id] = services.putOrders(1, Date.parse('2026-11-21T01:30:00Z'));
    return { services, id, shop: { ...services, memo: emptyProcessMemo() } };
  };

  test('The poll that turns a workflow on returns the events, paid from the interactive lane', async () => {
    const { services, id, shop } = openShop();
    const events = await pollTrigger(newOrder, shop, { inputs: {}, purpose: 'turn_on' });
    expect(events).toEqual([expect.objectContaining({ id })]);
    expect(new Set(services.requests.map(({ lane }) => lane))).toEqual(new Set(['interactive']));
  });

  test('The poll of a workflow pays from the polling lane', async () => {
    const { services, shop } = openShop();
    await pollTrigger(newOrder, shop, { inputs: {}, workflow: '1', purpose: 'poll' });
    expect(new Set(services.requests.map(({ lane }) => lane))).toEqual(new Set(['polling']));
  });

  test('A workflow that is turned on again gets the same events, 90 at most', async () => {
    const { services, shop } = openShop();
    services.putOrders(120, Date.parse('2026-11-21T01:40:00Z'), '9');
    const counts: number[] = [];
    for (let n = 0; n < 5; n += 1)
      counts.push((await pollTrigger(newOrder, shop, { inputs: {}, purpose: 'turn_on' })).length);
    expect(counts).toEqual([90, 90, 90, 90, 90]);
  });

  test('A feed without an engine is named in the error', async () => {
    const unknown = { ...newOrder, feed: { ...newOrder.feed, key: 'moon' } };
    const poll = { inputs: {}, purpose: 'turn_on' } as const;
    await expect(pollTrigger(unknown, openShop().shop, poll)).rejects.toThrow(/feed moon$/);
  });

  test('An invalid input is refused before a call', async () => {
    const { services, shop } = openShop();
    const poll = { inputs: { min_amount: 'abc' }, purpose: 'turn_on' } as const;
    await expect(pollTrigger(newOrder, shop, poll)).rejects.toEqual(problemLike('bad_input'));
    expect(services.requests).toStrictEqual([]);
  });

  const facts = { method: 'aliexpress.trade.seller.orderlist.get', code: 'InvalidParameter' };

  test('A refused call is reported as a rejected one, which asks the user for no number', async () => {
    const services = openShopServices();
    services.onCall = () => fail('request_refused', facts);
    const shop = { ...services, memo: emptyProcessMemo() };
    await expect(pollTrigger(newOrder, shop, { inputs: {}, purpose: 'turn_on' })).rejects.toEqual(
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
    const [event] = await pollTrigger(newOrder, shop, { inputs: {}, purpose: 'turn_on' });
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

  test('A shop that is renamed has its new name in the events of the next poll', async () => {
    const services = openShopServices();
    services.putOrders(1, Date.parse('2026-11-21T01:30:00Z'));
    const shop = { ...services, memo: emptyProcessMemo() };
    const names: unknown[] = [];
    for (const name of ['Harbor Lane Store', 'Harbor Lane Outlet']) {
      await writeShopName(services.store, services.seller, name);
      const [event] = await pollTrigger(newOrder, shop, { inputs: {}, purpose: 'turn_on' });
      names.push([event?.shop_name, event?.text.includes(name)]);
    }
    expect(names).toEqual([
      ['Harbor Lane Store', true],
      ['Harbor Lane Outlet', true],
    ]);
  });

  test('A shop keeps its known name while the store does not answer for it', async () => {
    const services = openShopServices();
    services.putOrders(1, Date.parse('2026-11-21T01:30:00Z'));
    const shop = { ...services, memo: emptyProcessMemo() };
    await writeShopName(services.store, services.seller, 'Harbor Lane Store');
    await pollTrigger(newOrder, shop, { inputs: {}, purpose: 'turn_on' });
    await services.store.delete(`shop:${services.seller}:name`);
    const [event] = await pollTrigger(newOrder, shop, { inputs: {}, purpose: 'turn_on' });
    expect(event?.shop_name).toBe('Harbor Lane Store');
  });
});

describe('Events of a workflow', () => {
  const turnedOn = async (seller = openShopServices({ limit: 2000 })) => {
    const shop = { ...seller, memo: emptyProcessMemo() };
    const poll = (purpose: 'poll' | 'turn_on' = 'poll') =>
      pollTrigger(newOrder, shop, { inputs: {}, workflow: '1', purpose });
    await poll('turn_on');
    const later = (ms: number) => {
      seller.clock.advance(ms);
      return poll();
    };
    return { services: seller, shop, later };
  };

  test('An order that is placed in the second in which the workflow was turned on is emitted', async () => {
    const services = openShopServices();
    services.clock.advance(700);
    const { later } = await turnedOn(services);
    const ids = services.putOrders(1, Math.floor(services.clock.now() / SECOND) * SECOND);
    expect((await later(HOUR)).map(({ id }) => id)).toEqual(ids);
  });

  test('An event is returned at three polls, also where other processes answer them', async () => {
    const { services, shop, later } = await turnedOn();
    services.putOrders(1, services.clock.now() + MINUTE);
    const counts: number[] = [];
    for (let poll = 1; poll <= 5; poll += 1) {
      shop.memo.returns.clear();
      counts.push((await later(HOUR)).length);
    }
    expect(counts).toEqual([1, 1, 1, 0, 0]);
  });

  test('A copy without an ID gets an event although the other has polled three times', async () => {
    const services = openShopServices({ limit: 2000 });
    const shop = { ...services, memo: emptyProcessMemo() };
    const poll = (purpose: 'poll' | 'turn_on') => pollTrigger(newOrder, shop, { inputs: {}, purpose });
    await poll('turn_on');
    services.putOrders(1, services.clock.now() + MINUTE);
    services.clock.advance(HOUR);
    for (let n = 0; n < 3; n += 1) await poll('poll');
    expect(await poll('poll')).toHaveLength(1);
  });

  test('A copy without an ID gets at most 90 events at a poll', async () => {
    const services = openShopServices({ limit: 2000 });
    const shop = { ...services, memo: emptyProcessMemo() };
    const poll = (purpose: 'poll' | 'turn_on') => pollTrigger(newOrder, shop, { inputs: {}, purpose });
    await poll('turn_on');
    services.putOrders(120, services.clock.now() + MINUTE);
    services.clock.advance(HOUR);
    const ids = new Set<string>();
    for (let n = 0; n < 2; n += 1) {
      const events = await poll('poll');
      expect(events.length).toBeLessThanOrEqual(90);
      for (const { id } of events) ids.add(id);
    }
    expect(ids.size).toBe(120);
  });

  test('A deadline that has come near is emitted once the next visit has seen that the order has not ended', async () => {
    const services = openShopServices({ limit: 2000 });
    services.endedAmongOthers = 'refused';
    const shop = { ...services, memo: emptyProcessMemo() };
    const poll = async (purpose: 'poll' | 'turn_on' = 'poll') => {
      const inputs = { hours_before: '1' };
      const events = await pollTrigger(shipDeadline, shop, { inputs, workflow: '1', purpose });
      return events.length;
    };
    const shipBy = services.clock.now() + HOUR + 10 * MINUTE;
    services.onCall = () => {
      const order = rawOrder({ id: '8201', updatedAt: shipBy - 3 * HOUR });
      services.orders = [{ ...order, timeout_left_time: shipBy - services.clock.now() }];
    };
    await poll('turn_on');
    services.clock.advance(15 * MINUTE);
    expect(await poll()).toBe(0);
    services.clock.advance(15 * MINUTE);
    expect(await poll()).toBe(1);
  });

  test('A store that does not say what was returned keeps what it knows of that', async () => {
    const { services, shop, later } = await turnedOn();
    services.putOrders(1, services.clock.now() + MINUTE);
    await later(HOUR);
    await later(HOUR);
    const { store } = shop;
    const silent = (key: string) =>
      key.startsWith('returned:') ? Promise.reject(new Error('silent')) : store.get(key);
    shop.store = { ...store, get: silent };
    const { length: whileSilent } = await later(HOUR);
    shop.store = store;
    shop.memo.returns.clear();
    const counts = [(await later(HOUR)).length, (await later(HOUR)).length, (await later(HOUR)).length];
    expect([whileSilent, ...counts]).toEqual([1, 1, 0, 0]);
  });

  test('A poll returns at most 90 events, and the next ones return the others', async () => {
    const { services, later } = await turnedOn();
    const ids = services.putOrders(200, services.clock.now() + MINUTE);
    const found = new Set<string>();
    for (let poll = 1; poll <= 4; poll += 1) {
      const events = await later(HOUR);
      expect(events.length).toBeLessThanOrEqual(90);
      for (const { id } of events) found.add(id);
    }
    expect([...found].sort()).toEqual(ids.sort());
  });

  test('The last seven days of a pause are found although the store has forgotten the feed', async () => {
    const { services, shop, later } = await turnedOn();
    const end = services.clock.now() + 10 * DAY;
    const ids = services.putOrders(3, end - 6 * DAY);
    services.putOrders(1, end - 9 * DAY, '8100');
    services.clock.advance(10 * DAY);
    Object.assign(shop.memo, emptyProcessMemo());
    const found = new Set<string>();
    for (let poll = 1; poll <= 30; poll += 1) for (const { id } of await later(20 * MINUTE)) found.add(id);
    expect([...found].sort()).toEqual(ids.sort());
    expect(await skippedSpans(services)).toEqual([expect.objectContaining({ orders: 1 })]);
  });
});

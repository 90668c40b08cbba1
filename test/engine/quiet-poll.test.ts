import { pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { encode, returnEvents } from '../../lib/engine/returned-events.ts';
import { sampleTrigger } from '../../lib/engine/sample-trigger.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import type { PackEvent } from '../../lib/pack/event.ts';
import type { TriggerDeclaration } from '../../lib/pack/operation.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { shortDigest } from '../../lib/stores/digest.ts';
import accountAlert from '../../triggers/account-alert.ts';
import newOrder from '../../triggers/new-order.ts';
import { openShopServices } from '../support/shop-services.ts';
import { switchableStore } from '../support/switchable-store.ts';

/** A workflow that was turned on and has polled, and the keys that its next polls read. */
async function openQuiet(trigger: TriggerDeclaration) {
  const { fails, through } = switchableStore();
  const services = openShopServices({ through });
  const shop = { ...services, memo: emptyProcessMemo() };
  const poll = (purpose: 'turn_on' | 'poll' = 'poll') =>
    pollTrigger(trigger, shop, { inputs: {}, workflow: '7', purpose });
  await poll('turn_on');
  await poll();
  const keys: string[] = [];
  const get = async (key: string) => {
    keys.push(key);
    return services.innerStore.get(key);
  };
  fails.get = get;
  return { shop, poll, keys, fails, get };
}

describe('Poll at which nothing has happened', () => {
  test('It reads the head of its feed, and neither its mark nor the name of the shop', async () => {
    const { poll, keys } = await openQuiet(newOrder);
    expect(await poll()).toStrictEqual([]);
    expect(keys.map((key) => key.split(':')[0])).toEqual(['snap1', 'snap1']);
  });

  test('Where the feed has no row for its mark, the mark is read while the feed is', async () => {
    const { poll, keys, fails, get } = await openQuiet(accountAlert);
    const second = Promise.withResolvers<void>();
    fails.get = async (key) => {
      const value = await get(key);
      if (keys.length === 2) second.resolve();
      await second.promise;
      return value;
    };
    expect(await poll()).toStrictEqual([]);
    expect(keys.filter((key) => key.startsWith('mark:'))).toHaveLength(1);
  });

  test('A user who sees samples needs no mark', async () => {
    const { shop, keys } = await openQuiet(accountAlert);
    await sampleTrigger(accountAlert, shop, {});
    expect(keys.filter((key) => key.startsWith('mark:'))).toStrictEqual([]);
  });
});

test('An event is returned although the process has seen the last of another one', async () => {
  const services = { ...openShopServices(), memo: { returns: new Map() } };
  const event = (id: string): PackEvent => ({ id, occurred_at: null }) as never;
  const returned = async (...ids: string[]) =>
    (await returnEvents(services, '7', ids.map(event), { isOver: () => false })).map(({ id }) => id);
  for (let poll = 1; poll <= 3; poll += 1) await returned('a');
  expect([await returned('a'), await returned('b', 'a')]).toEqual([[], ['b']]);
});

describe('Stored counts of what was returned', () => {
  const KEY = 'returned:1:2201234567890:7';
  const open = () => {
    const shop = openShopServices();
    const keys: string[] = [];
    const store = {
      ...shop.innerStore,
      set: async (...request: Parameters<typeof shop.store.set>) => {
        keys.push(request[0]);
        return shop.innerStore.set(...request);
      },
    };
    const poll = (ids: string[]) =>
      returnEvents(
        { ...shop, store, memo: { returns: new Map() } },
        '7',
        ids.map((id): PackEvent => ({ id, occurred_at: null }) as never),
        { isOver: () => false },
      );
    return { shop, store, keys, poll };
  };

  test('They are kept for eight days', async () => {
    const { shop, poll } = open();
    for (let n = 0; n < 3; n += 1) await poll(['a']);
    shop.clock.advance(8 * DAY - 1);
    expect(await poll(['a'])).toStrictEqual([]);
    shop.clock.advance(1);
    expect(await poll(['a'])).toHaveLength(1);
  });

  test('Few are stored in one value, and many in two', async () => {
    const { shop, keys, poll } = open();
    const ids = Array.from({ length: 5000 }, (_, n) => `event ${n}`);
    await poll(ids.slice(0, 3));
    expect(keys).toEqual([KEY]);
    const counts = encode(new Map(ids.map((id) => [shortDigest(id, 7), 1])));
    await shop.innerStore.set(KEY, counts.slice(0, 31_500), 60);
    await shop.innerStore.set(`${KEY}:more`, counts.slice(31_500), 60);
    keys.length = 0;
    expect(await poll(ids)).toHaveLength(90);
    expect(keys).toEqual([KEY, `${KEY}:more`]);
  });
});

test('A copy without an ID gets the same ninety events at every poll', async () => {
  const services = openShopServices({ limit: 2000 });
  const shop = { ...services, memo: emptyProcessMemo() };
  const poll = (purpose: 'poll' | 'turn_on') => pollTrigger(newOrder, shop, { inputs: {}, purpose });
  await poll('turn_on');
  services.putOrders(90, services.clock.now() + MINUTE);
  services.clock.advance(HOUR);
  const counts: number[] = [];
  for (let n = 0; n < 5; n += 1) counts.push((await poll('poll')).length);
  expect(counts).toEqual([90, 90, 90, 90, 90]);
});

import { pollTrigger } from '../../lib/engine/poll-trigger.ts';
import { returnEvents } from '../../lib/engine/returned-events.ts';
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import type { PackEvent } from '../../lib/pack/event.ts';
import type { TriggerDeclaration } from '../../lib/pack/operation.ts';
import accountAlert from '../../triggers/account-alert.ts';
import newOrder from '../../triggers/new-order.ts';
import { openShopServices } from '../support/shop-services.ts';
import { switchableStore } from '../support/switchable-store.ts';

/** A workflow that was turned on and has polled, and the keys that its next polls read. */
async function openQuiet(trigger: TriggerDeclaration) {
  const { fails, through } = switchableStore();
  const services = openShopServices({ through });
  const shop = { ...services, memo: emptyProcessMemo() };
  const poll = (purpose: 'turn_on' | 'poll' | 'sample' = 'poll') =>
    pollTrigger(trigger, shop, { inputs: {}, workflow: '7', purpose });
  await poll('turn_on');
  await poll();
  const keys: string[] = [];
  const get = async (key: string) => {
    keys.push(key);
    return services.innerStore.get(key);
  };
  fails.get = get;
  return { poll, keys, fails, get };
}

describe('Poll at which nothing has happened', () => {
  test('It reads the head of its feed, and neither its mark nor the name of the shop', async () => {
    const { poll, keys } = await openQuiet(newOrder);
    expect(await poll()).toEqual([]);
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
    expect(await poll()).toEqual([]);
    expect(keys.filter((key) => key.startsWith('mark:'))).toHaveLength(1);
  });

  test('A user who sees samples needs no mark', async () => {
    const { poll, keys } = await openQuiet(accountAlert);
    await poll('sample');
    expect(keys.filter((key) => key.startsWith('mark:'))).toEqual([]);
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

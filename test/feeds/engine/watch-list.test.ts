import * as z from 'zod';
import { createSnapshots, type Snapshots } from '../../../lib/feeds/engine/snapshot.ts';
import { watchList } from '../../../lib/feeds/engine/watch-list.ts';
import { DAY } from '../../../lib/runtime.ts';
import { stored } from '../../../lib/stores/stored.ts';
import { openShopServices, type ShopServices } from '../../support/shop-services.ts';

const format = stored(() => ({ checkedAt: z.number().default(0) }));

describe('Watch list', () => {
  let shop: ShopServices;
  let snapshots: Snapshots<object, object>;
  const memory = watchList(format, 30 * DAY);
  beforeEach(() => {
    shop = openShopServices();
    snapshots = createSnapshots<object, object>({
      ...shop,
      key: 'snap1:shop:reviews',
      state: stored(() => ({})),
      watchedLifetime: memory.lifetime,
    });
  });
  const open = async () => {
    const snapshot = await snapshots.load();
    const watched = await snapshots.loadWatched(snapshot);
    const list = await memory.open(watched.entries);
    const store = () => snapshots.commit({ ...snapshot, state: {} }, { ...watched, entries: list.stored });
    return { ...list, store };
  };
  const ids = async () => [...(await open()).entries.keys()].sort();

  test('An entry that was put on the list is remembered', async () => {
    const list = await open();
    list.put('8201', shop.clock.now(), { checkedAt: 7 });
    await list.store();
    expect((await open()).entries.get('8201')?.values).toEqual({ checkedAt: 7 });
  });

  test('An entry that was removed is forgotten', async () => {
    const list = await open();
    for (const id of ['8201', '8202']) list.put(id, shop.clock.now(), { checkedAt: 7 });
    await list.store();
    const later = await open();
    later.remove('8201');
    expect([...later.entries.keys()]).toEqual(['8202']);
    await later.store();
    expect(await ids()).toEqual(['8202']);
  });

  test('An entry that was not stored is forgotten', async () => {
    const list = await open();
    list.put('8201', shop.clock.now(), { checkedAt: 7 });
    expect(await ids()).toStrictEqual([]);
  });

  test('An entry is remembered for the lifetime of the list', async () => {
    const list = await open();
    list.put('8201', shop.clock.now(), { checkedAt: 7 });
    await list.store();
    for (let day = 1; day <= 29; day += 1) {
      shop.clock.advance(DAY);
      const again = await open();
      again.put(`new-${day}`, shop.clock.now(), { checkedAt: 7 });
      await again.store();
    }
    expect(await ids()).toContain('8201');
  });

  test('An entry is gone a day after the lifetime of the list', async () => {
    const list = await open();
    list.put('8201', shop.clock.now(), { checkedAt: 7 });
    await list.store();
    shop.clock.advance(31 * DAY);
    expect(await ids()).toStrictEqual([]);
  });

  test('An entry in an unknown format is dropped', async () => {
    const list = await open();
    list.put('8201', shop.clock.now(), { checkedAt: 'yesterday' } as never);
    list.put('8202', shop.clock.now(), { checkedAt: 7 });
    await list.store();
    expect(await ids()).toEqual(['8202']);
  });
});

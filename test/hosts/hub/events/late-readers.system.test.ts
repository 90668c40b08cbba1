import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { deleteOld } from '../../../../lib/hosts/hub/events/retention.ts';
import { type Subscription, subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { countUnreadHour } from '../../../../lib/hosts/hub/events/unread.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { DAY, MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

interface Item {
  seq: number;
  id: string;
  event_type: string;
  alert_type?: string;
  title: string;
  text: string;
}

describe('Clients that read events late', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterEach(() => hub.hub.runtime.database.connection.exec('DELETE FROM subscriptions; DELETE FROM alerts'));
  afterAll(() => hub.stop());

  const subscribe = async (trigger: string): Promise<Subscription> => {
    const { body } = await hub.request('POST', '/v1/subscriptions', { trigger });
    return find(body.id);
  };
  const find = (id: string) => {
    const { database, vault } = hub.hub.runtime;
    return subscriptionsIn(database, vault).find(id) as Subscription;
  };
  /** An event of the subscription, found as many days ago. */
  const found = (subscription: Subscription, id: string, daysAgo: number) => {
    const at = hub.clock.now() - daysAgo * DAY;
    const event = {
      id,
      event_type: subscription.trigger,
      title: id,
      title_zh: id,
      occurred_at: new Date(at).toISOString(),
    };
    eventsIn(hub.hub.runtime.database).keepNew(subscription, [event as PackEvent], [], at);
  };
  const deleteNow = () => deleteOld(hub.hub.runtime.database, hub.hub.runtime.hub.keepDays, hub.clock.now());
  const read = async (query: string): Promise<{ items: Item[]; next_cursor: number; next_before?: number }> =>
    (await hub.request('GET', `/v1/events?${query}`)).body;
  const kinds = (items: readonly Item[]) => items.map(({ alert_type, id }) => alert_type ?? id);
  /** In the time zone of the alerts. */
  const day = (daysAgo: number) =>
    new Date(hub.clock.now() - daysAgo * DAY + 8 * 60 * MINUTE)
      .toISOString()
      .slice('yyyy-'.length, 'yyyy-MM-dd'.length);

  test('Events are kept for 30 days, and a client that comes later learns first which are gone', async () => {
    const { id } = await subscribe('new_order');
    const [subscription, other] = [find(id), await subscribe('order_paid')];
    found(other, 'read', 61);
    found(subscription, 'first lost', 50);
    found(subscription, 'last lost', 31);
    found(subscription, 'kept', 29);
    const { next_cursor: cursor } = await read(`subscription=${other.id}`);
    deleteNow();
    for (const order of ['asc', 'desc']) {
      const { items, next_cursor } = await read(
        `triggers=new_order,order_paid&after=${cursor}&order=${order}`,
      );
      if (order === 'desc') items.reverse();
      expect(kinds(items)).toEqual(['events_skipped', 'kept']);
      expect(items[0]?.title).toContain(day(50));
      expect(items[0]?.title).toContain(day(31));
      const next = await read(`triggers=new_order,order_paid&after=${next_cursor}&order=${order}`);
      expect(next).toEqual({ items: [], next_cursor });
    }
  });

  test('A client whose last event is forgotten learns that all since its subscription may be gone', async () => {
    const subscription = await subscribe('new_order');
    found(subscription, 'read', 130);
    const { next_cursor: cursor } = await read(`subscription=${subscription.id}`);
    found(subscription, 'lost', 120);
    found(subscription, 'lost too', 40);
    hub.hub.runtime.database
      .prepare('UPDATE subscriptions SET created_at = ?')
      .run(hub.clock.now() - 150 * DAY);
    deleteNow();
    const { items } = await read(`subscription=${subscription.id}&after=${cursor}`);
    expect(kinds(items)).toEqual(['events_skipped']);
    expect(items[0]?.title).toContain(day(150));
    expect(items[0]?.title).toContain(day(40));
  });

  test.each(['asc', 'desc'])('More spans than fit on a page are told page by page, %s', async (order) => {
    const triggers = ['new_order', 'order_paid', 'order_cancelled', 'ship_deadline'];
    const subscriptions = await Promise.all(triggers.map(subscribe));
    found(subscriptions[0] as Subscription, 'read', 41);
    const { next_cursor: cursor } = await read('triggers=new_order');
    for (const [n, subscription] of subscriptions.entries()) found(subscription, `lost ${n}`, 40 - n);
    for (const [n, subscription] of subscriptions.entries()) found(subscription, `kept ${n}`, 10 - n);
    deleteNow();
    const query = `triggers=${triggers}&limit=3&order=${order}`;
    const items: Item[] = [];
    let after = cursor;
    let before: number | undefined;
    let latest: number | undefined;
    for (let isLast = false; !isLast; ) {
      const page = await read(`${query}&after=${after}${before === undefined ? '' : `&before=${before}`}`);
      expect(page.items.length).toBeLessThanOrEqual(3);
      items.push(...page.items);
      latest ??= order === 'desc' ? page.next_cursor : undefined;
      if (order === 'asc') after = page.next_cursor;
      before = page.next_before;
      isLast = order === 'asc' ? page.items.length === 0 : before === undefined;
    }
    if (order === 'desc') items.reverse();
    const [lost, kept] = [triggers.map(() => 'events_skipped'), triggers.map((_, n) => `kept ${n}`)];
    expect(kinds(items)).toEqual([...lost, ...kept]);
    expect((await read(`${query}&after=${latest ?? after}`)).items).toEqual([]);
  });

  test('Examples that are no longer kept are missed by nobody', async () => {
    const { id } = await subscribe('new_order');
    await hub.request('POST', `/v1/subscriptions/${id}/example`);
    deleteOld(hub.hub.runtime.database, hub.hub.runtime.hub.keepDays, hub.clock.now() + 40 * DAY);
    expect((await read(`subscription=${id}`)).items).toEqual([]);
  });

  /** How many alerts say that it has ended. */
  const ends = async (): Promise<number> => {
    const { body } = await hub.request('GET', '/admin/alerts', undefined, hub.adminKey);
    return body.items.filter(({ key }: { key: string }) => key.startsWith('ended ')).length;
  };
  const countHours = (hours: number) => {
    for (let hour = 0; hour < hours; hour += 1) countUnreadHour(hub.hub.runtime);
  };

  test('A subscription that is read once in 30 days goes on', async () => {
    const { id } = await subscribe('new_order');
    await hub.pass(10 * MINUTE);
    countHours(30 * 24);
    await read('triggers=new_order');
    countHours(30 * 24);
    expect(find(id).state).toBe('active');
  });

  test.each(['triggers=new_order', 'subscription='])(
    'One that nobody reads ends, is told, and goes on with %s, which names the time between',
    async (query) => {
      const { id } = await subscribe('new_order');
      const path = query.endsWith('=') ? `${query}${id}` : query;
      await hub.pass(10 * MINUTE);
      found(find(id), 'kept', 1);
      const { items } = await read(path);
      countHours(31 * 24);
      expect(find(id)).toMatchObject({ state: 'ended', reason: 'nobody_reads' });
      expect(await ends()).toBe(1);
      await hub.pass(60 * MINUTE);
      expect((await read(path)).items).toEqual(items);
      await hub.pass(10 * MINUTE);
      expect(find(id)).toMatchObject({ state: 'active' });
      const { items: since } = await read(`${path}&after=${items.at(-1)?.seq}`);
      expect(kinds(since)).toEqual(['events_skipped']);
      expect(since[0]?.text).toContain('31 days');
      expect(await ends()).toBe(0);
    },
  );
});

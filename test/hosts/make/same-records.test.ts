import { NOON } from '../../support/connected-app.ts';
import { startFrom } from '../../support/make/polling.ts';
import { describeWithRedis } from '../../support/redis.ts';
import { useBothShops } from './shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
type Event = Record<string, unknown>;

describeWithRedis('the same shop on Zapier and on Make', () => {
  const both = useBothShops();

  const poll = async (module: string, parameters = {}) =>
    (
      await both.make.poll(module, {
        connection: both.connection,
        parameters: { limit: 200, ...parameters },
        state: startFrom('all'),
      })
    ).bundles;
  const pollZapier = (key: string, inputs = {}) => both.zapier.poll(key, inputs, { isLoadingSample: true });
  const found = (module: string, parameters: Record<string, never> | object) =>
    both.make.run(module, { connection: both.connection, parameters: { ...parameters } });
  /** Five calls a second are too many on both platforms. */
  const aSecond = () => both.zapier.clock.sleep(1100);

  /** Zapier, which shows all there is to who sets a Zap up, has what Make has, and the same. */
  function expectSame(onMake: Event[], onZapier: Event[]): void {
    const known = new Map(onZapier.map((event) => [event.id, event]));
    const shared = onMake.filter(({ id }) => known.has(id));
    expect(shared.length).toBeGreaterThan(0);
    expect(shared).toEqual(shared.map(({ id }) => known.get(id)));
  }

  describe('a shop of half a day', () => {
    beforeEach(async () => {
      await both.open();
    });

    /** Somebody who sets a Zap up sees older ones too; neither platform starts a workflow with them. */
    const recent = (events: Event[]) =>
      events.filter(({ occurred_at }) => NOON - Date.parse(String(occurred_at)) < 36 * HOUR);

    test.each([
      ['new_order', 'newOrder', {}],
      ['order_paid', 'orderPaid', {}],
      ['order_status_changed', 'orderStatusChanged', { statuses: ['WAIT_BUYER_ACCEPT_GOODS', 'FINISH'] }],
      ['order_cancelled', 'orderCancelled', {}],
    ])('%s hands out the same events', async (key, module, inputs) => {
      const onZapier = recent(await pollZapier(key, inputs));
      const onMake = new Map((await poll(module, inputs)).map((event) => [event.id, event]));
      expect(onZapier.length).toBeGreaterThan(0);
      expect(onZapier.map(({ id }) => onMake.get(String(id)))).toEqual(onZapier);
    });

    test('Find Order finds the same order', async () => {
      const [event] = await poll('newOrder');
      await aSecond();
      const wanted = { order_number: String(event?.id) };
      expect(await found('findOrder', wanted)).toEqual(await both.zapier.search('find_order', wanted));
    });

    test('Find Orders finds the same orders', async () => {
      const wanted = { status: 'WAIT_SELLER_SEND_GOODS', days: 30, most_pages: 2 };
      const onZapier = await both.zapier.search('find_orders', wanted);
      await aSecond();
      expect(onZapier.length).toBeGreaterThan(50);
      expect(await found('findOrders', { ...wanted, limit: 500 })).toHaveLength(onZapier.length);
    });

    test('orders that were placed long enough ago are the same', async () => {
      const wanted = { status: 'any', days: 2, least_days: 1, most_pages: 2 };
      await both.open({ historyDays: 3, ordersPerDay: 20 });
      const onZapier = await both.zapier.search('find_orders', wanted);
      await aSecond();
      expect(onZapier.length).toBeGreaterThan(5);
      expect(await found('findOrders', { ...wanted, limit: 500 })).toEqual(
        onZapier.map((order) => ({ ...order, status_due_at: expect.anything() })),
      );
    });

    test('Find Product finds the same product', async () => {
      const wanted = { product_number: String(both.zapier.sandbox.shop.orders[0]?.lines[0]?.productId) };
      expect(await found('findProduct', wanted)).toEqual(await both.zapier.search('find_product', wanted));
    });

    test('Find Shop Profile finds the same shop', async () => {
      expect(await found('shopProfile', {})).toEqual(await both.zapier.search('shop_profile', {}));
    });

    test('Find Call Budget says the same, but for what waits on Zapier', async () => {
      await pollZapier('new_order');
      const [onZapier] = await both.zapier.search('call_budget', {});
      const [onMake] = await found('callBudget', {});
      expect({ ...onMake, feeds: [], renew_by: null }).toEqual({ ...onZapier, feeds: [], renew_by: null });
      expect(onMake?.used).toBeGreaterThan(0);
    });
  });

  describe('a shop of 25 days', () => {
    beforeEach(async () => {
      await both.open({ historyDays: 25, ordersPerDay: 20, badShare: 0.5, disputeShare: 0.4 });
    });

    test.each([
      ['ship_deadline', 'shipDeadline', { hours_left: 720 }],
      ['bad_review', 'badReview', { max_stars: 5 }],
      ['dispute_opened', 'disputeOpened', {}],
      ['dispute_deadline', 'disputeDeadline', { hours_left: 240 }],
      ['product_taken_down', 'productTakenDown', { list: 'offline' }],
    ])('%s hands out the same events', async (key, module, inputs) => {
      const onZapier = await pollZapier(key, inputs);
      await aSecond();
      const onMake = await poll(module, inputs);
      expectSame(
        onMake.map((event) => ({ ...event, stage_seen_at: null })),
        onZapier.map((event) => ({ ...event, stage_seen_at: null })),
      );
    });

    test('Find Reviews finds the same reviews', async () => {
      const order_numbers = both.zapier.sandbox.shop.orders.slice(0, 40).map(({ id }) => String(id));
      const wanted = { order_numbers, most_stars: 4 };
      const onZapier = await both.zapier.search('find_reviews', wanted);
      expect(onZapier.length).toBeGreaterThan(0);
      expect(await found('findReviews', { ...wanted, limit: 500 })).toEqual(onZapier);
    });

    test('Find Parcel Tracking finds the same parcel', async () => {
      const shipped = both.zapier.sandbox.shop.orders.find(
        ({ shippedAt }) => (shippedAt ?? NOON) < NOON - 12 * DAY,
      );
      const wanted = { order_number: String(shipped?.id) };
      const onZapier = await both.zapier.search('track_parcel', wanted);
      expect(onZapier).toHaveLength(1);
      expect(await found('trackParcel', wanted)).toEqual(onZapier);
    });

    test('Find Dispute finds the same dispute', async () => {
      const [event] = await poll('disputeOpened');
      const [dispute] = await poll('disputeOpened');
      const line_number = String((event ?? dispute)?.line_id);
      await aSecond();
      const onZapier = await both.zapier.search('find_dispute', { line_number });
      expect(await found('findDispute', { line_number })).toEqual(onZapier);
    });
  });
});

import type { Parcel } from '../../sandbox/parcels.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';

describe('Find Parcel Tracking', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 50, historyDays: 12 });
  });
  afterEach(() => app.close());

  const find = (inputs: object) => app.search('find_tracking', inputs);
  const parcel = (): Parcel => {
    const found = [...app.sandbox.shop.parcels.values()].find(
      ({ events }) => (events[2]?.at ?? Number.POSITIVE_INFINITY) < NOON,
    );
    if (!found) throw new Error('no parcel is on its way');
    return found;
  };
  const orderOf = ({ order }: Parcel) => String(order.id);

  test('A parcel is found by the number of its order, with two calls', async () => {
    const sent = parcel();
    expect(await find({ order_id: orderOf(sent) })).toMatchObject([
      { id: sent.trackingNumber, tracking_number: sent.trackingNumber, order_id: orderOf(sent) },
    ]);
    expect(app.calls()).toBe(2);
  });

  test('A found parcel has all its events', async () => {
    const sent = parcel();
    const [found] = await find({ order_id: orderOf(sent) });
    expect(found?.events).toHaveLength(sent.events.filter(({ at }) => at <= NOON).length);
  });

  test('With tracking number, carrier and country the search makes one call', async () => {
    const sent = parcel();
    const found = await find({
      order_id: orderOf(sent),
      tracking_number: sent.trackingNumber,
      carrier_code: sent.carrier.key,
      country_code: sent.order.country,
    });
    expect(found).toMatchObject([{ tracking_number: sent.trackingNumber }]);
    expect(app.calls()).toBe(1);
  });

  test('Spellings that have one meaning are mended before the call is paid', async () => {
    const sent = parcel();
    const found = await find({
      order_id: `#${orderOf(sent)}`,
      tracking_number: ` ${sent.trackingNumber.toLowerCase().replace(/(.{4})/g, '$1 ')}`,
      carrier_code: sent.carrier.key,
      country_code: sent.order.country.toLowerCase(),
    });
    expect(found).toMatchObject([{ tracking_number: sent.trackingNumber, order_id: orderOf(sent) }]);
    expect(app.calls()).toBe(1);
  });

  test('A tracking number in another spelling chooses the parcel of the order', async () => {
    const sent = parcel();
    const number = sent.trackingNumber.toLowerCase().replace(/(.{4})/g, '$1-');
    expect(await find({ order_id: orderOf(sent), tracking_number: number })).toMatchObject([
      { tracking_number: sent.trackingNumber },
    ]);
  });

  test('The tracking number chooses one parcel of the order', async () => {
    const sent = parcel();
    expect(await find({ order_id: orderOf(sent), tracking_number: sent.trackingNumber })).toHaveLength(1);
  });

  test('A tracking number of another order finds nothing and is not queried', async () => {
    expect(await find({ order_id: orderOf(parcel()), tracking_number: 'LP00999' })).toEqual([]);
    expect(app.calls()).toBe(1);
  });

  test('An unshipped order finds nothing, with one call', async () => {
    const unshipped = app.sandbox.shop.orders.find(
      ({ placedAt, shippedAt = 0 }) => placedAt < NOON && shippedAt > NOON,
    );
    expect(await find({ order_id: String(unshipped?.id) })).toEqual([]);
    expect(app.calls()).toBe(1);
  });

  test('A number of no order finds nothing, with one call', async () => {
    expect(await find({ order_id: '123456789012345' })).toEqual([]);
    expect(app.calls()).toBe(1);
  });

  test('A malformed tracking number is refused by name before a call is made', async () => {
    const { message } = await thrownBy(find({ order_id: '123456789012345', tracking_number: 'a b' }));
    expect(message).toContain('"Tracking Number" has an invalid value');
    expect(app.calls()).toBe(0);
  });

  test('A found parcel does not name the person who signed for it', async () => {
    const signed = [...app.sandbox.shop.parcels.values()].find(({ events }) =>
      events.some(({ code, at }) => ['GTMS_SIGNED', 'SIGNED', 'GSTA_SIGN'].includes(code) && at < NOON),
    );
    const found = await find({ order_id: String(signed?.order.id) });
    expect(found).toMatchObject([{ is_delivered: true }]);
    expect(JSON.stringify(found)).not.toMatch(/canary/i);
  });
});

import { DAY, HOUR } from '../../lib/runtime.ts';
import { deliveredAt } from '../../sandbox/parcels.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';

describe('New Delivered Parcel', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({
      ordersPerDay: 4,
      historyDays: 30,
      lifetimes: { accessSeconds: 90 * 86_400 },
    });
  });
  afterEach(() => app.close());

  test('Each delivered parcel is reported once, and no other is', async () => {
    const emitted = new Map<string, { at: number; tracking: unknown }[]>();
    await app.poll('parcel_delivered', {}, { isPopulatingDedupe: true });
    for (let at = NOON; at <= NOON + 6 * DAY; at += 3 * HOUR) {
      app.clock.advanceTo(at);
      for (const { id, tracking_number } of await app.poll('parcel_delivered')) {
        if (!emitted.has(String(id))) emitted.set(String(id), [{ at, tracking: tracking_number }]);
      }
    }
    expect(emitted.size).toBeGreaterThan(3);
    const parcels = [...app.sandbox.shop.parcels.values()];
    for (const [{ at, tracking } = { at: 0, tracking: '' }] of emitted.values()) {
      const parcel = parcels.find(({ trackingNumber }) => trackingNumber === tracking);
      expect(parcel && deliveredAt(parcel)).toBeLessThanOrEqual(at);
    }
  });
});

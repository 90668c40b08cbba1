/** Queries of single parcels that fail or come too late, in the real app. */

import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { DAY, HOUR, SECOND } from '../../lib/runtime.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';

/** A query of an order's detail, or of its tracking. */
interface Query {
  order: string;
  at: number;
}

describe('Parcels of a shop', () => {
  let app: ConnectedApp;
  let details: Query[];
  let trackings: Query[];
  /** Called with each answer of one of the two methods, which it may change. */
  let onQuery: (method: string, order: string, payload: Record<string, unknown>) => void;

  beforeEach(async () => {
    [details, trackings, onQuery] = [[], [], () => {}];
    app = await connectApp({
      ordersPerDay: 4,
      historyDays: 10,
      variants: { shortTracking: 'refused' },
      lifetimes: { accessSeconds: 90 * DAY },
    });
    app.sandbox.onAnswer = (method, payload, params) => {
      const queries = { [orderDetail.name]: details, [tracking.name]: trackings }[method];
      if (!queries) return;
      const [order = ''] = /(?<=order_id":|^)\d+/.exec(params.out_ref ?? Object.values(params).join()) ?? [];
      queries.push({ order, at: app.clock.now() });
      onQuery(method, order, payload);
    };
  });
  afterEach(() => app.close());

  /** Polls every three hours. */
  const pollFor = async (ms: number) => {
    await app.poll('parcel_delivered', {}, { isPopulatingDedupe: true });
    for (let passed = 0; passed < ms; passed += 3 * HOUR) {
      app.clock.advanceTo(NOON + passed);
      await app.poll('parcel_delivered');
    }
  };

  test('A parcel of which a visit could only read the order is tracked by a visit of the same day', async () => {
    onQuery = (method) => {
      if (method === orderDetail.name) app.clock.advanceTo(app.clock.now() + 11 * SECOND);
    };
    await pollFor(18 * HOUR);
    const delayed = details.filter(({ at }) => at < NOON + 10 * HOUR);
    expect(delayed.length).toBeGreaterThan(2);
    const tracked = new Set(trackings.map(({ order }) => order));
    expect(delayed.filter(({ order }) => !tracked.has(order))).toStrictEqual([]);
  });

  test('A parcel whose tracking always fails does not keep the others waiting', async () => {
    let failing: string | undefined;
    onQuery = (method, order, payload) => {
      if (method !== tracking.name) return;
      failing ??= order;
      if (order !== failing) return;
      for (const key of Object.keys(payload)) delete payload[key];
      payload.result = { success: false, error_code: 'F00-00-10001', error_message: 'system busy' };
    };
    await pollFor(1.75 * DAY);
    const ofSecondDay = trackings.filter(({ at }) => at >= NOON + 1.25 * DAY);
    expect(ofSecondDay.map(({ order }) => order)).toContain(failing);
    expect(new Set(ofSecondDay.map(({ order }) => order)).size).toBeGreaterThan(3);
  });
});

/** The first days of a shop whose parcels were shipped before there was a workflow, through the engine. */

import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { openShop } from '../../sandbox/shop.ts';
import { openPolledShop } from '../support/polled-shop.ts';
import { trackerOf } from '../support/polled-tracker.ts';

const START = Date.parse('2026-10-07T04:00:00Z');
const shopOf = (ordersPerDay: number) =>
  openShop({
    seed: 16,
    curve: 'olist',
    from: START,
    to: START + 3 * DAY,
    historyDays: 52,
    ordersPerDay,
    variedParcels: true,
    disputeShare: 0.5,
    badShare: 0.5,
  });
const hours = { stall_rule: 'hours' };
const LISTS = 'aliexpress.logistics.redefining.getonlinelogisticsinfo';
const TRACKING = 'aliexpress.asf.shipment.tracking.get';

test('With 100 orders a day, stalls are reported on the first day, and deliveries by the second', async () => {
  const calls: string[] = [];
  const onCall = (method: string) => calls.push(method);
  const polled = await openPolledShop({ shop: shopOf(100), from: START, onCall });
  const reported = (id: string) =>
    polled.activations.flatMap(({ workflow, taken }) => (workflow.id === id ? taken : [])).length;
  const pollForADay = () =>
    polled.pollFor(DAY, 15 * MINUTE, [
      { id: 'stalls', trigger: 'logistics_stall', inputs: hours },
      { id: 'deliveries', trigger: 'parcel_delivered', inputs: {} },
    ]);
  await pollForADay();
  expect(reported('stalls')).toBeGreaterThan(0);
  // Numbers are read as they are wanted.
  const tracked = calls.filter((method) => method === TRACKING).length;
  const listed = calls.filter((method) => method === LISTS).length;
  expect(listed).toBeGreaterThan(0);
  expect(tracked).toBeGreaterThan(5 * listed);
  await pollForADay();
  expect(reported('deliveries')).toBeGreaterThan(0);
});

describe('17TRACK that stops after an hour', () => {
  const failures = [
    ['is not reachable', 'tracker_unreachable', () => undefined],
    ['refuses the key', 'tracker_key_refused', () => ({ code: -18010002, data: {} })],
    ['has no credits left', 'tracker_quota_low', undefined],
  ] as const;

  test.each(failures)(
    'Where it %s there is one alert, and parcels are queried at AliExpress',
    async (...row) => {
      const [, alert, failure] = row;
      const shop = shopOf(20);
      const tracked: number[] = [];
      const { open } = trackerOf(shop.parcels, failure ? undefined : 3);
      const polled = await openPolledShop({
        shop,
        from: START,
        tracker: (clock) => {
          const answer = open(clock);
          return failure
            ? (...request) => (clock.now() < START + HOUR ? answer(...request) : failure())
            : answer;
        },
        onCall: (method, at) => method === TRACKING && tracked.push(at),
      });
      await polled.pollFor(20 * HOUR, 15 * MINUTE, [
        { id: 'stalls', trigger: 'logistics_stall', inputs: hours },
        { id: 'alerts', trigger: 'account_alert', inputs: { alert_types: [alert] } },
      ]);
      const alerts = polled.activations.find(({ workflow }) => workflow.id === 'alerts')?.taken ?? [];
      expect(alerts.map(({ event }) => event.alert_type)).toEqual([alert]);
      expect(tracked.length).toBeGreaterThan(3);
    },
  );
});

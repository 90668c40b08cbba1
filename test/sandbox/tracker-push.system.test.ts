import { DAY, HOUR } from '../../lib/runtime.ts';
import { deliveredAt, returnedAt } from '../../sandbox/parcels.ts';
import { signTrackerPush } from '../../sandbox/tracker/push.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openTrackedShop, TRACKER_START, type TrackedShop } from '../support/tracker.ts';

const KEY = '0123456789ABCDEF0123456789ABCDEF';

test.each([
  [
    '{"event":"TRACKING_STOPPED","data":{"number":"RR123456789CN","carrier":3011,"param":null,"tag":"8123456789012345"}}',
    '15831f1d42232b5fccd7d405dae0c676166a7858ea5f3dab0ee5db76b04322f3',
  ],
  [
    '{"event":"TRACKING_UPDATED","data":{"number":"LP00612345678901","carrier":190271,"param":null,"tag":"8123456789012345","track_info":{"latest_status":{"status":"InTransit","sub_status":"InTransit_CustomsProcessing","sub_status_descr":null},"latest_event":{"description":"Held by customs – 清关中"}}}}',
    '916b4b0fe950f45f5c80af7cd4fc51c04d7374a992ccc184be451770dfd86ed1',
  ],
])('A push is signed by a plain hash of its body and the key: %s', (body, sign) => {
  expect(signTrackerPush(body, KEY)).toBe(sign);
});

describe('Pushes of 17TRACK', () => {
  let shop: TrackedShop;
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    shop = await openTrackedShop({ key: KEY });
    shop.tracker.webhook = { url: receiver.url, lostEvery: 0, doubledEvery: 0 };
    const numbers = shop.parcels.filter(({ trackingNumber }) => trackingNumber.startsWith('LP'));
    await shop.post(
      'register',
      numbers.slice(0, 20).map(({ trackingNumber }) => ({ number: trackingNumber })),
    );
  });
  afterEach(async () => {
    await shop.close();
    await receiver.close();
  });

  const goTo = (at: number) => shop.clock.advance(at - shop.clock.now());
  const pushed = () => receiver.received.map(({ body }) => JSON.parse(body));
  const rows = async () => (await shop.post('gettracklist', {})).json.data.accepted;

  test('Nothing is pushed before the first refresh', async () => {
    goTo(TRACKER_START + 5 * HOUR);
    expect(await shop.tracker.push()).toBe(0);
  });

  test('A number with new events is pushed once, signed, with what is known of it', async () => {
    goTo(TRACKER_START + 7 * HOUR);
    const count = await shop.tracker.push();
    expect(count).toBeGreaterThan(0);
    expect(await shop.tracker.push()).toBe(0);
    expect(pushed()).toHaveLength(count);
    const [first] = receiver.received;
    expect(first?.headers.sign).toBe(signTrackerPush(String(first?.body), KEY));
    expect(pushed()[0]).toMatchObject({
      event: 'TRACKING_UPDATED',
      data: { number: expect.any(String), track_info: { latest_status: expect.anything() } },
    });
    const sent = (await rows()).filter(({ push_status }) => push_status === 'Success');
    expect(sent).toHaveLength(count);
  });

  test('A push that is lost on its way is a failure in the list and is not repeated', async () => {
    shop.tracker.webhook = { url: receiver.url, lostEvery: 2, doubledEvery: 0 };
    goTo(TRACKER_START + 7 * HOUR);
    const arrived = await shop.tracker.push();
    expect(receiver.received).toHaveLength(arrived);
    const lost = (await rows()).filter(({ push_status }) => push_status === 'Failure');
    expect(lost.length).toBeGreaterThan(0);
    expect(await shop.tracker.push()).toBe(0);
  });

  test('A push can come twice', async () => {
    shop.tracker.webhook = { url: receiver.url, lostEvery: 0, doubledEvery: 1 };
    goTo(TRACKER_START + 7 * HOUR);
    const arrived = await shop.tracker.push();
    const bodies = receiver.received.map(({ body }) => body);
    expect([bodies.length, new Set(bodies).size]).toEqual([arrived, arrived / 2]);
  });

  test('A push that the receiver refuses is a failure in the list', async () => {
    receiver.answer = { status: 500 };
    goTo(TRACKER_START + 7 * HOUR);
    await shop.tracker.push();
    expect((await rows()).filter(({ push_status_code }) => push_status_code === 500)).not.toEqual([]);
  });

  test('The end of the tracking is pushed once', async () => {
    const lost = shop.parcelWhere(
      (each) =>
        each.trackingNumber.startsWith('LP') &&
        deliveredAt(each) === undefined &&
        returnedAt(each) === undefined,
    );
    await shop.post('register', [{ number: lost.trackingNumber, tag: '7' }]);
    goTo(TRACKER_START + 45 * DAY);
    await shop.tracker.push();
    await shop.tracker.push();
    const stops = pushed().filter(
      ({ event, data }) => event === 'TRACKING_STOPPED' && data.number === lost.trackingNumber,
    );
    expect(stops).toHaveLength(1);
  });
});

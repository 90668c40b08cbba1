import { createGateway, GATEWAY_URL } from '../../lib/aliexpress/gateway.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { emptyTimeMemo, serverTime } from '../../lib/aliexpress/server-time.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import type { HttpAnswer } from '../../lib/http/transport.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { problemLike } from '../support/problem-like.ts';
import { recordingMeter } from '../support/recording-meter.ts';
import { answered, formOf, scriptedTransport } from '../support/scripted-transport.ts';

const APP = { baseUrl: GATEWAY_URL, appKey: '12345678', appSecret: 'helloworld' };
/** AliExpress's time; the host is eight hours ahead. */
const REAL = Date.parse('2026-11-21T02:00:00Z');
const HOST = REAL + 8 * HOUR;

const dated = (answer: HttpAnswer, at = REAL): HttpAnswer => ({
  ...answer,
  headers: { date: new Date(at).toUTCString() },
});
const PROFILE = answered({ code: '0', shop_name: 'Tote & Co' });
const REFUSAL = answered({ error_response: { type: 'ISV', code: 'IllegalTimestamp', request_id: '1' } });

function openShop(...script: HttpAnswer[]) {
  const { transport, sent } = scriptedTransport(...script);
  const { clock, measuring } = serverTime(fixedClock(HOST), emptyTimeMemo());
  const shop = { accessToken: 'test', meter: recordingMeter() };
  const gateway = createGateway<Lane>({ ...APP, transport: measuring(transport), clock, shop });
  let paid = 0;
  const onPaid = () => {
    paid += 1;
  };
  return {
    query: () => gateway.call(merchantProfile, {}, { lane: 'interactive', onPaid }),
    paid: () => paid,
    errorsInMinutes: () =>
      sent.map((request) => Math.round((Number(formOf(request).timestamp) - REAL) / MINUTE)),
  };
}

describe('Call that AliExpress refuses for its time', () => {
  test('A refused call is sent again with the time of AliExpress', async () => {
    const shop = openShop(dated(REFUSAL), dated(PROFILE));
    const { answer } = await shop.query();
    expect(answer.shop_name).toBe('Tote & Co');
    expect(shop.errorsInMinutes()).toEqual([480, 0]);
  });

  test('A refused call is paid again when it is sent again', async () => {
    const shop = openShop(dated(REFUSAL), dated(PROFILE));
    await shop.query();
    expect(shop.paid()).toBe(2);
  });

  test('A call that is refused twice is not sent a third time', async () => {
    const shop = openShop(dated(REFUSAL), dated(REFUSAL, REAL + 9 * HOUR));
    await expect(shop.query()).rejects.toEqual(problemLike('clock_wrong'));
    expect(shop.paid()).toBe(2);
  });

  test('A refusal without a Date header is not answered by another call', async () => {
    const shop = openShop(REFUSAL);
    await expect(shop.query()).rejects.toEqual(problemLike('clock_wrong'));
    expect(shop.paid()).toBe(1);
  });

  test('A refusal whose date agrees with the request is not answered by another call', async () => {
    const shop = openShop(dated(REFUSAL, HOST));
    await expect(shop.query()).rejects.toEqual(problemLike('clock_wrong'));
    expect(shop.paid()).toBe(1);
  });
});

describe('Time of an answer', () => {
  test.each([
    ['that of its date, if it contradicts the clock', REAL + HOUR, REAL + HOUR + 500],
    ['that of the clock, if its date is near', REAL + MINUTE, REAL + 500],
  ])('The time of an answer is %s', async (_, at, expected) => {
    const shop = openShop(dated(PROFILE), dated(PROFILE), dated(PROFILE, at));
    await shop.query();
    await shop.query();
    expect((await shop.query()).answeredAt).toBe(expected);
  });

  test('The time of an answer without a date is that of the clock', async () => {
    expect((await openShop(PROFILE).query()).answeredAt).toBe(HOST);
  });
});

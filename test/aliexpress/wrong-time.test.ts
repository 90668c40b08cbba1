import { createGateway } from '../../lib/aliexpress/gateway.ts';
import { GATEWAY_URL } from '../../lib/aliexpress/gateway-url.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { emptyTimeMemo, serverTime } from '../../lib/aliexpress/server-time.ts';
import { createBudget } from '../../lib/budget/budget.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import type { HttpAnswer } from '../../lib/http/transport.ts';
import { type Clock, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { problemLike } from '../support/problem-like.ts';
import { recordingMeter } from '../support/recording-meter.ts';
import { answered, formOf, scriptedTransport } from '../support/scripted-transport.ts';
import { seededRandom } from '../support/seeded-random.ts';

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

describe('Date header that is false', () => {
  test.each([-9 * HOUR, 30 * HOUR])(
    'An answer that AliExpress gives to a request of the right time is dated by the clock (%i)',
    async (odd) => {
      const shop = openShop(dated(PROFILE), dated(PROFILE, REAL + odd));
      await shop.query();
      const { answeredAt } = await shop.query();
      expect(Math.abs(answeredAt - REAL)).toBeLessThanOrEqual(SECOND);
    },
  );

  test('A clock that jumps by 8 hours is corrected by the refusal of the first request', async () => {
    const right = { ...PROFILE, headers: { date: new Date(HOST).toUTCString() } };
    const shop = openShop(right, right, right, dated(REFUSAL), dated(PROFILE));
    for (let n = 0; n < 4; n += 1) await shop.query();
    expect(shop.errorsInMinutes()).toEqual([480, 480, 480, 480, 0]);
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

describe('Pause on a host whose clock was moved', () => {
  const LIMITED = answered({
    error_response: { code: 'ApiCallLimit', msg: 'This ban will last for 600 seconds.', request_id: '1' },
  });
  /** The host's clock is right for five calls and is then moved; the next call is paused. */
  async function pausedAfter(movedBy: number) {
    const real = fixedClock(REAL);
    let ahead = 0;
    const host = { now: () => real.now() + ahead, sleep: real.sleep };
    const store = memoryStore(real);
    const memory = { store, seller: 'shop' };
    const openBudget = (clock: Clock) =>
      createBudget({
        ...memory,
        clock,
        random: seededRandom(),
        policy: { limit: 200, zone: 'Asia/Shanghai' },
        connectedAt: REAL,
      });
    const { clock, measuring, load } = serverTime(host, emptyTimeMemo());
    await load(memory);
    const budget = openBudget(clock);
    let script = PROFILE;
    const transport = measuring(async () => dated(script, real.now()), memory);
    const shop = { accessToken: 'test', meter: budget };
    const gateway = createGateway<Lane>({ ...APP, transport, clock, shop });
    const query = () => gateway.call(merchantProfile, {}, { lane: 'interactive' });
    for (let n = 0; n < 5; n += 1) await query();
    ahead = movedBy;
    script = LIMITED;
    await query().catch(() => {});
    /** Whether a call can be paid, in this process and on a host whose clock is right. */
    const canSpend = async () => {
      const spent = await Promise.allSettled(
        [budget, openBudget(real)].map((each) => each.spend('interactive')),
      );
      return spent.map(({ status }) => status === 'fulfilled');
    };
    return { real, canSpend };
  }

  test.each([HOUR, -HOUR, 5 * MINUTE, -5 * MINUTE])(
    'A pause lasts as long as AliExpress says on a clock that was moved by %i ms',
    async (movedBy) => {
      const { real, canSpend } = await pausedAfter(movedBy);
      real.advance(9 * MINUTE);
      expect(await canSpend()).toEqual([false, false]);
      real.advance(MINUTE + 5 * SECOND);
      expect(await canSpend()).toEqual([true, true]);
    },
  );
});

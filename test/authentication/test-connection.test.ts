import { testConnection } from '../../authentication/test.ts';
import { createGateway, GATEWAY_URL } from '../../lib/aliexpress/gateway.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import { type HttpAnswer, TransportFailure } from '../../lib/http/transport.ts';
import { Problem } from '../../lib/problems.ts';
import { HOUR } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { problemLike } from '../support/problem-like.ts';
import { recordingMeter, usedUp } from '../support/recording-meter.ts';
import { answered, scriptedTransport } from '../support/scripted-transport.ts';

const SELLER = '2201234567890';
const PROFILE = answered({ code: '0', shop_name: 'Tote & Co' });
const RENAMED = answered({ code: '0', shop_name: 'Bags & Co' });
const EXPIRED = answered({ error_response: { code: 'IllegalAccessToken', msg: 'expired' } });

const named = (shop_name: string) => ({ seller_id: SELLER, shop_name });
const rejecting = async (): Promise<never> => {
  throw new Error('the store does not answer');
};

/** A shop whose connection is tested against scripted answers, over a store that may be partly broken. */
function connected(script: (HttpAnswer | Error)[], broken: Partial<Store> = {}, refusal?: Error) {
  const { transport, sent } = scriptedTransport(...script);
  const clock = fixedClock('2026-10-09T08:00:00Z');
  const meter = recordingMeter(refusal);
  const gateway = createGateway<Lane>({
    baseUrl: GATEWAY_URL,
    appKey: '512345',
    appSecret: 'helloworld',
    transport,
    clock,
    shop: { accessToken: 'token', meter },
  });
  const store = { ...memoryStore(clock), ...broken };
  return {
    sent,
    clock,
    heard: meter.heard,
    test: (seller = SELLER) => testConnection(seller, { gateway, store }),
  };
}

describe('First connection test of a day', () => {
  test('The first connection test of a day returns the name of the shop', async () => {
    expect(await connected([PROFILE]).test()).toEqual(named('Tote & Co'));
  });

  test('The first connection test of a day uses one call of the interactive lane', async () => {
    const shop = connected([PROFILE]);
    await shop.test();
    expect(shop.heard).toEqual(['interactive paid']);
  });

  test('A shop without a name is labeled with its number', async () => {
    expect(await connected([answered({ code: '0' })]).test()).toEqual(named(`Shop ${SELLER}`));
  });
});

describe('Second connection test', () => {
  test('A second connection test on the same day uses no call', async () => {
    const shop = connected([PROFILE]);
    await shop.test();
    shop.clock.advance(23 * HOUR);
    await shop.test();
    expect(shop.sent).toHaveLength(1);
  });

  test('A second connection test on the same day returns the name', async () => {
    const shop = connected([PROFILE]);
    await shop.test();
    expect(await shop.test()).toEqual(named('Tote & Co'));
  });

  test('A connection test a day later fetches the name again', async () => {
    const shop = connected([PROFILE, RENAMED]);
    await shop.test();
    shop.clock.advance(24 * HOUR);
    expect(await shop.test()).toEqual(named('Bags & Co'));
  });

  test('A connection test of another shop fetches the name of that shop', async () => {
    const shop = connected([PROFILE, RENAMED]);
    await shop.test();
    expect(await shop.test('999')).toEqual({ seller_id: '999', shop_name: 'Bags & Co' });
  });
});

describe('Errors unrelated to the connection', () => {
  test.each<[string, Error]>([
    ['calls are used up', usedUp()],
    ['the budget is unavailable', new Problem('budget_unavailable', {})],
    ['calls are paused', new Problem('calls_paused', { until: 1, now: 0 })],
  ])('The connection test passes with the shop number while %s', async (_, refusal) => {
    expect(await connected([], {}, refusal).test()).toEqual(named(`Shop ${SELLER}`));
  });

  test('The connection test passes with the shop number while AliExpress is unreachable', async () => {
    expect(await connected([new TransportFailure('timeout')]).test()).toEqual(named(`Shop ${SELLER}`));
  });
});

describe('Expired connection', () => {
  test('The test of an expired connection fails', async () => {
    await expect(connected([EXPIRED]).test()).rejects.toEqual(problemLike('token_expired'));
  });

  test('The test of an expired connection uses one call a day', async () => {
    const shop = connected([EXPIRED, PROFILE]);
    await shop.test().catch(() => {});
    expect(await shop.test()).toEqual(named(`Shop ${SELLER}`));
  });

  test('The test of an expired connection fails where the store is broken too', async () => {
    await expect(connected([EXPIRED], { delete: rejecting }).test()).rejects.toEqual(
      problemLike('token_expired'),
    );
  });
});

describe('Unreachable store', () => {
  test('The connection test passes with the shop number while the store is unreachable', async () => {
    expect(await connected([], { add: rejecting, get: rejecting }).test()).toEqual(named(`Shop ${SELLER}`));
  });

  test('The connection test uses no call while the store is unreachable', async () => {
    const shop = connected([PROFILE], { add: rejecting });
    await shop.test();
    expect(shop.heard).toEqual([]);
  });

  test('The connection test returns the name where the store refuses to save it', async () => {
    expect(await connected([PROFILE], { set: rejecting }).test()).toEqual(named('Tote & Co'));
  });
});

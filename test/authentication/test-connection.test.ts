import { testConnection } from '../../authentication/test.ts';
import { createGateway } from '../../lib/aliexpress/gateway.ts';
import { GATEWAY_URL } from '../../lib/aliexpress/gateway-url.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import { type HttpAnswer, TransportFailure } from '../../lib/http/transport.ts';
import { Problem } from '../../lib/problems.ts';
import { MINUTE } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { createVault } from '../../lib/vault.ts';
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
    test: (seller = SELLER, accessToken = 'token') =>
      testConnection({ seller, accessToken }, { gateway, store, vault: createVault('helloworld', 'tokens') }),
  };
}

describe('First connection test', () => {
  test('A connection test returns the name of the shop', async () => {
    expect(await connected([PROFILE]).test()).toEqual(named('Tote & Co'));
  });

  test('A connection test uses one call of the interactive lane', async () => {
    const shop = connected([PROFILE]);
    await shop.test();
    expect(shop.heard).toEqual(['interactive paid']);
  });

  test('A shop without a name is labeled as a shop', async () => {
    expect(await connected([answered({ code: '0', shop_id: 1 })]).test()).toEqual(named('AliExpress shop'));
  });
});

describe('Second connection test', () => {
  test('A second connection test within ten minutes uses no call', async () => {
    const shop = connected([PROFILE]);
    await shop.test();
    shop.clock.advance(10 * MINUTE - 1);
    expect(await shop.test()).toEqual(named('Tote & Co'));
    expect(shop.sent).toHaveLength(1);
  });

  test('A connection test ten minutes later asks AliExpress again', async () => {
    const shop = connected([PROFILE, RENAMED]);
    await shop.test();
    shop.clock.advance(10 * MINUTE);
    expect(await shop.test()).toEqual(named('Bags & Co'));
  });

  test('A connection test of another shop fetches the name of that shop', async () => {
    const shop = connected([PROFILE, RENAMED]);
    await shop.test();
    expect(await shop.test('999')).toEqual({ seller_id: '999', shop_name: 'Bags & Co' });
  });

  test('Another token of the same shop is tested at AliExpress', async () => {
    const shop = connected([PROFILE, EXPIRED]);
    await shop.test();
    await expect(shop.test(SELLER, 'never issued')).rejects.toEqual(problemLike('token_expired'));
  });

  test('A token that AliExpress refused does not pass the second test', async () => {
    const shop = connected([EXPIRED, EXPIRED]);
    await shop.test().catch(() => {});
    await expect(shop.test()).rejects.toEqual(problemLike('token_expired'));
  });

  test('The token does not stand in the store', async () => {
    const written: string[] = [];
    const shop = connected([PROFILE], {
      set: async (...entry) => {
        written.push(...entry.map(String));
        return true;
      },
    });
    await shop.test();
    expect(written.join()).toContain(SELLER);
    expect(written.filter((text) => text.includes('token'))).toEqual([]);
  });
});

describe('Connection that cannot be tested', () => {
  test('The error names the time of new calls while today has no calls left', async () => {
    const test = connected([], {}, usedUp()).test();
    await expect(test).rejects.toEqual(problemLike('no_calls_to_test', usedUp().facts));
  });

  test.each<[string, Error]>([
    ['the call counter is unavailable', new Problem('budget_unavailable', {})],
    ['calls are paused', new Problem('calls_paused', { until: 1, now: 0 })],
  ])('The connection test fails while %s', async (_, refusal) => {
    await expect(connected([], {}, refusal).test()).rejects.toBe(refusal);
  });

  test('A profile without a shop does not pass, also not a second time', async () => {
    const shop = connected([answered({ code: '0' }), answered({ code: '0' })]);
    for (const _ of [1, 2])
      await expect(shop.test()).rejects.toEqual(
        problemLike('answer_changed', { method: 'aliexpress.solution.merchant.profile.get' }),
      );
  });

  test('The connection test fails while AliExpress is unreachable', async () => {
    await expect(connected([new TransportFailure('timeout')]).test()).rejects.toEqual(
      problemLike('aliexpress_unreachable'),
    );
  });
});

describe('Unreachable store', () => {
  test('A connection test asks AliExpress where the store does not answer', async () => {
    expect(await connected([PROFILE], { set: rejecting, get: rejecting }).test()).toEqual(named('Tote & Co'));
  });
});

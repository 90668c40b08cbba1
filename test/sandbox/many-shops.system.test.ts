import { DAY } from '../../lib/runtime.ts';
import { type ManyShopsOptions, manyShops, tokenOf } from '../../sandbox/many-shops.ts';
import { fixedClock } from '../support/fixed-clock.ts';

const SELLERS = ['1', '2'];
const clock = fixedClock('2026-11-21T12:00:00Z');

function open(limits: Partial<ManyShopsOptions>) {
  const shops = manyShops({
    clock,
    sellers: SELLERS,
    ordersPerDay: 1,
    days: 1,
    dailyLimit: 3,
    bansAddresses: false,
    ...limits,
  });
  const method = 'aliexpress.solution.merchant.profile.get';
  return (seller: string, afterMs = 1000) => {
    clock.advance(afterMs);
    const { body } = shops.answer(String(new URLSearchParams({ method, session: tokenOf(seller) })));
    const { code, error_response } = JSON.parse(String(body));
    return error_response ? (error_response.sub_code ?? error_response.code) : code;
  };
}

describe('Many shops of one app', () => {
  test('Each seller has a limit of calls a day', () => {
    const call = open({});
    expect(['1', '1', '1', '1', '2'].map((seller) => call(seller))).toEqual([
      '0',
      '0',
      '0',
      'SellerCallLimit',
      '0',
    ]);
  });

  test('All sellers together have a limit of calls a day', () => {
    const call = open({ appDailyLimit: 2 });
    expect(['1', '2', '2'].map((seller) => call(seller))).toEqual([
      '0',
      '0',
      'accesscontrol.limited-by-app-access-count',
    ]);
    expect(call('1', DAY)).toBe('0');
  });

  test('All sellers together have a limit of calls a second', () => {
    const call = open({ appPerSecond: 1 });
    expect([call('1'), call('2', 10), call('2')]).toEqual(['0', 'AppCallLimit', '0']);
  });
});

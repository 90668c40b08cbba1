import { merchantProfile } from '../../../../lib/aliexpress/methods/merchant-profile.ts';
import { openShop } from '../../../../lib/hosts/hub/shops/open-shop.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';
import { problemLike } from '../../../support/problem-like.ts';

const LIMIT = 4;
const OTHER = '2209999999999';

let hub: TestHub;
beforeEach(async () => {
  hub = await startTestHub();
});
afterEach(() => hub.stop());

test('Two shops of a hub together make no more calls a day than are set for the app', async () => {
  const { settings, ...others } = hub.hub.runtime;
  const runtime = { ...others, settings: { ...settings, appDailyCallLimit: LIMIT } };
  const shops = shopsIn(runtime.database, runtime.vault);
  const known = shops.connectionOf(hub.sandbox.accounts.sellerId);
  if (!known) throw new Error('the shop has no tokens');
  shops.keep({ ...known, seller_id: OTHER });
  const calls = () =>
    [...hub.sandbox.calls.byDay.values()]
      .flatMap((day) => [...day.values()])
      .reduce((sum, count) => sum + count, 0);
  const before = calls();
  const ids = [known.seller_id, OTHER];
  const call = async (n: number) => {
    const { gateway } = await openShop(runtime, ids[n % 2] ?? OTHER);
    return gateway.call(merchantProfile, {}, { lane: 'interactive' });
  };
  for (let n = 0; n < LIMIT; n += 1) await call(n);
  for (const n of [LIMIT, LIMIT + 1]) await expect(call(n)).rejects.toEqual(problemLike('app_quota_used_up'));
  expect(calls() - before).toBe(LIMIT);
});

import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import { renewConnection } from '../../../../lib/hosts/hub/shops/tokens.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { type OldRefreshToken, oldRefreshTokens } from '../../../../sandbox/accounts.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const SELLER = '2201234567890';

let hub: TestHub;
afterEach(() => hub.stop());

const connection = () => {
  const { database, vault } = hub.hub.runtime;
  return shopsIn(database, vault).connectionOf(SELLER) ?? fail();
};
function fail(): never {
  throw new Error('the shop has no tokens');
}
const shop = async () => (await hub.request('GET', '/admin/shops', undefined, hub.adminKey)).body.items[0];
const search = () => hub.request('POST', '/v1/searches/find_shop', {});
const used = async (): Promise<number> => (await hub.request('GET', '/v1/budget')).body.used;

describe.each(Object.keys(oldRefreshTokens) as OldRefreshToken[])(
  'A shop where an old refresh token %s',
  (oldRefreshToken) => {
    beforeEach(async () => {
      hub = await startTestHub({ sandbox: { oldRefreshToken } });
      hub.sandbox.accounts.refreshes = 0;
    });

    test('Tokens are renewed in time, although nothing else is to be done for the shop', async () => {
      await hub.pass(DAY - 31 * MINUTE);
      expect(hub.sandbox.accounts.refreshes).toBe(1);
      expect(hub.sandbox.accounts.isValid(connection().access_token)).toBe(true);
      expect(Date.parse(connection().access_expires_at) - hub.clock.now()).toBeGreaterThan(23 * HOUR);
    });

    test('Everybody who finds the token refused waits for one renewal', async () => {
      hub.sandbox.accounts.expireAccess();
      const answers = await Promise.all(Array.from({ length: 5 }, search));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect(hub.sandbox.accounts.refreshes).toBe(1);
    });

    test('A lost answer ends the connection only where a refresh token works once', async () => {
      hub.sandbox.accounts.lostAnswers = 1;
      await hub.pass(DAY - 31 * MINUTE);
      const isLost = oldRefreshToken === 'ends_at_once';
      expect((await shop()).state).toBe(isLost ? 'reconnect_needed' : 'connected');
      if (!isLost) expect(hub.sandbox.accounts.isValid(connection().access_token)).toBe(true);
    });
  },
);

describe('Tokens of a shop', () => {
  beforeEach(async () => {
    hub = await startTestHub();
  });

  test('A step with old tokens gets those that are stored', async () => {
    const old = connection();
    hub.sandbox.accounts.expireAccess();
    await search();
    // The result of the renewal is shared for ten minutes.
    await hub.pass(11 * MINUTE);
    let requests = 0;
    hub.sandbox.accounts.beforeRefresh = async () => {
      requests += 1;
    };
    expect(await renewConnection(hub.hub.runtime, old)).toEqual(connection());
    expect(requests).toBe(0);
  });

  test('A seller who has taken the permission back is asked to connect again, once', async () => {
    const logged: string[] = [];
    hub.hub.runtime.log = (message) => logged.push(message);
    hub.sandbox.accounts.revoke();
    const answers = [await search(), await search()];
    expect(answers.map(({ status, body }) => [status, body.kind])).toEqual([
      [401, 'reconnect_needed'],
      [401, 'reconnect_needed'],
    ]);
    await hub.pass(DAY);
    expect((await shop()).state).toBe('reconnect_needed');
    expect(logged.filter((line) => line === 'a shop must be connected again')).toHaveLength(1);
  });

  test('A token that is refused although it is new costs two calls, not two at every visit', async () => {
    hub.sandbox.accounts.isValid = () => false;
    const before = await used();
    await search();
    await search();
    expect((await used()) - before).toBe(2);
    expect((await shop()).problem.kind).toBe('token_expired');
  });

  test('A wrong app secret stops all paid calls and says what to fix', async () => {
    const { runtime } = hub.hub;
    const { appKey } = runtime;
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' });
    await hub.pass(HOUR);
    const before = await used();
    runtime.appKey = { ...appKey, appSecret: 'another secret' };
    await hub.pass(6 * HOUR);
    const { status, body } = await search();
    expect([status, body.kind]).toEqual([403, 'app_key_refused']);
    expect(body.detail).toContain('Compare App Key and App Secret');
    expect((await used()) - before).toBeLessThanOrEqual(1);
    expect((await shop()).problem.kind).toBe('app_key_refused');

    runtime.appKey = appKey;
    await hub.pass(70 * MINUTE);
    expect((await search()).status).toBe(200);
    expect((await shop()).problem).toBeNull();
  });
});

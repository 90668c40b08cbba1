import type { Fault } from '../../support/make-api/account.ts';
import { CLIENT, type Pushing, startPushing } from '../../support/make-api/pushing.ts';
import { startMakeApi } from '../../support/make-api/server.ts';
import { shapeOfApp } from '../../support/make-api/shape.ts';

let pushing: Pushing;
afterEach(() => pushing.close());

const always = (fault: Fault) => {
  pushing.api.fault = () => fault;
};

describe('A push that fails', () => {
  beforeEach(async () => {
    pushing = await startPushing('chain');
  });

  test.each<[string, Fault]>([
    ['is not received by Make', { cut: 'before' }],
    ['is received, while its answer is lost', { cut: 'after' }],
  ])('The next push completes one of which any single request %s', async (_, fault) => {
    await pushing.push();
    const requests = pushing.api.sent.length;
    for (let failing = 1; failing <= requests; failing += 1) {
      pushing.api.apps.length = 0;
      pushing.api.forget();
      pushing.api.fault = () => (pushing.api.sent.length === failing ? fault : undefined);
      const first = await pushing.push();
      pushing.api.fault = () => undefined;
      const second = await pushing.push();
      const app = pushing.app();
      const common = app.components.find(({ fields }) => fields.type === 'oauth')?.common;
      expect({
        failing,
        hasFailed: first.failed !== undefined,
        failedAgain: second.failed,
        shape: shapeOfApp(app),
        common,
        hasIcon: app.icon !== undefined,
      }).toEqual({
        failing,
        hasFailed: true,
        failedAgain: undefined,
        shape: pushing.wanted(),
        common: CLIENT,
        hasIcon: true,
      });
    }
  });

  test('The next push completes one that failed while it removed something', async () => {
    await pushing.push();
    pushing.edit('makecomapp.json', (manifest) => {
      delete manifest.components.module.lowStock;
      delete manifest.components.webhook.lowStock;
      return manifest;
    });
    pushing.edit('modules/groups.json', ([group]) => [
      { ...group, modules: group.modules.filter((name: string) => name !== 'lowStock') },
    ]);
    pushing.api.fault = ({ method }) => (method === 'DELETE' ? { cut: 'after' } : undefined);
    expect((await pushing.push({ prune: true })).failed).toContain('module lowStock: remove');
    pushing.api.fault = () => undefined;
    await pushing.push({ prune: true });
    expect(shapeOfApp(pushing.app())).toEqual(pushing.wanted());
  });
});

describe('The error of a push', () => {
  beforeEach(async () => {
    pushing = await startPushing('types');
  });

  test('It names the token where Make refuses it', async () => {
    const { failed } = await pushing.push({ token: '00000000-0000-4000-8000-000000000000' });
    expect(failed).toMatch(
      /^list of apps: Make refuses the token \(401\)\. Set MAKE_API_TOKEN .* A token is valid in one zone; --zone is 127/,
    );
  });

  test('It names the scopes where the token lacks one', async () => {
    pushing.api.scopes.delete('sdk-apps:write');
    const { failed } = await pushing.push();
    expect(failed).toMatch(
      /^app: create .*: The token may not do this \(403: Scope sdk-apps:write is missing\.\)/,
    );
    expect(failed).toContain('sdk-apps:read and sdk-apps:write');
    expect(pushing.api.apps).toEqual([]);
  });

  test('It names the app where the account does not have it', async () => {
    const { failed } = await pushing.push({ appId: 'aliexpress-seller-nope' });
    expect(failed).toMatch(
      /^app aliexpress-seller-nope: The account has no app .*Check --app-id and --zone\./,
    );
    expect(pushing.api.writes()).toEqual([]);
  });

  test('It names the zone where nothing answers', async () => {
    const closed = await startMakeApi();
    await closed.close();
    const { failed } = await pushing.push({ zone: closed.zone });
    expect(failed).toMatch(
      /^list of apps: 127\.0\.0\.1:\d+ is not reachable \(\S+\)\. Check the network and --zone\./,
    );
  });

  test('It names the zone where another website answers', async () => {
    always({ page: '<!doctype html><title>Sign in</title>' });
    const { failed } = await pushing.push();
    expect(failed).toMatch(/^list of apps: \S+ does not answer like Make's API\. Check --zone\.$/);
  });

  test('It says what Make refuses, and at which step', async () => {
    pushing.edit('modules/find-order/find-order.communication.iml.json', () => ({ nonsense: true }));
    const { failed } = await pushing.push();
    expect(failed).toMatch(/^module findOrder: communication, \d+ bytes: Make refuses this \(400\): data/);
  });

  test('It says that the next push continues after a fault of Make', async () => {
    always({ status: 503 });
    expect((await pushing.push()).failed).toBe(
      'list of apps: Make has a fault (503). Try again later. The next push continues from here.',
    );
  });
});

describe('The rate limit of Make', () => {
  beforeEach(async () => {
    pushing = await startPushing('chain');
  });

  test('A push waits as long as Make says, and completes', async () => {
    const pauses: number[] = [];
    const refusals = ['7', '31'];
    pushing.api.fault = () => {
      const retryAfter = pushing.api.sent.length > 3 ? refusals.shift() : undefined;
      return retryAfter === undefined ? undefined : { status: 429, retryAfter };
    };
    const { failed, output } = await pushing.push({ sleep: async (ms) => void pauses.push(ms) });
    expect([failed, pauses]).toEqual([undefined, [7000, 31_000]]);
    expect(output).toContain('Make asks for fewer requests. Waiting 7 seconds.');
    expect(shapeOfApp(pushing.app())).toEqual(pushing.wanted());
  });

  test('A push gives up after six pauses, of more than a minute in all', async () => {
    let waited = 0;
    always({ status: 429 });
    const { failed } = await pushing.push({
      sleep: async (ms) => {
        waited += ms;
      },
    });
    expect(failed).toMatch(/^list of apps: Make still receives too many requests \(429\) after 6 pauses\./);
    expect(pushing.api.sent).toHaveLength(7);
    expect(waited).toBeGreaterThan(60_000);
  });
});

describe('A dry run', () => {
  beforeEach(async () => {
    pushing = await startPushing('types');
  });

  test('Without a token it needs no account, and names every component and file', async () => {
    const { output, failed } = await pushing.push({ dryRun: true, token: undefined });
    expect(failed).toBeUndefined();
    expect(output).toMatch(/^MAKE_API_TOKEN is not set, so nothing is compared\./);
    expect(output).toContain('\n  app: create aliexpress-seller-…, "AliExpress Seller", private\n');
    expect(output).toMatch(
      /\n {2}webhook lowStock: create "Low Stock"\n {2}webhook lowStock: communication, \d+ bytes\n/,
    );
    expect(output).toMatch(/\n\d+ steps\. Nothing was sent\./);
    expect(pushing.api.sent).toEqual([]);
  });

  test('For an account without the app it only reads', async () => {
    const { output } = await pushing.push({ dryRun: true });
    expect([pushing.api.writes(), output]).toEqual([[], expect.stringContaining('app: create')]);
  });

  test('For an app that is there it names what differs, and nothing else', async () => {
    await pushing.push();
    pushing.edit('modules/find-order/find-order.samples.iml.json', (samples) => ({ ...samples, id: '1' }));
    pushing.api.forget();
    const { output } = await pushing.push({ dryRun: true });
    expect(pushing.api.writes()).toEqual([]);
    expect(output.match(/^ {2}.*$/gm)).toEqual([
      expect.stringMatching(/^ {2}module findOrder: samples, [\d,]+ bytes$/),
    ]);
    expect(output).toContain('1 step. Nothing was sent.');
  });

  test('For an app that is as make/ says it says so', async () => {
    await pushing.push();
    expect((await pushing.push({ dryRun: true })).output).toMatch(
      /Nothing to change: \S+ is as in make\/\.$/,
    );
  });

  test('A push without a token says where to create one', async () => {
    expect((await pushing.push({ token: undefined })).failed).toMatch(
      /^MAKE_API_TOKEN is not set\. Create a token at Make under Profile > API access/,
    );
  });
});

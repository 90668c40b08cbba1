import { systemClock } from '../../../lib/runtime.ts';
import { readSettings } from '../../../lib/settings.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { OldRefreshToken } from '../../../sandbox/accounts.ts';
import { type AppThread, startAppThread } from '../../../sandbox/platform/app-thread.ts';
import { type CacheServer, startCacheServer } from '../../../sandbox/platform/cache-server.ts';
import { StepError } from '../../../sandbox/platform/step-error.ts';
import { appModule } from '../../../sandbox/run.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { type RecordingStore, recordingStore } from '../../support/recording-store.ts';

const CALLBACK = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';
const DEPLOY_KEY = 'test';
const HOLD_MS = 500;
/** Of an answer: shorter than a step waits for another one. */
const TIMEOUT_MS = 3000;

/** Two containers of the app, as Zapier runs them side by side, with one cache. */
describe.each<OldRefreshToken>(['stays_valid', 'valid_5_minutes', 'ends_at_once'])(
  'Two containers, where the old refresh token %s',
  (oldRefreshToken) => {
    let sandbox: Sandbox;
    let store: RecordingStore;
    let cache: CacheServer;
    let threads: AppThread[];
    let authData: Record<string, string> | undefined;
    let logged: string[];

    beforeAll(async () => {
      logged = [];
      sandbox = await startSandbox({ callbackUrl: CALLBACK, ordersPerDay: 1, oldRefreshToken });
      store = recordingStore(memoryStore(systemClock));
      cache = await startCacheServer(store, DEPLOY_KEY);
      const options = {
        appModule: appModule.href,
        settings: readSettings({ ALIEXPRESS_GATEWAY_URL: sandbox.url }),
        appKey: sandbox.app,
        cacheUrl: cache.url,
        deployKey: DEPLOY_KEY,
        limits: { timeoutMs: TIMEOUT_MS, maxBytes: 1_000_000 },
      };
      threads = [1, 2].map(() => startAppThread(options, (line) => logged.push(line)));
      // Both containers load the app.
      await Promise.all(
        threads.map((thread) => execute(thread, 'authorizeUrl', { state: 'x', redirect_uri: CALLBACK })),
      );
      sandbox.accounts.beforeRefresh = () => systemClock.sleep(HOLD_MS);
    });
    beforeEach(async () => {
      const signIn = { code: sandbox.accounts.issueCode(), redirect_uri: CALLBACK };
      authData = await execute(threads[0], 'getAccessToken', signIn);
      sandbox.accounts.refreshes = 0;
    });
    afterAll(async () => {
      await Promise.all(threads.map((thread) => thread.close()));
      await cache.close();
      await sandbox.close();
    });

    async function execute(thread: AppThread | undefined, method: string, inputData = {}) {
      const bundle = { authData: authData ?? {}, inputData, meta: {} };
      const event = { command: 'execute', storeKey: 'test', bundle } as const;
      const results = await thread?.execute({ ...event, method: `authentication.oauth2Config.${method}` });
      return results as Record<string, string>;
    }

    /** The tokens, or what Zapier would act on. */
    const renewInBoth = () =>
      Promise.all(
        threads.map((thread) =>
          execute(thread, 'refreshAccessToken').catch((error: unknown) => outcomeOf(error)),
        ),
      );

    test('Simultaneous renewals give both the same tokens, which work', async () => {
      const [one, other] = (await renewInBoth()) as [Record<string, string>, Record<string, string>];
      expect(other).toEqual(one);
      expect(sandbox.accounts.isValid(one.access_token ?? '')).toBe(true);
      expect(sandbox.accounts.refreshes).toBe(1);
    });

    test('No token stands in the cache or the log', async () => {
      await renewInBoth();
      const text = store.text() + logged.join('\n');
      expect(text).toContain('refresh:');
      expect(sandbox.accounts.issued.filter((token) => text.includes(token))).toEqual([]);
    });

    test('A lost answer ends the connection only where the refresh token works once, and then once', async () => {
      sandbox.accounts.lostAnswers = 1;
      const outcomes = await renewInBoth();
      const ends = outcomes.filter((outcome) => outcome === 'ExpiredAuthError').length;
      const renewed = outcomes.filter((outcome) => typeof outcome === 'object').length;
      expect({ ends, renewed }).toEqual(
        oldRefreshToken === 'ends_at_once' ? { ends: 1, renewed: 0 } : { ends: 0, renewed: 2 },
      );
    });
  },
);

/** "ExpiredAuthError", or the kind of the problem. */
function outcomeOf(error: unknown): string {
  if (!(error instanceof StepError)) throw error;
  return error.code ?? error.kind;
}

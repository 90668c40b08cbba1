/** Runs polls through the whole Zapier app: the real core, over HTTP against the sandbox and a server for Zapier's cache. */

import http from 'node:http';
import * as z from 'zod';
import zapierApp from '../index.ts';
import { type AppHandler, createAppHandler } from '../lib/hosts/zapier/handler.ts';
import { problemKinds } from '../lib/problems.ts';
import { DAY, SECOND } from '../lib/runtime.ts';
import { readSettings } from '../lib/settings.ts';
import type { Store } from '../lib/stores/store.ts';
import type { FaultName as SandboxFault } from '../sandbox/faults.ts';
import { startCacheServer } from '../sandbox/platform/cache-server.ts';
import { keepProcess, prepareOnce } from '../sandbox/platform/core.ts';
import { randomSource } from '../sandbox/random.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { type DatedAnswer, isAnsweredUnder, isReceivedUnder, type Reading } from './aliexpress.ts';
import type { FaultName, Struck } from './faults.ts';
import { storeOf } from './faulty-store.ts';
import type { Host, HostOptions, LabEvent } from './host.ts';
import { drawCallLag } from './lag.ts';
import { type Invocation, openInvocation, type Process } from './process.ts';
import { shownIn } from './shown-names.ts';

const CALLBACK = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';
const DEPLOY_KEY = 'lab';
const VERSIONS = { version: zapierApp.version, platformVersion: zapierApp.platformVersion };
/** Only a broken run gets this long. */
const MAX_ANSWER_MS = 60_000;
/** How long a call waits that is not answered, in real time and in that of the history. */
const TIME_LIMIT_MS = { real: 300, virtual: 10 * SECOND };
/** Core does not notice that an answer was cut, and waits for the rest of it. */
const UNANSWERED: readonly (FaultName | undefined)[] = ['timeout', 'cut_after'];
/** Nothing listens there. */
const CLOSED_PORT = 1;
const MAX_BYTES = 5 * 1024 * 1024;
const LIFETIMES = { accessSeconds: (90 * DAY) / SECOND, refreshSeconds: (90 * DAY) / SECOND };

/** The sandbox's faults that are those of the lab. The others of the lab happen in the store and to the process. */
const OVER_HTTP: Partial<Record<FaultName, readonly SandboxFault[]>> = {
  timeout: ['slow'],
  cut_after: ['cut'],
  http_5xx: ['http_5xx'],
  http_429: ['http_429'],
  busy: ['busy_payload', 'busy_camel_case', 'busy_ret', 'backend_error'],
  half_page: ['short_page'],
  reordered: ['reordered'],
  moving_list: ['departures'],
  ban: ['ban', 'fuse'],
};

export async function zapierHost(options: HostOptions): Promise<Host> {
  const { time, faults, store: shared, seed, dailyLimit, variants } = options;
  let current: Invocation | undefined;
  const invocation = () => {
    if (!current) throw new Error('nothing polls');
    return current;
  };

  const sandbox = await startSandbox({
    clock: time,
    callbackUrl: CALLBACK,
    dailyLimit,
    variants,
    lifetimes: LIFETIMES,
    from: time.now(),
    to: time.now(),
    ordersPerDay: 1,
    slowMs: DAY,
  });
  const faulty = faultyCalls(sandbox.url, options, invocation);
  const calls = recordCalls(sandbox, options, invocation, faulty);
  process.env.ZAPIER_DEPLOY_KEY = DEPLOY_KEY;
  keepProcess();
  prepareOnce();
  const cache = await startCacheServer(
    currentStore(() => storeOf(shared, invocation())),
    DEPLOY_KEY,
  );
  const settings = readSettings({
    ALIEXPRESS_GATEWAY_URL: sandbox.url,
    ALIEXPRESS_CALLBACK_URL: CALLBACK,
    DAILY_CALL_LIMIT: String(dailyLimit),
  });

  /** The app of each process, and the life of the process in which it was started. */
  const apps = new WeakMap<Process, { life: number; handler: AppHandler }>();
  const random = randomSource(seed, 'zapier').next;
  const appOf = (process: Process): AppHandler => {
    const known = apps.get(process);
    if (known?.life === process.life) return known.handler;
    const clock = {
      now: () => invocation().clock.now(),
      sleep: (ms: number) => invocation().clock.sleep(ms),
    };
    const app = process.release.toZapierApp(process.release.operations, VERSIONS, {
      clock,
      host: process.host,
      random,
      settings,
      appKey: () => sandbox.app,
      limits: faulty.limits,
    });
    const handler = createAppHandler(app);
    apps.set(process, { life: process.life, handler });
    return handler;
  };

  let authData: unknown;
  async function run(process: Process, address: string, method: string, inputData: object, meta: object) {
    const opened = openInvocation(time, process, faults, address, seed);
    current = opened;
    const step = appOf(process)({
      command: 'execute',
      method,
      bundle: { authData, inputData, meta },
      rpc_base: cache.url,
      storeKey: 'lab',
      calledFromCli: true,
      customLogger: (message: string, data: unknown) => options.onLog(`${message} ${JSON.stringify(data)}`),
    });
    step.catch(() => {});
    return (await Promise.race([step.catch(rethrowNamed), opened.killed])).results;
  }

  return {
    calls,
    poll: async ({ address, workflow, trigger, inputs, isTurningOn }, process) => {
      authData ??= await run(
        process,
        'sign-in',
        'authentication.oauth2Config.getAccessToken',
        {
          code: sandbox.accounts.issueCode(),
          redirect_uri: CALLBACK,
        },
        {},
      );
      const meta = { zap: { id: workflow }, isPopulatingDedupe: isTurningOn };
      return (await run(
        process,
        address,
        `triggers.${trigger}.operation.perform`,
        inputs,
        meta,
      )) as LabEvent[];
    },
    close: async () => {
      faulty.close();
      await cache.close();
      await sandbox.close();
    },
  };
}

/**
 * Draws the fault of each call before it is sent. A connection that is cut before the request has left is one that is
 * not accepted.
 */
function faultyCalls(url: string, { time }: HostOptions, invocation: () => Invocation) {
  const { port } = new URL(url);
  const { request } = http;
  let struck: Struck | undefined;
  let isDrawn = false;
  const datedAnswers: DatedAnswer[] = [];
  const draw = () => {
    if (!isDrawn) struck = invocation().draw('call');
    isDrawn = true;
    return struck;
  };
  http.request = ((options: http.RequestOptions, ...others: []) => {
    if (String(options.port) !== port) return request(options, ...others);
    draw();
    isDrawn = false;
    const { host } = invocation().process;
    const isAnswered = isAnsweredUnder(struck);
    const sent = struck?.fault === 'cut_before' ? { ...options, port: CLOSED_PORT } : options;
    return request(sent, ...others).once('response', () => {
      if (isAnswered) datedAnswers.push({ at: time.now(), host });
    });
  }) as typeof http.request;
  return {
    current: () => struck,
    datedAnswers,
    limits: {
      /** Read for each call before it is sent. */
      get timeoutMs() {
        return UNANSWERED.includes(draw()?.fault) ? TIME_LIMIT_MS.real : MAX_ANSWER_MS;
      },
      maxBytes: MAX_BYTES,
    },
    close: () => {
      http.request = request;
    },
  };
}

/** The call has arrived. */
const passLag = (invocation: Invocation): Promise<void> =>
  invocation.pass(drawCallLag(invocation.lagOf('call'), TIME_LIMIT_MS.virtual).toAnswer);

/** Lets the sandbox show the shop of the history and fail as the history says. */
function recordCalls(
  sandbox: Sandbox,
  { time, shop }: HostOptions,
  invocation: () => Invocation,
  { current: faultOf, datedAnswers }: Pick<ReturnType<typeof faultyCalls>, 'current' | 'datedAnswers'>,
) {
  const readings: Reading[] = [];
  let struck: Struck | undefined;
  Object.defineProperty(sandbox, 'shop', { get: () => shop.shownAt(time.now()) });
  sandbox.onCall = async () => {
    struck = faultOf();
    const candidates = struck && OVER_HTTP[struck.fault];
    sandbox.faults.active = candidates && struck ? struck.random.pick(candidates) : null;
    if (!struck) await passLag(invocation());
    if (struck?.fault === 'slow') await invocation().pass(struck.random.between(200, 5000));
    if (UNANSWERED.includes(struck?.fault)) await invocation().pass(TIME_LIMIT_MS.virtual);
    if (struck?.fault === 'killed_in_call') void invocation().kill();
  };
  sandbox.onAnswer = (method, payload, params) => {
    const now = time.now();
    shop.disguise(method, payload, now);
    readings.push({
      at: now,
      shown: shownIn(method, payload, params, sandbox.variants),
      isIntact: sandbox.faults.active === null && struck?.fault !== 'killed_in_call',
      isReceived: isReceivedUnder(struck),
      host: invocation().process.host,
    });
  };
  return {
    readings,
    datedAnswers,
    /** Refused calls are counted under the last day. */
    get callsByDay() {
      const days = [...sandbox.calls.byDay].map(([day, methods], n, all): [string, number] => {
        const counted = [...methods.values()].reduce((sum, calls) => sum + calls, 0);
        return [day, counted + (n === all.length - 1 ? sandbox.calls.overLimit : 0)];
      });
      return new Map(days);
    },
  };
}

/** The store as the invocation that runs at the moment reaches it. */
const currentStore = (open: () => Store): Store => ({
  get: (key) => open().get(key),
  set: (key, value, ttl) => open().set(key, value, ttl),
  add: (key, value, ttl) => open().add(key, value, ttl),
  delete: (key) => open().delete(key),
});

/** Core's errors that say by their name what Zapier does next. */
const NAMED_ERRORS: readonly string[] = ['ThrottledError', 'ExpiredAuthError', 'RefreshAuthError'];

/** Adds the kind of the problem to an error of the app: its code, or what Zapier is meant to do. */
function rethrowNamed(error: Error): never {
  if (NAMED_ERRORS.includes(error.name)) throw Object.assign(error, { kind: error.name });
  if (error.name !== 'AppError') throw error;
  const { code: kind } = appErrorSchema.parse(JSON.parse(error.message));
  throw Object.assign(error, { kind });
}

const appErrorSchema = z.object({ code: z.enum(problemKinds) });

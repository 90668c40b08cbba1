/**
 * The pack in a thread of its own, as Zapier runs it in a process of its own: core may end that process when it
 * grows too big, and the platform then starts another and runs the step again.
 *
 * This file is both sides: `startAppThread` here, and the thread's own part at the end.
 */

import { createInterface } from 'node:readline';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { DEFAULT_LIMITS, type TransportLimits } from '../../http/transport.ts';
import { systemClock } from '../../runtime.ts';
import type { AppKey, Settings } from '../../settings.ts';
import { virtualClock } from './virtual-clock.ts';

/** What core's handler takes. */
export interface AppEvent {
  command: 'execute';
  /** Path of the function in the app definition: "triggers.new_order.operation.perform". */
  method: string;
  bundle: {
    authData: Record<string, string>;
    inputData: Record<string, unknown>;
    meta: Record<string, unknown>;
  };
  storeKey: string;
}

export interface AppThreadOptions {
  settings: Settings;
  appKey: AppKey;
  /** Left out for the machine's own time. */
  clock?: SharedArrayBuffer;
  limits?: TransportLimits;
  cacheUrl: string;
  deployKey: string;
}

/** A line that the pack logged. */
export type OnLog = (line: string) => void;

export interface AppThread {
  /** Runs one function of the app. @throws StepError with what the app threw */
  execute(event: AppEvent): Promise<unknown>;
  close(): Promise<void>;
}

/** What a step threw, by the names Zapier knows. */
export class StepError extends Error {
  /** "RefreshAuthError", "ExpiredAuthError", "ThrottledError", "AppError", … */
  readonly kind: string;
  /** The problem's own kind, where there is one: "feishu_answer_lost". */
  readonly code?: string;
  /** For a throttled step: try again after so many seconds. */
  readonly delaySeconds?: number;

  constructor(name: string, message: string) {
    const body = parseBody(message);
    // Core appends what was logged to some errors.
    super(body.message ?? message.split('\n\nConsole logs:')[0]);
    this.name = 'StepError';
    this.kind = name;
    if (body.code) this.code = body.code;
    if (body.delay) this.delaySeconds = body.delay;
  }
}

/** AppError and ThrottledError carry JSON as their message. */
function parseBody(message: string): { message?: string; code?: string; delay?: number } {
  try {
    return JSON.parse(message);
  } catch {
    return {};
  }
}

type Reply = { id: number; results: unknown } | { id: number; error: { name: string; message: string } };

/** Below core's own limits: 250 runs and 450 MB. */
const MAX_RUNS = 200;
const MAX_RSS_BYTES = 400_000_000;

export function startAppThread(options: AppThreadOptions, onLog: OnLog): AppThread {
  const waiting = new Map<number, { resolve: (results: unknown) => void; reject: (error: Error) => void }>();
  let worker: Worker | undefined;
  let sent = 0;
  /** Steps run by the thread that is there now. */
  let runs = 0;

  function start(): Worker {
    const started = new Worker(new URL(import.meta.url), {
      workerData: options,
      env: { ...process.env, ZAPIER_DEPLOY_KEY: options.deployKey, NODE_ENV: 'production' },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdout: true,
    });
    runs = 0;
    createInterface({ input: started.stdout }).on('line', (line) => line.trim() && onLog(line));
    started.on('message', (reply: Reply) => {
      const step = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('error' in reply) step?.reject(new StepError(reply.error.name, reply.error.message));
      else step?.resolve(reply.results);
    });
    const end = (reason: string) => {
      // An error is followed by an exit, when another thread may be at work already.
      if (worker !== started) return;
      worker = undefined;
      for (const step of waiting.values()) step.reject(new StepError('ProcessExited', reason));
      waiting.clear();
    };
    started.on('error', (error) => end(error.message));
    started.on('exit', () => end('the app process ended'));
    return started;
  }

  /** Core ends a process that has grown too big; a thread that nears that is replaced while nothing runs in it. */
  function replaceIfBig(): void {
    if (!worker || waiting.size > 0 || runs < MAX_RUNS || process.memoryUsage().rss < MAX_RSS_BYTES) return;
    worker.removeAllListeners('exit');
    void worker.terminate();
    worker = undefined;
  }

  const post = (event: AppEvent) =>
    new Promise<unknown>((resolve, reject) => {
      replaceIfBig();
      worker ??= start();
      sent += 1;
      runs += 1;
      waiting.set(sent, { resolve, reject });
      worker.postMessage({ id: sent, event });
    });

  return {
    execute: (event) =>
      post(event).catch((error: unknown) => {
        // A trigger that died half-way is run again. An action may have done its work already.
        const isAction = event.method.startsWith('creates.');
        if (error instanceof StepError && error.kind === 'ProcessExited' && !isAction) return post(event);
        throw error;
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}

async function serve(options: AppThreadOptions): Promise<void> {
  const { createPack } = await import('../../../index.ts');
  const { createAppHandler } = await import('../zapier/handler.ts');
  const pack = createPack({
    clock: options.clock ? virtualClock(options.clock) : systemClock,
    random: Math.random,
    settings: options.settings,
    appKey: () => options.appKey,
    limits: options.limits ?? DEFAULT_LIMITS,
  });
  const handler = createAppHandler(pack);
  parentPort?.on('message', async ({ id, event }: { id: number; event: AppEvent }) => {
    try {
      const { results } = await handler({ ...event, rpc_base: options.cacheUrl, calledFromCli: true });
      parentPort?.postMessage({ id, results } satisfies Reply);
    } catch (error) {
      const { name, message } = error as Error;
      parentPort?.postMessage({ id, error: { name, message } } satisfies Reply);
    }
  });
}

if (!isMainThread && workerData?.cacheUrl) await serve(workerData as AppThreadOptions);

/**
 * The app in a thread of its own, as Zapier runs it in a process of its own: core may end that process when it grows
 * too big, and the platform then starts another and runs the step again.
 */

import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { AppEvent, AppReply, AppRequest, AppThreadOptions } from './app-event.ts';
import { StepError } from './step-error.ts';

/** Called with a line that the app logged. */
export type OnLog = (line: string) => void;

export interface AppThread {
  /** Runs one function of the app. @throws StepError with what the app threw */
  execute(event: AppEvent): Promise<unknown>;
  close(): Promise<void>;
}

/** Below core's own limits: 250 runs and 450 MB. */
const MAX_RUNS = 200;
const MAX_RSS_BYTES = 400_000_000;

export function startAppThread(options: AppThreadOptions, onLog: OnLog): AppThread {
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let worker: Worker | undefined;
  let lastId = 0;
  /** Events that the present thread was sent. */
  let runs = 0;

  function start(): Worker {
    const started = startWorker(options, onLog);
    runs = 0;
    started.on('message', (reply: AppReply) => {
      const step = pending.get(reply.id);
      pending.delete(reply.id);
      if ('error' in reply) step?.reject(new StepError(reply.error.name, reply.error.message));
      else step?.resolve(reply.results);
    });
    const end = (reason: string) => {
      // An exit follows an error, when the next thread may have started already.
      if (worker !== started) return;
      worker = undefined;
      for (const step of pending.values()) step.reject(new StepError('ProcessExited', reason));
      pending.clear();
    };
    started.on('error', (error) => end(error.message));
    started.on('exit', () => end('the app process ended'));
    return started;
  }

  /** Core ends a process that has grown too big; a thread that nears that is replaced while nothing runs in it. */
  function replaceIfBig(): void {
    if (!worker || pending.size > 0 || runs < MAX_RUNS || process.memoryUsage().rss < MAX_RSS_BYTES) return;
    worker.removeAllListeners('exit');
    void worker.terminate();
    worker = undefined;
  }

  function send(event: AppEvent): Promise<unknown> {
    replaceIfBig();
    worker ??= start();
    lastId += 1;
    runs += 1;
    const step = Promise.withResolvers<unknown>();
    pending.set(lastId, step);
    worker.postMessage({ id: lastId, event } satisfies AppRequest);
    return step.promise;
  }

  return {
    execute: (event) =>
      send(event).catch((error: unknown) => {
        // A trigger whose thread ended is run again. An action may have delivered already.
        const isAction = event.method.startsWith('creates.');
        if (error instanceof StepError && error.kind === 'ProcessExited' && !isAction) return send(event);
        throw error;
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}

function startWorker(options: AppThreadOptions, onLog: OnLog): Worker {
  const worker = new Worker(new URL('./app-worker.ts', import.meta.url), {
    workerData: options,
    env: { ...process.env, ZAPIER_DEPLOY_KEY: options.deployKey, NODE_ENV: 'production' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
  });
  createInterface({ input: worker.stdout }).on('line', (line) => line.trim() && onLog(line));
  return worker;
}

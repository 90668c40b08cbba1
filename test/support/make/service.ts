/** A service on this machine that answers as a test says, and apps that call it. */

import { fixedClock } from '../fixed-clock.ts';
import { type LocalServer, type Received, startLocalServer } from '../local-server.ts';
import { inlineApp, type WrittenApp } from './inline-app.ts';
import { openRunner, type Runner, type RunnerOptions } from './runner.ts';
import type { Value } from './value.ts';

export interface Answered {
  status?: number;
  /** Sent as JSON. */
  json?: Value;
  /** Sent as it is. */
  text?: string;
  contentType?: string;
}

export interface Service {
  readonly url: string;
  readonly received: Received[];
  /** Paths with queries, and bodies, of what was received since the service was last told how to answer. */
  paths(): string[];
  bodies(): string[];
  /** Answers so, in order, and with the last one again and again. At first every answer is `{"ok": true}`. */
  answering(...answers: Answered[]): void;
  /** A runner of an app whose `baseUrl` is the service's. */
  opened(app: WrittenApp, options?: Partial<RunnerOptions>): Runner;
  /** A runner of one action, named "action", or of one search, named "search". */
  action(communication: Value, app?: WrittenApp): Runner;
  search(communication: Value): Runner;
}

/** Runs for all tests of a file. */
export function useService(): Service {
  let server: LocalServer;

  beforeAll(async () => {
    server = await startLocalServer();
  });
  afterAll(() => server.close());
  beforeEach(() => service.answering({ json: { ok: true } }));

  const service: Service = {
    get url() {
      return server.url;
    },
    get received() {
      return server.received;
    },
    paths: () => server.received.map(({ path }) => path),
    bodies: () => server.received.map(({ body }) => body),
    answering: (...answers) => {
      let next = 0;
      server.answerWith((response) => {
        const answer = answers[Math.min(next, answers.length - 1)] ?? {};
        next += 1;
        const { status = 200, json = {}, text, contentType } = answer;
        response.statusCode = status;
        const usual = text === undefined ? 'application/json' : 'text/html';
        response.setHeader('content-type', contentType ?? usual);
        response.end(text ?? JSON.stringify(json));
      });
    },
    opened: (app, options = {}) =>
      openRunner({
        app: inlineApp({ ...app, base: { baseUrl: server.url, ...app.base } }),
        clock: fixedClock('2026-11-21T10:00:00Z'),
        ...options,
      }),
    action: (communication, app = {}) => service.opened({ ...app, modules: { action: { communication } } }),
    search: (communication) => service.opened({ modules: { search: { communication } } }),
  };
  return service;
}

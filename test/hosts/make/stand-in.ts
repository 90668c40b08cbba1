/** A service that stands in for AliExpress and for Redis, which grants everything, and modules that are run against it. */

import { createServer, type Server } from 'node:http';
import { fixedClock } from '../../support/fixed-clock.ts';
import { loadApp } from '../../support/make/app.ts';
import { openRunner, type Runner } from '../../support/make/runner.ts';
import { FOLDER } from './folder.ts';

const app = loadApp(FOLDER);

export const NOW = '2026-11-21T02:15:00Z';

export const SELLER = '2201234567890';

export interface StandIn {
  /** Method → the text of its answer; or a status, and the page of a proxy. */
  answerWith(answer: (method: string) => string | number): void;
  /** @param common where Redis is, if it is a real one */
  run(
    module: string,
    parameters: Record<string, string | number | string[]>,
    common?: Record<string, string>,
  ): Promise<unknown>;
}

/** Runs for all tests of a file. */
export function useStandIn(): StandIn {
  let server: Server;
  let url: string;
  let answer: (method: string) => string | number = () => '{}';
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const method = new URLSearchParams(body).get('method');
      const answered = request.url === '/sync' ? answer(String(method)) : '{"result":1}';
      response.setHeader('content-type', 'application/json');
      if (typeof answered === 'number') response.statusCode = answered;
      response.end(typeof answered === 'number' ? '<html>busy</html>' : answered);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => server.close());

  const runner = (common: Record<string, string>): Runner =>
    openRunner({
      app,
      clock: fixedClock(NOW),
      origins: { 'https://api-sg.aliexpress.com': url },
      common: { redisUrl: url, redisToken: 'token', ...common },
    });
  const connection = () => ({
    name: 'aliexpress',
    parameters: {},
    data: {
      appKey: '512345',
      appSecret: 'secret',
      accessToken: 'token',
      sellerId: SELLER,
      expires: new Date('2027-01-01T00:00:00Z'),
    },
    uid: undefined,
    metadata: undefined,
    reauthorizeAt: undefined,
  });
  return {
    answerWith: (given) => {
      answer = given;
    },
    run: (module, parameters, common = {}) =>
      runner(common).run(module, { connection: connection(), parameters }),
  };
}

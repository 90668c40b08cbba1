/**
 * The service of the sample app, and the store of its call budget, on this machine. It signs by itself, so that an
 * app that signs wrongly, or reads the time twice, is refused.
 */

import { createHmac } from 'node:crypto';
import Fastify from 'fastify';

export interface SampleOrder {
  id: string;
  status: string;
  /** US Pacific, "yyyy-MM-dd HH:mm:ss". */
  created: string;
  amount: string;
  paid?: string;
}

export interface SampleService {
  url: string;
  appKey: string;
  appSecret: string;
  storeToken: string;
  orders: SampleOrder[];
  /** Calls by the key of their day. */
  used: Map<string, number>;
  /** The methods of /sync that were answered. */
  answered: string[];
  /** From now on every access token but `token` is refused. */
  only(token: string): void;
  close(): Promise<void>;
}

type Form = Record<string, string>;

const SECRET = 'CANARY-SECRET';

const signOf = (path: string, { sign: _, ...params }: Form): string => {
  const base = Object.keys(params)
    .sort()
    .map((key) => `${key}${params[key]}`)
    .join('');
  return createHmac('sha256', SECRET).update(`${path}${base}`).digest('hex').toUpperCase();
};

export async function startSampleService(): Promise<SampleService> {
  const server = Fastify();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );

  let issued = 0;
  let valid = '';
  const tokens = () => {
    issued += 1;
    valid = `CANARY-ACCESS-${issued}`;
    return {
      code: '0',
      access_token: valid,
      refresh_token: `CANARY-REFRESH-${issued}`,
      seller_id: '42',
      expires_in: 3600,
      refresh_expires_in: 7200,
    };
  };

  server.get<{ Querystring: Form }>('/oauth/authorize', ({ query }, reply) => {
    const back = new URL(query.redirect_uri ?? '');
    back.searchParams.set('code', 'CANARY-CODE');
    back.searchParams.set('state', query.state ?? '');
    return reply.redirect(back.href);
  });

  for (const [path, key, expected] of [
    ['/auth/token/create', 'code', /^CANARY-CODE$/],
    ['/auth/token/refresh', 'refresh_token', /^CANARY-REFRESH-/],
  ] as const) {
    server.post<{ Body: Form }>(`/rest${path}`, ({ body }) => {
      if (body.sign !== signOf(path, body))
        return { code: 'IncompleteSignature', message: 'wrong signature' };
      if (!expected.test(body[key] ?? '')) return { code: 'InvalidCode', message: `wrong ${key}` };
      return tokens();
    });
  }

  server.post<{ Body: string[] }>('/store', ({ body, headers }, reply) => {
    if (headers.authorization !== `Bearer ${service.storeToken}`)
      return reply.code(401).send({ error: 'who are you' });
    const [command, , , key = '', calls, limit] = body;
    if (command !== 'EVAL') return reply.code(400).send({ error: `unknown command ${command}` });
    const used = (service.used.get(key) ?? 0) + Number(calls);
    if (used > Number(limit)) return { result: -1 };
    service.used.set(key, used);
    return { result: used };
  });

  server.post<{ Body: Form }>('/sync', ({ body }) => {
    if (body.sign !== signOf('', body)) return { code: 'IncompleteSignature', message: 'wrong signature' };
    if (body.access_token !== valid) return { code: 'IllegalAccessToken', message: 'token expired' };
    service.answered.push(body.method ?? '');
    if (body.method === 'order.get') {
      const order = service.orders.find(({ id }) => id === body.order_id);
      return order ? { code: '0', result: order } : { code: 'NotFound', message: 'no such order' };
    }
    const [number, size] = [Number(body.page_no), Number(body.page_size)];
    const found = service.orders.filter(({ status }) => !body.status || status === body.status);
    const pages = Math.ceil(found.length / size);
    // A page beyond the last has no list at all.
    if (number > pages) return { code: '0', result: { pages } };
    return { code: '0', result: { pages, orders: found.slice((number - 1) * size, number * size) } };
  });

  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const service: SampleService = {
    url,
    appKey: '12345678',
    appSecret: SECRET,
    storeToken: 'CANARY-STORE',
    orders: [],
    used: new Map(),
    answered: [],
    only: (token) => {
      valid = token;
    },
    close: () => server.close(),
  };
  return service;
}

/**
 * Serves Zapier's cache over the RPC protocol of zapier-platform-core, on top of any store. Unlike core's own test cache
 * it respects ttl, scope and set-if-absent: docs/zapier.md#cache-in-tests.
 */

import fastify from 'fastify';
import * as z from 'zod';
import { DAY, SECOND } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';

const scope = z.array(z.enum(['user', 'auth'])).nullish();
const requestSchema = z.object({
  id: z.union([z.string(), z.number()]),
  /** The connection that the caller uses. */
  storeKey: z.string().optional(),
  method: z.enum(['zcache_get', 'zcache_set', 'zcache_delete']),
  params: z.array(z.unknown()),
});
const params = {
  zcache_get: z.tuple([z.string(), scope]),
  zcache_set: z.tuple([z.string(), z.string(), z.number().int().nullish(), scope, z.boolean().nullish()]),
  zcache_delete: z.tuple([z.string(), scope]),
};

/** For a value without a ttl of its own. */
const DEFAULT_TTL_SECONDS = (30 * DAY) / SECOND;

export interface CacheServer {
  /** For the `rpc_base` of an event. */
  url: string;
  close(): Promise<void>;
}

/** @param deployKey that callers must send, so that other processes on this machine cannot write */
export async function startCacheServer(store: Store, deployKey: string): Promise<CacheServer> {
  const server = fastify({ forceCloseConnections: true });
  // Core sends JSON without a content type.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, server.getDefaultJsonParser('error', 'error'));
  server.post('/platform/rpc/cli', async (request, reply) => {
    if (request.headers['x-deploy-key'] !== deployKey)
      return reply.code(403).send({ error: 'wrong deploy key' });
    const parsed = requestSchema.safeParse(request.body);
    if (!parsed.success) return reply.code(400).send({ error: 'malformed RPC' });
    const { id, storeKey = '', method } = parsed.data;
    const keyIn = (key: string, scoped: z.infer<typeof scope>) =>
      scoped && scoped.length > 0
        ? `${[...scoped].sort().join('+')}:${encodeURIComponent(storeKey)}:${key}`
        : `app:${key}`;
    switch (method) {
      case 'zcache_get': {
        const [key, scoped] = params.zcache_get.parse(pad(parsed.data.params, 2));
        return { id, result: await store.get(keyIn(key, scoped)) };
      }
      case 'zcache_set': {
        const [key, value, ttl, scoped, nx] = params.zcache_set.parse(pad(parsed.data.params, 5));
        const write = nx ? store.add : store.set;
        return { id, result: await write(keyIn(key, scoped), value, ttl ?? DEFAULT_TTL_SECONDS) };
      }
      case 'zcache_delete': {
        const [key, scoped] = params.zcache_delete.parse(pad(parsed.data.params, 2));
        return { id, result: await store.delete(keyIn(key, scoped)) };
      }
    }
  });
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${origin}/platform/rpc/cli`, close: () => server.close() };
}

const pad = (values: unknown[], length: number) => Array.from({ length }, (_, i) => values[i]);

/** A client of Zapier's cache with the protocol of zapier-platform-core. */

import type { ZapierCache } from '../../lib/stores/zapier-cache.ts';

export interface RpcCaller {
  url: string;
  deployKey: string;
  /** The connection that the caller uses. */
  storeKey?: string;
}

/** One request, as core sends it. */
export async function callRpc(
  { url, deployKey, storeKey = 'connection' }: RpcCaller,
  method: string,
  params: unknown[],
): Promise<{ status: number; answer: { id?: unknown; result?: unknown } }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-deploy-key': deployKey },
    body: JSON.stringify({ id: 1, storeKey, method, params }),
  });
  return { status: response.status, answer: (await response.json()) as { id?: unknown; result?: unknown } };
}

export function rpcCache(caller: RpcCaller): ZapierCache {
  const call = async (method: string, ...params: unknown[]) => {
    const { status, answer } = await callRpc(caller, method, params);
    if (status !== 200) throw new Error(`the cache answered ${status}`);
    return answer.result;
  };
  return {
    get: async (key, scope = null) => {
      const json = await call('zcache_get', key, scope);
      return typeof json === 'string' ? JSON.parse(json) : null;
    },
    set: async (key, value, ttl, scope = null, nx = false) =>
      (await call('zcache_set', key, JSON.stringify(value), ttl, scope, nx)) as boolean | null,
    delete: async (key, scope = null) => (await call('zcache_delete', key, scope)) === true,
  };
}

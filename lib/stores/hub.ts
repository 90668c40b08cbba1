/** The hub as a store, over HTTP: for a Zapier app whose shops are also watched by a hub, so that both share the calls. */

import * as z from 'zod';
import type { Transport } from '../http/transport.ts';
import type { CardAnswer } from './card.ts';
import type { Store } from './store.ts';

const valueAnswer = z.object({ value: z.string().nullable() });
const valuesAnswer = z.object({ values: z.array(z.string().nullable()) });
const doneAnswer = z.object({ done: z.boolean() });
const claimAnswer: z.ZodType<CardAnswer> = z.union([
  z.object({ outcome: z.literal('granted'), slot: z.int(), sendAt: z.number() }),
  z.object({ outcome: z.enum(['used_up', 'paused', 'store_forgot', 'busy']), until: z.number() }),
]);

/**
 * @param url origin of the hub
 * @param token a key of the kind `store`
 * @param transport with a timeout well below the platform's
 */
export function hubStore(url: string, token: string, transport: Transport): Store {
  async function send<T>(command: string, content: unknown, answer: z.ZodType<T>): Promise<T> {
    const { status, body } = await transport({
      method: 'POST',
      url: `${url}/store/${command}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });
    if (status !== 200) throw new Error(`the hub refused ${command}: HTTP ${status}`);
    return answer.parse(JSON.parse(body));
  }
  const write = async (command: string, content: unknown) => (await send(command, content, doneAnswer)).done;
  return {
    get: async (key) => (await send('get', { key }, valueAnswer)).value,
    getMany: async (keys) => (await send('get-many', { keys }, valuesAnswer)).values,
    set: (key, value, ttlSeconds) => write('set', { key, value, ttlSeconds }),
    add: (key, value, ttlSeconds) => write('add', { key, value, ttlSeconds }),
    delete: (key) => write('delete', { key }),
    claim: (claim) => send('claim', claim, claimAnswer),
  };
}

/**
 * Redis over HTTP, in the Upstash REST protocol: `POST /` with a command as a JSON array. Needed where one counter
 * must serve Zapier and Make together, or many Zapier users of one shop.
 *
 * No client library: theirs repeat a command whose answer was lost. Here a lost answer is a rejection, and the
 * caller finds out by asking what is there. [facts/quota-engines.md §D.2, §D.3]
 */

import * as z from 'zod';
import type { Transport } from '../http/transport.ts';
import type { Store } from './store.ts';

/** Sends one command. Rejects when the answer is not known, or is an error. */
export type RedisCommand = (...parts: (string | number)[]) => Promise<unknown>;

const answerSchema = z.object({ result: z.unknown() }).refine((answer) => 'result' in answer);

/**
 * @param url of the REST endpoint
 * @param transport with a time limit well below the platform's: a claim is several commands
 */
export function redisOverHttp(url: string, token: string, transport: Transport): RedisCommand {
  return async (...parts) => {
    const { status, body } = await transport({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(parts),
    });
    if (status !== 200) throw new Error(`Redis refused ${parts[0]}: HTTP ${status}`);
    return answerSchema.parse(JSON.parse(body)).result;
  };
}

export function redisStore(command: RedisCommand): Store {
  return {
    get: async (key) =>
      z
        .string()
        .nullable()
        .parse(await command('GET', key)),
    set: async (key, value, ttlSeconds) => (await command('SET', key, value, 'EX', ttlSeconds)) === 'OK',
    add: async (key, value, ttlSeconds) =>
      z
        .enum(['OK'])
        .nullable()
        .parse(await command('SET', key, value, 'EX', ttlSeconds, 'NX')) === 'OK',
    delete: async (key) => (await command('DEL', key)) === 1,
  };
}

/**
 * Redis over HTTP, in the Upstash REST protocol: `POST /` with a command as a JSON array. A shop needs it if several
 * Zapier accounts share its calls.
 *
 * No client library is used, because the official one repeats a command whose answer was lost
 * (docs/adr/0011-redis-over-http.md). Here a lost answer is a rejection, and the caller reads what was written.
 */

import * as z from 'zod';
import type { Transport } from '../http/transport.ts';
import { claimCommand, readClaimAnswer } from './redis-claim.ts';
import type { Store } from './store.ts';

/** Sends one command. Rejects if the answer is an error, or if it is not known. */
export type RedisCommand = (...parts: (string | number)[]) => Promise<unknown>;

const answerSchema = z.object({ result: z.unknown() }).refine((answer) => 'result' in answer);

/**
 * @param url of the REST endpoint
 * @param transport with a timeout well below the platform's, because a claim is sent twice if its answer is lost
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

const valueSchema = z.string().nullable();
const valuesSchema = z.array(valueSchema);

export function redisStore(command: RedisCommand): Store {
  return {
    get: async (key) => valueSchema.parse(await command('GET', key)),
    set: async (key, value, ttlSeconds) => (await command('SET', key, value, 'EX', ttlSeconds)) === 'OK',
    add: async (key, value, ttlSeconds) =>
      z
        .enum(['OK'])
        .nullable()
        .parse(await command('SET', key, value, 'EX', ttlSeconds, 'NX')) === 'OK',
    delete: async (key) => (await command('DEL', key)) === 1,
    getMany: async (keys) => valuesSchema.parse(await command('MGET', ...keys)),
    claim: async (claim) => readClaimAnswer(await command(...claimCommand(claim))),
  };
}

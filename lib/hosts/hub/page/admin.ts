/**
 * The page reads and changes everything through the routes of `/admin`, as a program would. So it can do nothing that a
 * program cannot, and what they refuse is refused in the same words.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Bilingual } from '../../../problems.ts';

/** The status of what the page refuses itself. */
export const UNPROCESSABLE = 422;

/** What was refused, and why. */
export class Refusal extends Error {
  readonly status: number;
  readonly sentences: readonly Bilingual[];

  constructor(status: number, ...sentences: readonly Bilingual[]) {
    super(sentences.map(({ en }) => en).join(' '));
    this.status = status;
    this.sentences = sentences;
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Sends a request to a route of `/admin`, in the name of the browser that has sent the page's own request.
 * @throws Refusal
 */
export type Admin = <T>(method: Method, path: string, answer: z.ZodType<T>, body?: object) => Promise<T>;

/** For routes whose answer has no content. */
export const nothing: z.ZodType<unknown> = z.unknown();

const problemSchema = z.object({ detail: z.string(), detail_zh: z.string() });

export function adminFor(server: FastifyInstance, { headers }: FastifyRequest): Admin {
  const { cookie, host, origin, 'sec-fetch-site': site } = headers;
  const own = { cookie, host, origin, 'sec-fetch-site': site };
  const sent = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return async (method, url, schema, body) => {
    const answer = await server.inject({ method, url, headers: sent, ...(body && { payload: body }) });
    if (answer.statusCode >= 400) {
      const { detail: en, detail_zh: zh } = problemSchema.parse(answer.json());
      throw new Refusal(answer.statusCode, { en, zh });
    }
    return schema.parse(answer.body === '' ? undefined : answer.json());
  };
}

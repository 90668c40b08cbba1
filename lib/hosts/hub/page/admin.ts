/**
 * The page reads and changes everything through the routes of `/admin`, as a program would. So it can do nothing that a
 * program cannot, and what they refuse is refused in the same words.
 */

import type { FastifyRequest } from 'fastify';
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

/** @param home origin of the listener that serves `/admin` */
export function adminFor(home: string, { headers }: FastifyRequest): Admin {
  // What says whose request it is, and from which page it comes, is checked there.
  const { cookie, host, origin, 'sec-fetch-site': site } = headers;
  const own = Object.entries({ cookie, host, origin, 'sec-fetch-site': site });
  const passedOn = own.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []));
  return async (method, path, schema, body) => {
    const answer = await fetch(home + path, {
      method,
      headers: [...passedOn, ...(body ? [['content-type', 'application/json'] as [string, string]] : [])],
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.ok) return schema.parse(text === '' ? undefined : JSON.parse(text));
    const { detail: en, detail_zh: zh } = problemSchema.parse(JSON.parse(text));
    throw new Refusal(answer.status, { en, zh });
  };
}

/** Bodies of requests and answers. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { type Account, Refusal } from './account.ts';

export function bytesOf({ headers, body }: FastifyRequest, type: string): Buffer {
  const given = headers['content-type']?.split(';')[0];
  if (given !== type) throw new Refusal(400, `Content type must be ${type}, not ${given}.`);
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

export const bodyOf = (request: FastifyRequest, type: string): string => bytesOf(request, type).toString();

export function jsonOf(request: FastifyRequest): unknown {
  try {
    return JSON.parse(bodyOf(request, 'application/json'));
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, 'Body is not valid JSON.');
  }
}

export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refusal(400, `Validation failed for ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}

/** The same JSON with the keys of every object in another order. */
export function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reordered(part)]),
  );
}

export const sectionAnswer = ({ answersJson }: Account, reply: FastifyReply, text: string): FastifyReply =>
  answersJson && !text.includes('//')
    ? reply.type('application/json').send(JSON.stringify(reordered(JSON.parse(text))))
    : reply.type('application/jsonc').send(text);

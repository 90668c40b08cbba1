/** How deep the lists and objects of a body may lie in one another. Whatever reads a body may go down step by step. */

import type { FastifyInstance } from 'fastify';
import { fail } from '../../../problems.ts';

const MAX_LEVELS = 40;

export function refuseDeepBodies(server: FastifyInstance): void {
  server.addHook('preValidation', async ({ body }) => {
    if (isDeep(body))
      fail('bad_input', {
        field: 'body',
        allowed: { en: `at most ${MAX_LEVELS} levels`, zh: `最多 ${MAX_LEVELS} 层` },
      });
  });
}

/** Level by level, because a function that calls itself would run out of stack. */
function isDeep(body: unknown): boolean {
  let level = [body].filter(isContainer);
  for (let n = 0; level.length > 0; n += 1) {
    if (n >= MAX_LEVELS) return true;
    level = level.flatMap((each): unknown[] => Object.values(each)).filter(isContainer);
  }
  return false;
}

/** Bytes are not looked into. */
const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

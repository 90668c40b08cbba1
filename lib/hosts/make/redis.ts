/** Requests to the store that Zapier's side uses too. They inherit from the base, so they say anew what it says. */

import { call, type Iml, mustache, quoted } from './iml.ts';
import type { Json } from './json.ts';
import { errorTypes, problemText } from './problems.ts';

const UNAVAILABLE = mustache(problemText('budget_unavailable'));

/** What the answer of a script must be, and what is said and done where it is not. */
export interface Verdict {
  condition: Iml;
  message: Iml;
  type: Iml;
}

/** Whether Redis answered at all, with an answer and not with an error. */
const isAnswered: Iml = `${call('createJSON', call('ifempty', 'body.result', "''"))} != '""'`;

export const answered: Verdict = {
  condition: isAnswered,
  message: problemText('budget_unavailable'),
  type: quoted(errorTypes.budget_unavailable),
};

/** One command. @param parts as they stand in the JSON array of the command */
export function redis(
  parts: readonly Json[],
  verdict: Verdict,
  more: {
    temp?: Record<string, Json>;
    response?: Record<string, Json>;
    condition?: Iml;
    repeat?: Record<string, Json>;
  } = {},
): Record<string, Json> {
  return {
    url: '{{common.redisUrl}}',
    method: 'POST',
    type: 'json',
    headers: { authorization: 'Bearer {{common.redisToken}}' },
    ...(more.temp && { temp: more.temp }),
    ...(more.condition !== undefined && { condition: mustache(more.condition) }),
    ...(more.repeat && { repeat: more.repeat }),
    body: [...parts],
    response: {
      type: 'json',
      valid: {
        condition: mustache(verdict.condition),
        message: mustache(verdict.message),
        type: mustache(verdict.type),
      },
      error: { message: UNAVAILABLE, type: errorTypes.budget_unavailable },
      ...more.response,
    },
    log: { sanitize: ['request.headers.authorization', 'request.body'] },
  };
}

/** What a run of a module may cost: counted in its requests, so that no page can say otherwise. */

import { CLAIM_SCRIPT } from '../../budget/claim-script.ts';
import type { Json } from './json.ts';
import type { MakeModule } from './module.ts';

/** Of the 200 calls of the day. */
export interface RunCost {
  least: number;
  most: number;
}

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function costOf({ communication, leastCalls }: MakeModule): RunCost {
  const claims = communication
    .filter(isObject)
    .filter(({ body }) => Array.isArray(body) && body[1] === CLAIM_SCRIPT);
  const certain = claims.filter(({ condition }) => condition === undefined).length;
  return { least: leastCalls ?? certain, most: claims.length };
}

/**
 * A recorded answer in the other form that AliExpress has for it: inside an envelope, lists inside objects, a single
 * item without a list, numbers and booleans as text, 64-bit ids as numbers, and with data of the buyer. See
 * docs/aliexpress.md#envelopes and docs/aliexpress.md#lists.
 */

import type { Method } from '../../lib/aliexpress/method.ts';
import { exchangeOf } from '../../lib/aliexpress/recorded/index.ts';

/** Fields that no record reads. */
const OF_THE_BUYER = {
  buyer_login_id: 'CANARY-LOGIN',
  signed_name: 'CANARY-SIGNED',
  address: 'CANARY-STREET',
  content: 'CANARY-CONTENT',
};

export function enveloped(method: Method): object {
  const { request_id, code: _, ...payload } = exchangeOf(method).response.body as Record<string, unknown>;
  const shaped = shape(payload) as object;
  if (method.family === 'system') return { ...shaped, request_id, code: '0' };
  return { [`${method.name.replaceAll('.', '_')}_response`]: { ...shaped, request_id } };
}

function shape(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(shape);
    return items.length === 0 ? {} : { item_dto: items.length === 1 ? items[0] : items };
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, inner]) => [key, shape(inner)]);
    return { ...Object.fromEntries(fields), ...OF_THE_BUYER };
  }
  if (typeof value === 'string' && /^\d{15,16}$/.test(value)) return Number(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

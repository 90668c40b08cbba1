/**
 * A receiver of webhooks, for trying out the hub: it takes what is sent to any path below `/webhooks`, checks the
 * signature as a receiver should, and shows what has arrived.
 */

import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { signedHeaders } from '../lib/hosts/hub/webhooks/signature.ts';
import { type Clock, MINUTE, SECOND } from '../lib/runtime.ts';

export interface ReceivedWebhook {
  received_at: string;
  path: string;
  webhook_id: string;
  signature: 'valid' | 'wrong';
  /** Empty where the body is no event. */
  type: string;
  title: string;
}

export interface Webhooks {
  /** In the order of arrival, the newest last. */
  received: ReceivedWebhook[];
  /** Of the subscriptions whose events may arrive. */
  secrets(): readonly string[];
}

const PATH = '/webhooks';
const TOLERANCE_MS = 5 * MINUTE;
const MAX_KEPT = 1000;
const MAX_SHOWN = 50;

export function mountWebhooks(server: FastifyInstance, clock: Clock): Webhooks {
  const webhooks: Webhooks = { received: [], secrets: () => [] };
  server.post(`${PATH}*`, async ({ url, headers, body }, reply) => {
    const text = typeof body === 'string' ? body : '';
    const id = String(headers['webhook-id'] ?? '');
    const isValid = webhooks.secrets().some((secret) => isSigned(text, headers, secret, clock.now()));
    const { type = '', data } = eventIn(text);
    webhooks.received.push({
      received_at: new Date(clock.now()).toISOString(),
      path: url,
      webhook_id: id,
      signature: isValid ? 'valid' : 'wrong',
      type,
      title: data?.title ?? '',
    });
    webhooks.received.splice(0, webhooks.received.length - MAX_KEPT);
    return reply.code(isValid ? 204 : 401).send();
  });
  server.get(PATH, async () => ({
    count: webhooks.received.length,
    newest: webhooks.received.slice(-MAX_SHOWN).reverse(),
  }));
  return webhooks;
}

/** As https://www.standardwebhooks.com describes, on the clock of the hub, which is ahead. */
function isSigned(
  body: string,
  headers: Readonly<Record<string, unknown>>,
  secret: string,
  now: number,
): boolean {
  const at = Number(headers['webhook-timestamp']) * SECOND;
  if (!(Math.abs(now - at) <= TOLERANCE_MS)) return false;
  const id = String(headers['webhook-id'] ?? '');
  const expected = Buffer.from(signedHeaders({ id, body, secret }, at)['webhook-signature'] ?? '');
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .map((each) => Buffer.from(each))
    .some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}

function eventIn(body: string): { type?: string; data?: { title?: string } } {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

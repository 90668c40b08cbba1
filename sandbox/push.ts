/** Sends messages as AliExpress does, signed with the app's secret. */

import { signPush } from '../lib/aliexpress/push.ts';
import { SECOND } from '../lib/runtime.ts';
import type { AppRegistration } from './accounts.ts';

export interface PushOptions {
  app: AppRegistration;
  /** The callback that the app has registered. */
  url: string;
  seller: string;
  /** Epoch milliseconds. */
  now: number;
}

/** The message types of which clients have seen a message. */
export const MESSAGE_TYPES = { test: 0, tracking: 18, payment: 51, order: 53, authorization: 65 } as const;

/** @returns the status of the answer */
export async function sendPush(type: number, data: object, options: PushOptions): Promise<number> {
  const { app, url, seller, now } = options;
  const body = JSON.stringify({
    data,
    message_type: type,
    seller_id: seller,
    site: 'ae_global',
    timestamp: Math.floor(now / SECOND),
  });
  const authorization = signPush(app.appKey, app.appSecret, Buffer.from(body));
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body,
  });
  return answer.status;
}

/** Sends messages as AliExpress does, signed with the app's secret. */

import { PUSH_TYPES, type PushTopic, signPush } from '../lib/aliexpress/push.ts';
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

/** @returns the status of the answer */
export async function sendPush(topic: PushTopic, data: object, options: PushOptions): Promise<number> {
  const { app, url, seller, now } = options;
  const [type = '-1'] = Object.entries(PUSH_TYPES).find(([, each]) => each === topic) ?? [];
  const body = JSON.stringify({
    data,
    message_type: Number(type),
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

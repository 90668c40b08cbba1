/** Sends messages as AliExpress does, signed with the app's secret. */

import { signPush } from '../lib/aliexpress/push.ts';
import { MINUTE, SECOND } from '../lib/runtime.ts';
import type { AppRegistration } from './accounts.ts';
import type { GatewayState } from './aliexpress.ts';
import { changedAt } from './shop.ts';

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

const LOOK_EVERY_MS = MINUTE;

/**
 * Sends a message about every order that is placed or changes, until it is stopped.
 * @param url the callback that the app has registered
 */
export async function pushChanges(
  { clock, app, accounts, shop }: GatewayState,
  url: string,
  stop: AbortSignal,
): Promise<void> {
  for (let since = clock.now(); !stop.aborted; ) {
    await clock.sleep(LOOK_EVERY_MS, stop);
    const now = clock.now();
    const placed = shop.orders.filter(({ placedAt }) => placedAt <= now);
    const changed = placed.filter((order) => changedAt(shop, order, now) > since);
    // Lost messages are not sent again.
    for (const { id } of changed)
      await sendPush(
        MESSAGE_TYPES.order,
        { orderId: Number(id) },
        { app, url, seller: accounts.sellerId, now },
      ).catch(() => undefined);
    since = now;
  }
}

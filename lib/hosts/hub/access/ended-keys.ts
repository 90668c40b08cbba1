/** How keys end: their owner revokes them, or their time is over. Whoever held one gets no more events either. */

import { alertsIn } from '../alerts/alerts.ts';
import { subscriptionsIn } from '../events/subscriptions.ts';
import type { HubRuntime } from '../runtime.ts';
import { serverNow } from '../shops/server-time.ts';
import { type Key, keysIn } from './keys.ts';

type Runtime = Pick<HubRuntime, 'database' | 'vault' | 'clock' | 'memo'>;

/** @returns whether there was one */
export const revokeKey = (runtime: Runtime, id: string): boolean =>
  runtime.database.transaction(() => {
    removeSubscriptions(runtime, id);
    return keysIn(runtime.database).revoke(id);
  });

/** The owner of the hub is told of every key that programs may still use. */
export function endExpiredKeys(runtime: Runtime): void {
  const { database } = runtime;
  const keys = keysIn(database);
  for (const key of keys.expired(serverNow(runtime)))
    database.transaction(() => {
      const removed = removeSubscriptions(runtime, key.id);
      keys.revoke(key.id);
      if (key.kind !== 'session' && key.kind !== 'set_up') reportExpired(runtime, key, removed);
    });
}

/** @returns how many there were */
function removeSubscriptions({ database, vault }: Runtime, owner: string): number {
  const subscriptions = subscriptionsIn(database, vault);
  const owned = subscriptions.ofOwner(owner);
  for (const { id } of owned) subscriptions.remove(id);
  return owned.length;
}

function reportExpired({ database, clock }: Runtime, { id, name, shop }: Key, removed: number): void {
  const text = {
    en: `The key "${name}" has expired. ${removed > 0 ? `Its subscriptions (${removed}) have ended with it. ` : ''}Create a new key where it is still used.`,
    zh: `密钥“${name}”已过期。${removed > 0 ? `它创建的 ${removed} 个订阅已随之结束。` : ''}如仍在使用，请创建新密钥。`,
  };
  alertsIn(database).raise({ key: `expired ${id}`, ...(shop !== null && { shop }), text }, clock.now());
}

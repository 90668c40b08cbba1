/** The event that stands for events which a client fetched too late. */

import { skippedRecord } from '../../../feeds/account.ts';
import { type PackEvent, toEvent } from '../../../pack/event.ts';
import { fail } from '../../../problems.ts';
import type { HubRuntime } from '../runtime.ts';
import { shopsIn } from '../shops/shops.ts';
import type { Subscription } from './subscriptions.ts';

const CAUSE = {
  en: 'They were not fetched in time, so the hub has deleted them.',
  zh: '这些事件未及时读取，服务已将其删除。',
};

/** @param span when the events occurred, epoch milliseconds */
export function skippedEvent(
  { registry, database, vault, clock }: HubRuntime,
  { shop: id }: Subscription,
  span: { from: number; to: number },
): PackEvent {
  const trigger =
    registry.triggers.find(({ key }) => key === 'account_alert') ??
    fail('not_found', { what: { en: 'The trigger', zh: '触发器' } });
  const now = clock.now();
  const name = shopsIn(database, vault).find(id)?.name ?? null;
  const record = skippedRecord(id, { ...span, at: now, cause: CAUSE });
  return toEvent(trigger, record, {}, { now, shop: { id, name } });
}

/**
 * Events that were not announced: because a client fetched them too late, or because they lie further back than the feeds
 * read by themselves after a pause. The latter are announced if somebody asks for it.
 */

import { skippedRecord } from '../../../feeds/account.ts';
import { forgetSkipped, skippedSpans } from '../../../feeds/engine/skipped-events.ts';
import type { SkippedSpan } from '../../../feeds/engine/skipped-spans.ts';
import { createOrdersFeed, orders } from '../../../feeds/orders.ts';
import { type PackEvent, toEvent } from '../../../pack/event.ts';
import { fail } from '../../../problems.ts';
import type { HubRuntime } from '../runtime.ts';
import { openShop } from '../shops/open-shop.ts';
import { serverNow } from '../shops/server-time.ts';
import { shopsIn } from '../shops/shops.ts';
import { storeOf } from '../shops/tokens.ts';
import type { Subscription } from './subscriptions.ts';

const DELETED = {
  en: 'They were not fetched in time, so the hub has deleted them.',
  zh: '这些事件未及时读取，服务已将其删除。',
};

/** @param span when the events of the subscription occurred, epoch milliseconds */
export function skippedEvent(
  runtime: Pick<HubRuntime, 'registry' | 'database' | 'vault' | 'clock' | 'memo'>,
  { shop: id, trigger: triggerKey }: Pick<Subscription, 'shop' | 'trigger'>,
  span: { from: number; to: number },
  cause = DELETED,
): PackEvent {
  const { registry, database, vault } = runtime;
  const triggerOf = (wanted: string) => registry.triggers.find(({ key }) => key === wanted);
  const alert =
    triggerOf('account_alert') ?? fail('not_found', { what: { en: 'The trigger', zh: '触发器' } });
  const now = serverNow(runtime);
  const name = shopsIn(database, vault).find(id)?.name ?? null;
  const feed = triggerOf(triggerKey)?.feed.key;
  const record = skippedRecord(id, { ...span, ...(feed && { feed }), at: now, isHeld: false }, cause) ?? {};
  return toEvent(alert, record, {}, { now, shop: { id, name } });
}

/** What was not announced of a shop in the last days, oldest first. */
export function skippedOf(runtime: HubRuntime, shop: string): Promise<SkippedSpan[]> {
  const { clock, random, memo } = runtime;
  return skippedSpans({ seller: shop, store: storeOf(runtime, shop), clock, random, memo });
}

/** Only the orders can be listed by the time of their changes. */
export const canBeAnnounced = ({ feed }: SkippedSpan): boolean => feed === orders.key;

/**
 * Lets the orders of a skipped span be read, from the calls that are left over, so that their events are announced.
 * @throws Problem `not_found`, `busy`
 */
export async function announceSkipped(
  runtime: HubRuntime,
  shopId: string,
  wanted: { from: number; to: number },
): Promise<void> {
  const span = (await skippedOf(runtime, shopId)).find(
    (each) => each.from === wanted.from && each.to === wanted.to && canBeAnnounced(each),
  );
  if (!span) return fail('not_found', { what: { en: 'The time', zh: '该时段' } });
  const shop = await openShop(runtime, shopId);
  if (!(await createOrdersFeed(shop).recall?.(wanted))) return fail('budget_unavailable', {});
  await forgetSkipped(shop, { ...wanted, feed: 'orders' });
  runtime.log('skipped orders are announced', { shop: shopId });
}

/** That the events of a subscription wait, because its address does not take them: for the hub's owner and for the seller. */

import { convert } from '../../../aliexpress/convert.ts';
import { accountAlert } from '../../../aliexpress/records/account-alert.ts';
import { fires, toEvent } from '../../../pack/event.ts';
import { readInputs } from '../../../pack/input.ts';
import type { Bilingual } from '../../../problems.ts';
import { eventsIn } from '../events/events.ts';
import { type Subscription, subscriptionsIn } from '../events/subscriptions.ts';
import { wordsOf } from '../reasons.ts';
import type { HubRuntime } from '../runtime.ts';
import { stepsOf } from '../schedule/steps.ts';
import { serverNow } from '../shops/server-time.ts';
import { shopsIn } from '../shops/shops.ts';
import type { Attempted } from './retries.ts';

export interface PausedWords {
  headline: Bilingual;
  detail: Bilingual;
}

/** @returns undefined where the events do not wait, or only for a few minutes */
export function pausedWords(
  { trigger }: Pick<Subscription, 'trigger'>,
  { target, reason, isFull }: Attempted,
  host: string,
): PausedWords | undefined {
  const why = wordsOf(reason);
  if (isFull)
    return {
      headline: { en: `The queue at ${host} is full`, zh: `${host} 的队列已满` },
      detail: {
        en: `The scenario that takes the events of ${trigger} has probably stopped. The hub keeps them and sends them later; see what stopped the scenario and turn it on.`,
        zh: `接收 ${trigger} 事件的场景可能已停止。事件会保留，队列有空位后继续发送；请排除停止原因并重新启用场景。`,
      },
    };
  if (target === 'gone')
    return {
      headline: {
        en: `Nobody takes the events of ${trigger} at ${host} (${why.en})`,
        zh: `${host} 不再接收 ${trigger} 的事件（${why.zh}）`,
      },
      detail: {
        en: 'The hub keeps them and tries once a day for a week.',
        zh: '事件会保留，并在一周内每天重试一次。',
      },
    };
  if (target === 'refusing')
    return {
      headline: {
        en: `${host} refuses the events of ${trigger} (${why.en})`,
        zh: `${host} 拒绝接收 ${trigger} 的事件（${why.zh}）`,
      },
      detail: {
        en: 'The hub keeps them; resume the subscription when the address works.',
        zh: '事件会保留，地址恢复后请恢复该订阅。',
      },
    };
  return undefined;
}

const TRIGGER = 'account_alert';
const TYPE = 'delivery_paused';

/**
 * Announces it as an account alert to the other subscriptions of the shop, once a day: the hub's own alerts reach its
 * owner, who may be the publisher of the app and not the seller.
 */
export function announcePaused(
  runtime: HubRuntime,
  { id, shop }: Subscription,
  { headline, detail }: PausedWords,
): void {
  const { registry, database, vault, clock, counts } = runtime;
  const trigger = registry.triggers.find(({ key }) => key === TRIGGER);
  const now = serverNow(runtime);
  const raw = {
    alert_id: `${shop}/${TYPE}/${id}/${new Date(now).toISOString().slice(0, 'yyyy-MM-dd'.length)}`,
    alert_type: TYPE,
    headline: headline.en,
    headline_zh: headline.zh,
    detail: detail.en,
    detail_zh: detail.zh,
    raised_at: now,
  };
  const record = convert(accountAlert, raw, now)?.values;
  if (!trigger || !record) return;
  /** Inputs that a release no longer accepts pause their subscription at its next visit. */
  const wants = (inputs: Subscription['inputs']): boolean => {
    try {
      return fires(trigger, record, readInputs(trigger.inputs, inputs), now);
    } catch {
      return false;
    }
  };
  const name = shopsIn(database, vault).find(shop)?.name ?? null;
  const event = toEvent(trigger, record, {}, { now, shop: { id: shop, name } });
  for (const other of subscriptionsIn(database, vault).ofShop(shop)) {
    if (other.trigger !== TRIGGER || other.state !== 'active' || other.id === id) continue;
    if (!wants(other.inputs)) continue;
    const found = eventsIn(database).keepNew(other, [event], stepsOf(runtime, other), clock.now(), now);
    if (found > 0) counts.add('events', { shop }, found);
  }
}

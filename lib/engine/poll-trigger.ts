/** Runs one declared trigger for one shop. */

import { feedEngines } from '../feeds/engines.ts';
import type { PackEvent } from '../pack/event.ts';
import { type GivenInputs, onlyInputs, readInputs } from '../pack/input.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';
import { readShopName } from '../stores/shop-name.ts';
import { emittedEvents } from './eligibility.ts';
import { eventWriter } from './event-cache.ts';
import type { Shop } from './shop.ts';

export interface Poll {
  /** The trigger's inputs as the user filled them in. */
  inputs: GivenInputs;
  /** The workflow that polls, where the platform names it. */
  workflow?: string | undefined;
  /** True when a user sets the workflow up: the user waits, so calls are paid from the interactive lane. */
  isSettingUp: boolean;
}

/**
 * The events of a trigger, newest first.
 * @throws Problem `bad_input`, or what a feed's `read` throws; transient errors are answered from the snapshot
 */
export async function pollTrigger(trigger: TriggerDeclaration, shop: Shop, poll: Poll): Promise<PackEvent[]> {
  const { workflow, isSettingUp } = poll;
  const inputs = readInputs(trigger.inputs, poll.inputs);
  const openFeed = feedEngines[trigger.feed.key];
  if (!openFeed) throw new Error(`no engine for feed ${trigger.feed.key}`);
  const lane = isSettingUp ? 'interactive' : 'polling';
  const reader = { workflow, inputs: onlyInputs(inputs, trigger.feed.readsInputs) };
  const [{ records, completeSince }, name] = await Promise.all([
    openFeed(shop).read(lane, reader),
    readShopName(shop.store, shop.seller),
  ]);
  const now = shop.clock.now();
  const context = { now, shop: { id: shop.seller, name } };
  const candidates = records.map(eventWriter(shop.memo.events, trigger, inputs, context));
  return emittedEvents(trigger, candidates, { inputs, isSettingUp, completeSince, now });
}

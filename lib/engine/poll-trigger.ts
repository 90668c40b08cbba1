/** Runs one declared trigger for one shop. */

import { remember } from '../feeds/engine/snapshot-memo.ts';
import { feedEngines } from '../feeds/engines.ts';
import type { EventContext, PackEvent } from '../pack/event.ts';
import { type GivenInputs, onlyInputs, readInputs } from '../pack/input.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';
import { readShopName } from '../stores/shop-name.ts';
import { type Draft, neededUntil } from './eligibility.ts';
import { cachedEvents } from './event-cache.ts';
import { readOwnMark, type Workflow, workflowDigest } from './own-mark.ts';
import { announcedUntil } from './renew-mark.ts';
import { areReturned, MAX_EVENTS, returnEvents } from './returned-events.ts';
import type { Shop } from './shop.ts';
import { confirmMark, findMark, setMark } from './start-mark.ts';
import { beginStep, MAX_STEP_MS } from './step.ts';

export interface Poll {
  /** The trigger's inputs as the user filled them in. */
  inputs: GivenInputs;
  /** The workflow that polls, where the platform names it. */
  workflow?: string | undefined;
  /**
   * `poll`: what became true since the workflow was turned on. `turn_on`: the workflow is turned on, and what matches
   * already is never announced. The user waits, so calls are paid from the interactive lane.
   */
  purpose: 'poll' | 'turn_on';
  /**
   * The host polls when a visit is due, one at a time, waits for its end however long it takes, and keeps every event
   * that it got. So a poll waits for no other workflow, and returns all events.
   */
  hostKeepsEvents?: boolean;
}

/**
 * The events of a trigger, newest first, at most 90 unless the host keeps them.
 * @throws Problem `bad_input`, `start_not_saved`, or what a feed's `read` throws; transient errors are answered from the
 * snapshot
 */
export async function pollTrigger(trigger: TriggerDeclaration, shop: Shop, poll: Poll): Promise<PackEvent[]> {
  const { workflow: id, purpose, hostKeepsEvents = false } = poll;
  const step = beginStep(shop, hostKeepsEvents);
  const inputs = readInputs(trigger.inputs, poll.inputs);
  const openFeed = feedEngines[trigger.feed.key];
  if (!openFeed) throw new Error(`no engine for feed ${trigger.feed.key}`);
  const feed = openFeed(shop);
  const digest =
    id === undefined ? workflowDigest(trigger.key, inputs, shop.seller) : workflowDigest(String(id));
  const workflow: Workflow = { shop, feed, digest, step, isUnnamed: id === undefined };
  const lane = purpose === 'poll' ? 'polling' : 'interactive';
  const reader = {
    ...(!hostKeepsEvents && { workflow: id }),
    inputs: onlyInputs(inputs, trigger.feed.readsInputs),
  };
  // A feed that stores nothing has no row of the workflow.
  const ownMark = purpose === 'poll' && !feed.keepWorkflow ? readOwnMark(workflow) : undefined;
  const reading = await feed.read(lane, reader).catch((error) => refused(workflow, purpose, error));
  const [, named] =
    purpose === 'turn_on' ? await Promise.all([setMark(workflow, reading), nameShop(shop)]) : [];
  const now = shop.clock.now();
  const matching = (mark?: number) => cachedEvents(shop.memo.events, trigger, reading, { inputs, mark, now });
  if (named) return writtenBy(named, matching().slice(0, MAX_EVENTS), now);
  const start = await findMark(workflow, reading, ownMark);
  if (start === undefined) return [];
  const { mark } = start;
  const since = announcedUntil(start);
  // The first visit of a feed may have been made in the step that turned the workflow on.
  if (since < (reading.completeSince ?? 0) - MAX_STEP_MS) await feed.catchUp?.(since);
  const needed = neededUntil(trigger, reading, { inputs, mark, now });
  if (needed !== undefined) await feed.confirm?.(needed);
  const known = matching(mark);
  // Copies of a workflow that the platform does not name cannot be told apart, so each event is returned to all of them.
  const copies = reading.workflows?.[digest]?.copies;
  const isLeftOut = !hostKeepsEvents && (id !== undefined || known.length > MAX_EVENTS);
  if (known.length === 0 || (isLeftOut && areReturned(shop, digest, known, copies))) return [];
  const eligible = matching(await confirmMark(workflow, reading, mark));
  const returned = isLeftOut ? await returnEvents(shop, digest, eligible, step, copies) : eligible;
  return written(shop, returned, now);
}

/**
 * A platform may leave a workflow on although the step that turned it on has failed, for lack of a permission for example.
 * Without a mark, the poll that works again would take it for one whose mark the store has lost.
 * @throws the error
 */
async function refused(workflow: Workflow, purpose: Poll['purpose'], error: unknown): Promise<never> {
  if (purpose === 'turn_on') await setMark(workflow).catch(() => {});
  throw error;
}

/**
 * The events with the name of the shop. It is read only for a poll that returns events, because most return none.
 * @param now epoch milliseconds
 */
async function written(shop: Shop, drafts: readonly Draft[], now: number): Promise<PackEvent[]> {
  return drafts.length === 0 ? [] : writtenBy(await nameShop(shop), drafts, now);
}

const writtenBy = (shop: EventContext['shop'], drafts: readonly Draft[], now: number): PackEvent[] =>
  drafts.map((draft) => draft.write({ now, shop }));

/** The shop as events name it. */
export async function nameShop({ store, seller, memo }: Shop): Promise<EventContext['shop']> {
  const stored = await readShopName(store, seller);
  if (stored !== null) remember(memo.names, seller, stored);
  return { id: seller, name: stored ?? memo.names.get(seller) ?? null };
}

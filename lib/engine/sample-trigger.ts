/**
 * What a user sees who sets a workflow up: up to three of the shop's own newest records. Where none of them matches the
 * trigger, they are marked as examples, and where the shop has none, the sample of the trigger is shown.
 *
 * Nothing of it is written but the calls that were paid: no start mark, no interest of a workflow, no event that counts as
 * returned. The id of an example begins with "example/", so an event that is emitted later is not taken for it.
 */

import { asFeedProblem, HARMLESS } from '../feeds/engine/create-feed.ts';
import { feedEngines } from '../feeds/engines.ts';
import { newestRecords } from '../feeds/newest-records.ts';
import { valuesComparedWith } from '../pack/evaluate.ts';
import type { PackEvent } from '../pack/event.ts';
import { type GivenInputs, type InputValues, readInputs } from '../pack/input.ts';
import type { TriggerDeclaration } from '../pack/operation.ts';
import { isProblem } from '../problems.ts';
import { type Draft, emittedEvents } from './eligibility.ts';
import { nameShop } from './poll-trigger.ts';
import { sampleEvent } from './samples.ts';
import type { Shop } from './shop.ts';

/** The editor shows three results. */
const MAX_SAMPLES = 3;

type Records = readonly Record<string, unknown>[];

/**
 * One to three events, newest first, with at most two calls, and none where the feed knows an event that matches.
 * @throws Problem `bad_input`, or what a person must act on
 */
export async function sampleTrigger(
  trigger: TriggerDeclaration,
  shop: Shop,
  given: GivenInputs,
): Promise<PackEvent[]> {
  const inputs = readInputs(trigger.inputs, given);
  const openFeed = feedEngines[trigger.feed.key];
  if (!openFeed) throw new Error(`no engine for feed ${trigger.feed.key}`);
  const [known, named] = await Promise.all([openFeed(shop).known(), nameShop(shop)]);
  const { records, matching } = await lookUp(trigger, shop, inputs, known);
  const context = { now: shop.clock.now(), shop: named };
  if (matching.length > 0) return matching.slice(0, MAX_SAMPLES).map((draft) => draft.write(context));
  const examples = draftsOf({ ...trigger, where: undefined }, records, inputs, context.now);
  if (examples.length === 0) return [sampleEvent(trigger, named)];
  return examples.slice(0, MAX_SAMPLES).map((draft) => draft.write({ ...context, isExample: true }));
}

/** Looks for records that match: in what the feed knows, then at AliExpress. */
async function lookUp(trigger: TriggerDeclaration, shop: Shop, inputs: InputValues, known: Records) {
  let records = known;
  const found = () => {
    const now = shop.clock.now();
    // What is to come has not happened.
    const matching = draftsOf(trigger, records, inputs, now).filter(({ matchedAt = 0 }) => matchedAt <= now);
    return { records, matching };
  };
  const wanted = { inputs, statuses: valuesComparedWith(trigger.where, 'status', inputs) };
  try {
    if (found().matching.length > 0) return found();
    for await (const newest of newestRecords[trigger.feed.key]?.(shop, wanted) ?? []) {
      records = [...newest, ...records];
      if (found().matching.length > 0) break;
    }
  } catch (error) {
    // A workflow can be set up all the same.
    if (!isProblem(error) || !HARMLESS.has(error.kind)) throw asFeedProblem(error);
    shop.log('a trigger is shown without new records', { because: error.kind });
  }
  return found();
}

/** Each event once: what the feed knows may be among the newest records too. */
function draftsOf(trigger: TriggerDeclaration, records: Records, inputs: InputValues, now: number): Draft[] {
  const drafts = emittedEvents(trigger, { records }, { inputs, now });
  const ids = new Set<string>();
  return drafts.filter(({ id }) => !ids.has(id) && ids.add(id));
}

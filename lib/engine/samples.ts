/** What an operation yields for the recorded answers of AliExpress: shown by platforms before there is real data. */

import type { ListMethod } from '../aliexpress/method.ts';
import { recordedAt, recordedItem, recordedItems } from '../aliexpress/recorded/samples.ts';
import { shop } from '../aliexpress/records/shop.ts';
import { holds } from '../pack/evaluate.ts';
import { type EventContext, type PackEvent, subjectsOf, toEvent } from '../pack/event.ts';
import { defaultInputs } from '../pack/input.ts';
import type { SearchDeclaration, TriggerDeclaration } from '../pack/operation.ts';
import { type SearchResult, toResult } from '../pack/result.ts';
import { recordOf } from './run-search.ts';

/**
 * What the recorded answers of AliExpress say of a trigger's event: of a record in a state for which it fires, if there is
 * one.
 */
export function recordedSubject(trigger: TriggerDeclaration): Readonly<Record<string, unknown>> {
  const { record } = trigger.feed;
  const inputs = defaultInputs(trigger.inputs);
  const subjects = recordedItems(record).flatMap((item) => subjectsOf(trigger, item, inputs));
  const scope = { inputs, now: recordedAt(record) };
  const matching = subjects.find((fields) => !trigger.where || holds(trigger.where, { fields, ...scope }));
  const subject = matching ?? subjects[0];
  if (!subject) throw new Error(`the recorded ${record.key} has no item for ${trigger.key}`);
  return subject;
}

/** @param of the shop that the sample names; left out for the recorded one */
export function sampleEvent(trigger: TriggerDeclaration, of?: EventContext['shop']): PackEvent {
  const { shop_id, shop_name } = recordedItem(shop);
  return toEvent(trigger, recordedSubject(trigger), defaultInputs(trigger.inputs), {
    now: recordedAt(trigger.feed.record),
    shop: of ?? { id: shop_id ?? '', name: shop_name },
    isExample: true,
  });
}

export function sampleResult(search: SearchDeclaration<ListMethod>): SearchResult {
  const record = recordOf(search);
  return toResult(record, recordedItem(record));
}

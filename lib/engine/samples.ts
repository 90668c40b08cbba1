/** What an operation yields for the recorded answers of AliExpress: shown by platforms before there is real data. */

import type { ListMethod } from '../aliexpress/method.ts';
import { recordedAt, recordedItem } from '../aliexpress/recorded/samples.ts';
import { shop } from '../aliexpress/records/shop.ts';
import { type PackEvent, toEvent } from '../pack/event.ts';
import { defaultInputs } from '../pack/input.ts';
import type { SearchDeclaration, TriggerDeclaration } from '../pack/operation.ts';
import { recordOf, type SearchResult, toResult } from './run-search.ts';

export function sampleEvent(trigger: TriggerDeclaration): PackEvent {
  const { record } = trigger.feed;
  const { shop_id, shop_name } = recordedItem(shop);
  return toEvent(trigger, recordedItem(record), defaultInputs(trigger.inputs), {
    now: recordedAt(record),
    shop: { id: shop_id ?? '', name: shop_name },
    isExample: true,
  });
}

export function sampleResult(search: SearchDeclaration<ListMethod>): SearchResult {
  const record = recordOf(search);
  return toResult(record, recordedItem(record));
}

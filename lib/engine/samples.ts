/** What an operation yields for the recorded answers of AliExpress: shown by platforms before there is real data. */

import type { ListMethod } from '../aliexpress/method.ts';
import { recordedAt, recordedItem } from '../aliexpress/recorded/samples.ts';
import { type PackEvent, toEvent } from '../pack/event.ts';
import { defaultInputs } from '../pack/input.ts';
import type { SearchDeclaration, TriggerDeclaration } from '../pack/operation.ts';
import { recordOf, type SearchResult, toResult } from './run-search.ts';

export const sampleEvent = (trigger: TriggerDeclaration): PackEvent =>
  toEvent(
    trigger,
    recordedItem(trigger.feed.record),
    defaultInputs(trigger.inputs),
    recordedAt(trigger.feed.record),
  );

export function sampleResult(search: SearchDeclaration<ListMethod>): SearchResult {
  const record = recordOf(search);
  return toResult(record, recordedItem(record));
}

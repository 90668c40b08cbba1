/** Declared operations → Zapier's definitions. What an operation does is the engine's part. */

import type { Bundle, ZObject } from 'zapier-platform-core';
import type { ListMethod } from '../../aliexpress/method.ts';
import { type ActionServices, deliver } from '../../engine/deliver.ts';
import { listResultFields, oneResult } from '../../engine/list-result.ts';
import { pollTrigger } from '../../engine/poll-trigger.ts';
import { recordOf, runSearch } from '../../engine/run-search.ts';
import { sampleTrigger } from '../../engine/sample-trigger.ts';
import { sampleEvent, sampleResult } from '../../engine/samples.ts';
import { listPage } from '../../feeds/list-pages.ts';
import type { ListDeclaration, ListRow } from '../../pack/list.ts';
import {
  type ActionDeclaration,
  recordOfEvents,
  type SearchDeclaration,
  type TriggerDeclaration,
} from '../../pack/operation.ts';
import type { Bilingual } from '../../problems.ts';
import { DAY, SECOND } from '../../runtime.ts';
import { withZapierErrors } from './errors.ts';
import { eventOutputFields, toFields, toInputFields, toOutputFields, type ZapierField } from './fields.ts';
import { fieldsIn, resultIn, sampleIn, textIn } from './language.ts';
import { type HostRuntime, openActionServices, openShop } from './session.ts';

/** Zapier's checks accept English only. */
const display = ({ label, description }: { label: Bilingual; description: Bilingual }) => ({
  label: label.en,
  description: description.en,
});

export const toZapierTrigger = (trigger: TriggerDeclaration, runtime: HostRuntime) => ({
  key: trigger.key,
  noun: trigger.noun,
  display: display(trigger),
  operation: {
    type: 'polling' as const,
    inputFields: [
      ...toInputFields(trigger.inputs, runtime.language),
      { key: 'freshness', type: 'copy' as const, helpText: textIn(trigger.feed.freshness, runtime.language) },
    ],
    perform: (z: ZObject, bundle: Bundle) =>
      withZapierErrors(runtime, async () => {
        const shop = await openShop(runtime, z, bundle);
        const { inputData: inputs, meta } = bundle;
        const events = isSetUp(meta)
          ? await sampleTrigger(trigger, shop, inputs)
          : await pollTrigger(trigger, shop, {
              inputs,
              // Zapier may leave it out, or empty.
              workflow: meta?.zap?.id || undefined,
              purpose: meta?.isPopulatingDedupe ? 'turn_on' : 'poll',
            });
        return resultIn(events, runtime.language);
      }),
    outputFields: fieldsIn(
      [...eventOutputFields(trigger), ...toOutputFields(recordOfEvents(trigger).fields)],
      runtime.language,
    ),
    sample: sampleIn(sampleEvent(trigger), runtime.language),
  },
});

/** Zapier shows samples in its editor. What need not be announced it asks for when the user turns a Zap on. */
const isSetUp = ({ isLoadingSample, isPopulatingDedupe }: Partial<Bundle['meta']> = {}): boolean =>
  isLoadingSample === true && !isPopulatingDedupe;

/** A list that fills dropdowns is a hidden trigger in Zapier. */
export const toZapierList = (list: ListDeclaration, runtime: HostRuntime) => ({
  key: list.key,
  noun: list.noun,
  display: { ...display(list), hidden: true },
  operation: {
    type: 'polling' as const,
    inputFields: [],
    ...(list.canLoadMore && { canPaginate: true }),
    perform: (z: ZObject, bundle: Bundle) =>
      withZapierErrors(runtime, async () =>
        listPage(list, await openShop(runtime, z, bundle), bundle.meta?.page),
      ),
    outputFields: [
      { key: 'id', label: 'Number', type: 'string' as const },
      { key: 'name', label: 'Name', type: 'string' as const },
    ],
    sample: SAMPLE_ROW,
  },
});

const SAMPLE_ROW: ListRow = {
  id: '8201739405562817',
  name: 'USD 98.64 · Laptop Stand ×3 · 11-21 18:05 (…2817)',
};

const costsCalls = (search: SearchDeclaration<ListMethod>): boolean =>
  'method' in search || search.source.reads.length > 0;

type Action = ActionDeclaration<ActionServices>;

/**
 * Zapier's own limit behind the budget. All searches share it, because their settings are the same and name no action.
 * Polls have none: most of them make no call.
 */
const throttleOf = ({ settings }: HostRuntime) => ({
  window: DAY / SECOND,
  limit: settings.dailyCallLimit,
  scope: ['account' as const],
});

export const toZapierSearch = (search: SearchDeclaration<ListMethod>, runtime: HostRuntime) => ({
  key: search.key,
  noun: search.noun,
  display: display(search),
  operation: {
    inputFields: toInputFields(search.inputs, runtime.language, search.key),
    ...(costsCalls(search) && { throttle: throttleOf(runtime) }),
    perform: (z: ZObject, bundle: Bundle) =>
      withZapierErrors(runtime, async () => {
        const found = await runSearch(search, await openShop(runtime, z, bundle), bundle.inputData);
        return resultIn(oneResult(search, found), runtime.language);
      }),
    outputFields: fieldsIn(resultFields(search), runtime.language),
    sample: sampleIn(sampleOf(search), runtime.language),
  },
});

function resultFields(search: SearchDeclaration<ListMethod>): ZapierField[] {
  const { several } = search;
  const record: ZapierField[] = [
    { key: 'id', label: 'ID', type: 'string' },
    { key: 'link', label: 'Link', type: 'string' },
    ...toOutputFields(recordOf(search).fields),
  ];
  if (!several) return record;
  return [
    ...toFields(listResultFields(several)),
    { key: several.key, label: several.label.en, children: record },
  ];
}

const sampleOf = (search: SearchDeclaration<ListMethod>) =>
  oneResult(search, { items: [sampleResult(search)], isComplete: true, callsUsed: 1 })[0];

/** An action that only reads is a search in Zapier, and its receipt the one result. */
export function toZapierReading(action: Action, runtime: HostRuntime) {
  const { operation, ...definition } = toZapierAction(action, runtime);
  const { perform, ...fields } = operation;
  return {
    ...definition,
    operation: {
      ...fields,
      ...(action.reads?.length && { throttle: throttleOf(runtime) }),
      perform: async (z: ZObject, bundle: Bundle) => [await perform(z, bundle)],
    },
  };
}

export const toZapierAction = (action: Action, runtime: HostRuntime) => ({
  key: action.key,
  noun: action.noun,
  display: display(action),
  operation: {
    inputFields: toInputFields(action.inputs, runtime.language, action.key),
    perform: (z: ZObject, bundle: Bundle) =>
      withZapierErrors(runtime, async () => {
        const receipt = await deliver(action, openActionServices(runtime, z, bundle), bundle.inputData);
        return resultIn(receipt, runtime.language);
      }),
    outputFields: fieldsIn(toFields(action.outputs), runtime.language),
    sample: sampleIn(action.sample, runtime.language),
  },
});

/** Declared operations → Zapier's definitions. */

import type { Bundle, ZObject } from 'zapier-platform-core';
import { convert, valueAt } from '../../aliexpress/convert.ts';
import type { Method } from '../../aliexpress/method.ts';
import { recordedItem } from '../../aliexpress/recorded/index.ts';
import * as wire from '../../aliexpress/wire.ts';
import type { ShopAccess } from '../../feeds/engine/feed.ts';
import { feedEngines, sourceEngines } from '../../feeds/engines.ts';
import type { FeishuServices } from '../../feishu/sink.ts';
import { fill, resolve } from '../../pack/evaluate.ts';
import { fires, matchedAt, type PackEvent, toEvent } from '../../pack/event.ts';
import { type InputValues, readInputs } from '../../pack/input.ts';
import type {
  ActionDeclaration,
  MethodSearch,
  SearchDeclaration,
  SourceSearch,
  TriggerDeclaration,
} from '../../pack/operation.ts';
import type { RecordDeclaration } from '../../pack/record.ts';
import { withZapierErrors } from './errors.ts';
import { eventOutputFields, toInputFields, toOutputFields } from './fields.ts';
import { type HostRuntime, openShop, type ShopSession, unloggedTransport } from './session.ts';

/** An event that was written, and what decides whether it is emitted. */
interface Written {
  record: Record<string, unknown>;
  event: PackEvent;
  /** Epoch milliseconds. */
  matchedAt: number;
}

const display = ({ label, description }: { label: string; description: string }) => ({ label, description });

export function toZapierTrigger(trigger: TriggerDeclaration, runtime: HostRuntime) {
  const openFeed = feedEngines[trigger.feed.key];
  if (!openFeed) throw new Error(`no engine for feed ${trigger.feed.key}`);

  // Between visits the records stay the same objects, so an event is written once for all polls of a process.
  const written = new WeakMap<object, Map<string, Written>>();
  const write = (record: Record<string, unknown>, inputs: InputValues, inputsKey: string): Written => {
    const known = written.get(record) ?? new Map<string, Written>();
    written.set(record, known);
    const found = known.get(inputsKey) ?? {
      record,
      event: toEvent(trigger, record, inputs),
      matchedAt: matchedAt(trigger, record) ?? 0,
    };
    known.set(inputsKey, found);
    return found;
  };

  const perform = (z: ZObject, bundle: Bundle): Promise<PackEvent[]> =>
    withZapierErrors(runtime.random, async () => {
      const inputs = readInputs(trigger.inputs, bundle.inputData);
      // Somebody who sets the workflow up is waiting, and sees all there is; a poll emits what is new enough.
      const settingUp = Boolean(bundle.meta?.isLoadingSample || bundle.meta?.isPopulatingDedupe);
      const inputsKey = JSON.stringify(inputs);
      const { records, completeSince } = await openFeed(openShop(runtime, z, bundle)).read(
        settingUp ? 'interactive' : 'polling',
        { workflow: workflowOf(bundle), inputs },
      );
      const now = runtime.clock.now();
      return records
        .map((record) => write(record, inputs, inputsKey))
        .filter(
          (found) =>
            (settingUp || trigger.repeatsUntilResolved || found.matchedAt >= completeSince) &&
            fires(trigger, found.record, inputs, now),
        )
        .map(({ event }) => event)
        .sort(newestFirst);
    });

  return {
    key: trigger.key,
    noun: trigger.noun,
    display: display(trigger),
    operation: {
      type: 'polling' as const,
      inputFields: [
        ...toInputFields(trigger.inputs),
        { key: 'freshness', type: 'copy' as const, helpText: trigger.feed.freshness },
      ],
      perform,
      outputFields: [
        ...eventOutputFields(trigger.dueAt !== undefined),
        ...toOutputFields(trigger.feed.record.fields),
      ],
      sample: toEvent(trigger, recordedItem(trigger.feed.record), {}),
    },
  };
}

export function toZapierSearch(search: SearchDeclaration<Method>, runtime: HostRuntime) {
  const record = 'source' in search ? search.source.record : search.record;
  const find = 'source' in search ? searchSource(search) : searchMethod(search);

  const perform = (z: ZObject, bundle: Bundle): Promise<Record<string, unknown>[]> =>
    withZapierErrors(runtime.random, async () => {
      const inputs = readInputs(search.inputs, bundle.inputData);
      const found = await find(openShop(runtime, z, bundle), inputs);
      return found.map((values) => toResult(record, values));
    });

  return {
    key: search.key,
    noun: search.noun,
    display: display(search),
    operation: {
      inputFields: toInputFields(search.inputs),
      perform,
      outputFields: [
        { key: 'id', label: 'ID', type: 'string' as const },
        { key: 'link', label: 'Link', type: 'string' as const },
        ...toOutputFields(record.fields),
      ],
      sample: toResult(record, recordedItem(record)),
    },
  };
}

type Find = (shop: ShopSession, inputs: InputValues) => Promise<Record<string, unknown>[]>;

function searchSource({ source }: SourceSearch): Find {
  const engine = sourceEngines[source.key];
  if (!engine) throw new Error(`no engine for source ${source.key}`);
  return engine;
}

const searchMethod =
  ({ method, request, record }: MethodSearch<Method>): Find =>
  async ({ gateway, log, clock }, inputs) => {
    const scope = { fields: {}, inputs, now: clock.now() };
    const params = Object.fromEntries(
      Object.entries(request).map(([key, operand]) => [key, resolve(operand, scope)]),
    );
    const { answer, answeredAt } = await gateway.call(method, params, { lane: 'interactive', retries: 1 });
    return itemsOf(method, answer).flatMap((raw) => {
      const converted = convert(record, raw, answeredAt);
      if (!converted) log('a record without its required fields was left out', { method: method.name });
      return converted ? [converted.values] : [];
    });
  };

/** What the sinks of all actions may ask for. */
export type ActionServices = FeishuServices & ShopAccess;

export function toZapierAction(action: ActionDeclaration<ActionServices>, runtime: HostRuntime) {
  const perform = (z: ZObject, bundle: Bundle): Promise<Record<string, unknown>> =>
    withZapierErrors(runtime.random, async () => {
      const inputs = readInputs(action.inputs, bundle.inputData);
      const { feishuOrigin } = runtime.settings;
      return action.sink.deliver(inputs, {
        transport: runtime.openTransport?.(z) ?? unloggedTransport(),
        clock: runtime.clock,
        openShop: () => openShop(runtime, z, bundle),
        ...(feishuOrigin && { feishuOrigin }),
      });
    });

  return {
    key: action.key,
    noun: action.noun,
    display: display(action),
    operation: {
      inputFields: toInputFields(action.inputs),
      perform,
      outputFields: Object.entries(action.outputs).map(([key, output]) => ({ key, ...output })),
      sample: action.sample,
    },
  };
}

/** Which Zap polls, where Zapier says so. */
const workflowOf = (bundle: Bundle): string | undefined => bundle.meta?.zap?.id;

/** ISO times in UTC compare as text. */
function newestFirst(a: PackEvent, b: PackEvent): number {
  const [one, other] = [a.occurred_at ?? '', b.occurred_at ?? ''];
  if (one === other) return 0;
  return one < other ? 1 : -1;
}

const toResult = (record: RecordDeclaration, values: Record<string, unknown>) => ({
  id: String(values[record.id]),
  link: fill(record.link, values),
  ...values,
});

/** The raw records in an answer. */
const itemsOf = (method: Method, answer: unknown): unknown[] =>
  wire.list.parse(valueAt(answer, method.items ?? ''));

/** Declared operations → Zapier's definitions. */

import type { Bundle, ZObject } from 'zapier-platform-core';
import { convert, valueAt } from '../../aliexpress/convert.ts';
import type { Method } from '../../aliexpress/method.ts';
import { recordedItem } from '../../aliexpress/recorded/index.ts';
import * as wire from '../../aliexpress/wire.ts';
import type { FeedEngine, FeedServices } from '../../feeds/feed.ts';
import { createOrdersFeed } from '../../feeds/orders.ts';
import type { FeishuServices } from '../../feishu/sink.ts';
import type { Transport } from '../../http/transport.ts';
import { fill, resolve } from '../../pack/evaluate.ts';
import { enteredAt, fires, type PackEvent, toEvent } from '../../pack/event.ts';
import { type InputValues, readInputs } from '../../pack/input.ts';
import type { ActionDeclaration, SearchDeclaration, TriggerDeclaration } from '../../pack/operation.ts';
import type { RecordDeclaration } from '../../pack/record.ts';
import { withZapierErrors } from './errors.ts';
import { eventOutputFields, toInputFields, toOutputFields } from './fields.ts';
import { type HostRuntime, openShop } from './session.ts';

/** The engines behind the feeds that triggers name. */
const engines: Record<string, (services: FeedServices) => FeedEngine> = { orders: createOrdersFeed };

/** An event that was written, and what decides whether it is emitted. */
interface Written {
  record: Record<string, unknown>;
  event: PackEvent;
  /** Epoch milliseconds. */
  enteredAt: number;
}

const display = ({ label, description }: { label: string; description: string }) => ({ label, description });

export function toZapierTrigger(trigger: TriggerDeclaration, runtime: HostRuntime) {
  const openFeed = engines[trigger.feed.key];
  if (!openFeed) throw new Error(`no engine for feed ${trigger.feed.key}`);

  // Between visits the records stay the same objects, so an event is written once for all polls of a process.
  const written = new WeakMap<object, Map<string, Written>>();
  const write = (record: Record<string, unknown>, inputs: InputValues, inputsKey: string): Written => {
    const known = written.get(record) ?? new Map<string, Written>();
    written.set(record, known);
    const found = known.get(inputsKey) ?? {
      record,
      event: toEvent(trigger, record, inputs),
      enteredAt: enteredAt(trigger, record) ?? 0,
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
        settingUp ? 'ask' : 'watch',
        workflowOf(bundle),
      );
      const now = runtime.clock.now();
      return records
        .map((record) => write(record, inputs, inputsKey))
        .filter(
          (found) =>
            (settingUp || found.enteredAt >= completeSince) && fires(trigger, found.record, inputs, now),
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
  const { method, record } = search;

  const perform = (z: ZObject, bundle: Bundle): Promise<Record<string, unknown>[]> =>
    withZapierErrors(runtime.random, async () => {
      const inputs = readInputs(search.inputs, bundle.inputData);
      const { gateway, log } = openShop(runtime, z, bundle);
      const scope = { fields: {}, inputs, now: runtime.clock.now() };
      const request = Object.fromEntries(
        Object.entries(search.request).map(([key, operand]) => [key, resolve(operand, scope)]),
      );
      const { answer, answeredAt } = await gateway.call(method, request, { lane: 'ask', retries: 1 });
      return itemsOf(method, answer).flatMap((raw) => {
        const converted = convert(record, raw, answeredAt);
        if (!converted) log('a record without its required fields was left out', { method: method.name });
        return converted ? [toResult(record, converted.values)] : [];
      });
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

export function toZapierAction(action: ActionDeclaration<FeishuServices>, runtime: HostRuntime) {
  const perform = (z: ZObject, bundle: Bundle): Promise<Record<string, unknown>> =>
    withZapierErrors(runtime.random, async () => {
      const inputs = readInputs(action.inputs, bundle.inputData);
      const { feishuOrigin } = runtime.settings;
      return action.sink.deliver(inputs, {
        transport: runtime.openTransport?.(z) ?? unloggedTransport,
        clock: runtime.clock,
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
      outputFields: Object.entries(action.outputs).map(([key, { label, type }]) => ({ key, label, type })),
      sample: action.sample,
    },
  };
}

/**
 * Not `z.request`, which would write the bot's address into Zapier's log. Loaded when a card is sent, so that it costs
 * the start of the app nothing.
 */
const unloggedTransport: Transport = async (request) =>
  (await import('../../http/axios.ts')).axiosTransport()(request);

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

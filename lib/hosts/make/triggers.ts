/** Triggers: an instant trigger with a dedicated webhook for each, and one that reads events on a schedule. */

import { sampleEvent } from '../../engine/samples.ts';
import { ALERT_FIELDS, EVENT_FIELDS, eventFieldsOf } from '../../pack/event-fields.ts';
import { recordOfEvents, type TriggerDeclaration } from '../../pack/operation.ts';
import { CONNECTIONS, type Component, type Json, makeName } from './component.ts';
import {
  eventInterface,
  LIMIT,
  mappedInputs,
  outputInterface,
  toInterface,
  toParameters,
} from './parameters.ts';

/** Make keeps what `attach` saves, and hands it to `detach`. */
const webhookFiles = ({ key, inputs, feed }: TriggerDeclaration): Component['files'] => ({
  communication: { condition: '{{body.data.id}}', output: '{{body.data}}' },
  params: [
    { name: 'freshness', type: 'banner', title: 'Timing and calls', text: feed.freshness.en, theme: 'light' },
    ...toParameters(inputs),
    {
      name: 'send_example',
      type: 'boolean',
      label: 'Send Example Now',
      default: false,
      help: 'With Yes, one example arrives when the webhook is saved, so that **Run once** has data. Its field **Example** is Yes.',
    },
  ],
  attach: {
    url: '/v1/subscriptions',
    method: 'POST',
    body: {
      trigger: key,
      inputs: mappedInputs(inputs),
      url: '{{webhook.url}}',
      example: '{{ifempty(parameters.send_example, false)}}',
    },
    response: { data: { subscription: '{{body.id}}' } },
    log: { sanitize: ['request.headers.authorization', 'request.body.url', 'response.body.secret'] },
  },
  detach: {
    url: '/v1/subscriptions/{{encodeURL(webhook.subscription)}}',
    method: 'DELETE',
  },
  update: null,
  requiredScope: ['subscribe'],
});

export function instantTrigger(trigger: TriggerDeclaration): Component[] {
  const name = makeName(trigger.key);
  return [
    {
      type: 'webhook',
      name,
      label: trigger.makeLabel.replace(/^Watch /, ''),
      manifest: { webhookType: 'web', ...CONNECTIONS },
      files: webhookFiles(trigger),
    },
    {
      type: 'module',
      name,
      label: trigger.makeLabel,
      description: trigger.description.en,
      manifest: { moduleType: 'instant_trigger', webhook: name },
      files: {
        communication: {},
        staticParams: [],
        interface: [...eventInterface(trigger), ...toInterface(recordOfEvents(trigger).fields)],
        samples: { ...sampleEvent(trigger) } as Json,
      },
    },
  ];
}

const EVENTS_TO_CHOOSE_FROM = 50;

/** One trigger for all kinds of events, for scenarios that run on a schedule. */
export function eventsTrigger(triggers: readonly TriggerDeclaration[]): Component {
  const offered = triggers.filter(({ inputs }) => Object.values(inputs).every(({ required }) => !required));
  const [first] = offered;
  if (!first) throw new Error('there is no trigger without required inputs');
  const shown = { ...EVENT_FIELDS, ...ALERT_FIELDS };
  const sample: Readonly<Record<string, unknown>> = sampleEvent(first);
  return {
    type: 'module',
    name: 'watchEvents',
    label: 'Watch Events',
    description: 'Triggers when an event of the kinds you choose happens. Runs on a schedule.',
    manifest: { moduleType: 'trigger', ...CONNECTIONS },
    files: {
      communication: {
        url: '/v1/events',
        method: 'GET',
        qs: {
          triggers: "{{join(parameters.triggers, ',')}}",
          after: '{{data.lastID}}',
          order: 'desc',
          limit: 100,
        },
        response: {
          limit: '{{parameters.limit}}',
          iterate: '{{body.items}}',
          output: '{{item}}',
          trigger: { type: 'id', order: 'desc', id: '{{item.seq}}' },
        },
        pagination: { condition: '{{body.next_before}}', qs: { before: '{{body.next_before}}' } },
      },
      epoch: {
        qs: { limit: EVENTS_TO_CHOOSE_FROM },
        response: {
          limit: EVENTS_TO_CHOOSE_FROM,
          output: { label: '{{item.title}}', date: '{{item.occurred_at}}' },
        },
      },
      staticParams: [
        {
          name: 'triggers',
          type: 'select',
          multiple: true,
          label: 'Events',
          required: true,
          options: offered.map(({ key, label }) => ({ label: label.en, value: key })),
          help: 'From the first run on, events are kept for 30 days, or fewer if the hub is set so. Earlier events are not reported.',
        },
        { ...LIMIT, required: true },
      ],
      interface: [{ name: 'seq', type: 'uinteger', label: 'Number' }, ...outputInterface(shown)],
      samples: {
        seq: 1,
        ...Object.fromEntries(Object.keys(eventFieldsOf(first)).map((key) => [key, sample[key] as Json])),
      },
      scope: ['read', 'subscribe'],
    },
  };
}

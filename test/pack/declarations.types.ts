/**
 * Mistakes in declarations that must not compile. `npm run typecheck` checks this file: a line below `@ts-expect-error`
 * that compiles is an error there. The lines without it must compile.
 */

import * as z from 'zod';
import prepareTicket from '../../actions/prepare-ticket.ts';
import sendFeishuMessage from '../../actions/send-feishu-message.ts';
import feishu from '../../channels/feishu.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { order } from '../../lib/aliexpress/records/order.ts';
import { orderDetailRecord } from '../../lib/aliexpress/records/order-detail.ts';
import { messageAction } from '../../lib/channels/action.ts';
import { channel } from '../../lib/channels/channel.ts';
import { orderFilters } from '../../lib/feeds/order-filters.ts';
import { orderChanges, orders } from '../../lib/feeds/orders.ts';
import { both } from '../../lib/language.ts';
import { and, eq, exists, field, gt, gte, ifGiven, input, literal, or } from '../../lib/pack/expression.ts';
import { integer, text } from '../../lib/pack/input.ts';
import { hoursBefore, timeOf } from '../../lib/pack/instant.ts';
import {
  action,
  type FeedDeclaration,
  type InputsOf,
  search,
  sink,
  source,
  trigger,
} from '../../lib/pack/operation.ts';
import { recipe } from '../../lib/pack/recipe.ts';
import logisticsStall from '../../triggers/logistics-stall.ts';
import newOrder from '../../triggers/new-order.ts';
import { pager } from '../support/messages.ts';

const labels = {
  key: 'probe',
  noun: 'Probe',
  label: both('Probe'),
  makeLabel: 'Watch Probes',
  description: both('Probes.'),
} as const;
const pieces = integer({ label: both('Pieces') });
const number = text({ label: both('Number') });

// Triggers: names

const message = {
  severity: 'info',
  title: { en: '{order_id}', zh: '{pieces}' },
  text: { en: '', zh: '' },
} as const;
const base = {
  ...labels,
  feed: orders,
  inputs: { pieces },
  id: field('order_id'),
  occurredAt: field('placed_at'),
  matchedAt: timeOf('placed_at'),
} as const;

trigger({ ...base, message, where: eq(field('status'), input('pieces')), id: '{order_id}-{status}' });
// @ts-expect-error a misspelled field in a condition
trigger({ ...base, message, where: eq(field('statsu'), literal('FINISH')) });
// @ts-expect-error a misspelled input in a condition
trigger({ ...base, message, where: eq(field('status'), input('peices')) });
// @ts-expect-error a misspelled field in the instant
trigger({ ...base, message, matchedAt: timeOf('plased_at') });
// @ts-expect-error a misspelled input in the instant
trigger({ ...base, message, matchedAt: hoursBefore('ship_by', 'peices') });
// @ts-expect-error a misspelled field as id
trigger({ ...base, message, id: field('oder_id') });
// @ts-expect-error a misspelled field in an id template
trigger({ ...base, message, id: '{oder_id}-{status}' });
// @ts-expect-error a misspelled field as time
trigger({ ...base, message, occurredAt: field('placed') });
// @ts-expect-error a misspelled field in a title
trigger({ ...base, message: { ...message, title: { en: '{oder_id}', zh: '{pieces}' } } });
// @ts-expect-error a misspelled field in a Chinese text, with a format
trigger({ ...base, message: { ...message, text: { en: '', zh: '{placed|time}' } } });

// Triggers: titles with cases

const alert = { type: 'late', name: both('late') };
const paid = { when: exists(field('paid_at')), alert, en: '{amount|money}', zh: '' } as const;
const other = { en: '{pieces}', zh: '{items_text|cut:20}' } as const;
const titled = <const T extends readonly object[]>(...title: T) => ({ ...message, title });
const misspelled = { ...paid, en: '{amuont|money}' } as const;
const neverPaid = { ...paid, when: exists(field('payed_at')) } as const;
const inCoins = { ...paid, en: '{amount|coins}' } as const;
const naming = { en: '{alert_name}', zh: '{alert_name_zh}' } as const;

trigger({ ...base, message: titled(paid, other) });
trigger({ ...base, message: { ...titled(paid, other), text: naming } });
// @ts-expect-error a misspelled field in the title of a case
trigger({ ...base, message: titled(misspelled, other) });
// @ts-expect-error a misspelled field in the condition of a case
trigger({ ...base, message: titled(neverPaid, other) });
// @ts-expect-error a format that does not exist
trigger({ ...base, message: titled(inCoins, other) });
// @ts-expect-error the name of an alert where no case is one
trigger({ ...base, message: { ...message, text: naming } });

// Triggers: an event for each item of a list

const lines = { ...base, feed: orderChanges, each: 'line_items', message } as const;

trigger({ ...lines, id: '{order_id}/{line_id}', where: eq(field('items_text'), literal('')) });
// @ts-expect-error a list that the feed does not have
trigger({ ...lines, each: 'lines' });
// @ts-expect-error a list of a feed that has none
trigger({ ...lines, feed: orders });
// @ts-expect-error a field of the record alone in the id of an item
trigger({ ...lines, id: '{order_id}/{items_text}' });
// @ts-expect-error a field of an item in a condition, which is about the record
trigger({ ...lines, where: eq(field('line_index'), literal(1)) });
// @ts-expect-error a field of the record alone in a message about an item
trigger({ ...lines, message: { ...message, text: { en: '{items_text}', zh: '' } } });

// Triggers: inputs that nothing reads

const silent = { ...message, title: { en: '{order_id}', zh: '' } } as const;
const unfiltered = { ...base, message: silent } as const;

trigger({ ...unfiltered, inputs: {} });
trigger({ ...unfiltered, message });
trigger({ ...unfiltered, message: { ...silent, text: { en: '{pieces}', zh: '' } } });
trigger({ ...unfiltered, where: gte(field('total_quantity'), input('pieces')) });
trigger({ ...unfiltered, where: or(exists(input('pieces')), exists(field('paid_at'))) });
// @ts-expect-error an input that neither the condition nor a message reads
trigger({ ...unfiltered });
// @ts-expect-error an input that a condition over fields does not read
trigger({ ...unfiltered, where: exists(field('paid_at')) });
// @ts-expect-error a second input that the condition does not read
trigger({ ...unfiltered, inputs: { pieces, number }, where: gte(field('total_quantity'), input('pieces')) });
// @ts-expect-error inputs taken from another trigger without its condition
trigger({ ...unfiltered, inputs: newOrder.inputs });

const many = { when: gt(field('total_quantity'), input('pieces')), en: 'Many', zh: '' } as const;
const few = { en: 'Few', zh: '' } as const;

trigger({ ...unfiltered, message: { ...silent, title: [many, few] } });
// @ts-expect-error an input that none of the title's cases reads
trigger({ ...unfiltered, message: { ...silent, title: [few] } });

// Triggers: shared filters

const withFilters = { ...unfiltered, ...orderFilters } as const;

trigger(withFilters);
trigger({ ...withFilters, where: and(exists(field('paid_at')), orderFilters.where) });
// @ts-expect-error shared inputs without the condition that reads them
trigger({ ...unfiltered, inputs: orderFilters.inputs });
// @ts-expect-error a condition in place of that of the shared filters
trigger({ ...withFilters, where: exists(field('paid_at')) });
// @ts-expect-error a condition in place of one of the shared filters'
trigger({ ...withFilters, where: ifGiven('products', eq(field('status'), input('products'))) });

// Triggers: inputs that the feed reads

const choosy: FeedDeclaration<typeof order.fields, 'pieces'> = { ...orders, readsInputs: ['pieces'] };

trigger({ ...unfiltered, feed: choosy });
// @ts-expect-error an input that the feed reads is missing
trigger({ ...unfiltered, feed: choosy, inputs: {} });
// @ts-expect-error an input next to the one that the feed reads
trigger({ ...unfiltered, feed: choosy, inputs: { pieces, number } });
// @ts-expect-error a feed that names an input although its type says that it reads none
const modest: FeedDeclaration<typeof order.fields> = { ...orders, readsInputs: ['pieces'] };
trigger({ ...unfiltered, inputs: {}, feed: modest });

// Searches

const byNumber = { ...labels, inputs: { number }, method: orderDetail, record: orderDetailRecord } as const;

search({ ...byNumber, request: { order_id: input('number') } });
// @ts-expect-error a misspelled input in a request
search({ ...byNumber, request: { order_id: input('nubmer') } });
// @ts-expect-error an input that the request does not read
search({ ...byNumber, request: { order_id: literal('8200') } });

const ofNumber = source({ key: 'probe', record: order, reads: [], readsInputs: ['number'] });

search({ ...labels, inputs: { number }, source: ofNumber });
// @ts-expect-error an input that the source reads is missing
search({ ...labels, inputs: {}, source: ofNumber });
// @ts-expect-error an input that the source does not read
search({ ...labels, inputs: { number, pieces }, source: ofNumber });
// @ts-expect-error a source that reads an input it does not name
export const readPieces = ({ pieces }: InputsOf<typeof ofNumber>) => pieces;

// Actions

const letterbox = sink({
  key: 'probe',
  readsInputs: ['number'],
  deliver: async ({ number }) => ({ sent: String(number) }),
});
const receipt = { outputs: { sent: { label: both('Sent'), type: 'string' } }, sample: { sent: '' } } as const;

action({ ...labels, ...receipt, inputs: { number }, sink: letterbox });
// @ts-expect-error an input that the sink reads is missing
action({ ...labels, ...receipt, inputs: {}, sink: letterbox });
// @ts-expect-error an input that the sink does not read
action({ ...labels, ...receipt, inputs: { number, pieces }, sink: letterbox });
// @ts-expect-error a sink that reads an input it does not name
sink({ key: 'probe', readsInputs: ['number'], deliver: async ({ pieces }) => ({ sent: String(pieces) }) });

// Recipes

const words = { en: '', zh: '' };
const plain = {
  key: 'probe',
  title: words,
  purpose: words,
  trigger: newOrder,
  inputs: {},
  freshness: words,
  watch: [],
} as const;
const sheetOf = <const V extends string>(value: V) =>
  ({ sheet: { name: words, columns: [{ title: words, value }] } }) as const;

recipe({
  ...plain,
  inputs: { min_amount: '5' },
  steps: [
    { action: sendFeishuMessage, map: { title: '{title_zh}', text: 'of {order_id}' } },
    { action: prepareTicket, map: { event: '{id}', event_type: 'probe' }, output: 'ticket' },
    sheetOf('{amount} {currency}'),
  ],
});
recipe({
  ...plain,
  trigger: logisticsStall,
  inputs: { alert_types: ['customs'], min_customs_hours: 48 },
  steps: [],
});
// @ts-expect-error a misspelled field in what an action gets
recipe({ ...plain, steps: [{ action: sendFeishuMessage, map: { title: '{titel_zh}' } }] });
// @ts-expect-error a misspelled input of an action
recipe({ ...plain, steps: [{ action: sendFeishuMessage, map: { titel: '{title_zh}' } }] });
// @ts-expect-error a misspelled field in a second step
recipe({ ...plain, steps: [sheetOf('{amount}'), { action: prepareTicket, map: { event: '{event_id}' } }] });
// @ts-expect-error a misspelled field in a column
recipe({ ...plain, steps: [sheetOf('{amuont}')] });
// @ts-expect-error a format, which no editor can give to a field
recipe({ ...plain, steps: [sheetOf('{placed_at|time}')] });
// @ts-expect-error a field of another trigger's record
recipe({ ...plain, trigger: logisticsStall, steps: [sheetOf('{amount}')] });
// @ts-expect-error an output that does not exist
recipe({ ...plain, steps: [{ action: prepareTicket, map: {}, output: 'tikcet' }] });
// @ts-expect-error a misspelled input of the trigger
recipe({ ...plain, inputs: { minimum: '5' }, steps: [] });
// @ts-expect-error a choice that the trigger does not offer
recipe({ ...plain, trigger: logisticsStall, inputs: { alert_types: ['custms'] }, steps: [] });

// Channels

const marks = { info: 'blue', warning: 'orange', urgent: 'red' } as const;
const colored = {
  ...pager,
  severity: { shownAs: 'color', marks },
  form: z.strictObject({ color: z.enum(['blue', 'orange', 'red']), text: z.string() }),
} as const;
const { answers } = pager;

channel({ ...colored, build: ({ mark, text }) => ({ color: mark, text }) });
messageAction(feishu).inputs.signing_code satisfies { type: 'secret' };
// @ts-expect-error the signing secret of a channel without signatures
messageAction(pager).inputs.signing_code satisfies { type: 'secret' };
channel({
  ...colored,
  severity: { shownAs: 'color', marks: { ...marks, info: 'pink' } },
  // @ts-expect-error a color that the form does not have
  build: ({ mark, text }) => ({ color: mark, text }),
});
// @ts-expect-error a severity without a color
channel({ ...pager, severity: { shownAs: 'color', marks: { info: 'blue', urgent: 'red' } } });
// @ts-expect-error a body without a property of the form
channel({ ...colored, build: ({ mark }) => ({ color: mark }) });
// @ts-expect-error a misspelled part of a message
channel({ ...colored, build: ({ mark, txet }) => ({ color: mark, text: txet }) });
// @ts-expect-error a misspelled outcome
channel({ ...pager, answers: { ...answers, rules: [{ code: 1, is: 'keywrod' }] } });
// @ts-expect-error a refused message without a reason
channel({ ...pager, answers: { ...answers, rules: [{ code: 1, is: 'message' }] } });
// @ts-expect-error a reason that has no words
channel({ ...pager, answers: { ...answers, rules: [{ code: 1, is: 'message', reason: 'odd' }] } });
// @ts-expect-error a misspelled part, which would leave requests unsigned
channel({ ...pager, singing: feishu.signing });
// @ts-expect-error an address without encryption
channel({ ...pager, address: { ...pager.address, origins: ['http://pager.example'] } });

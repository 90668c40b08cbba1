/** Checked by the compiler alone: each line marked below must not compile. */

import prepareTicket from '../../actions/prepare-ticket.ts';
import sendFeishuCard from '../../actions/send-feishu-card.ts';
import { orders } from '../../lib/feeds/orders.ts';
import { eq, field, input, literal } from '../../lib/pack/expression.ts';
import { integer } from '../../lib/pack/input.ts';
import { trigger } from '../../lib/pack/operation.ts';
import { recipe } from '../../lib/pack/recipe.ts';
import logisticsStall from '../../triggers/logistics-stall.ts';
import newOrder from '../../triggers/new-order.ts';
import { both } from '../support/bilingual.ts';

const good = {
  key: 'probe',
  noun: 'Probe',
  label: both('Probe'),
  description: both('Triggers when probed.'),
  feed: orders,
  inputs: { least: integer({ label: both('Least') }) },
  id: field('order_id'),
  occurredAt: field('placed_at'),
} as const;
const message = {
  severity: 'info',
  title: { en: '{order_id}', zh: '{least}' },
  text: { en: '', zh: '' },
} as const;

trigger({ ...good, message, where: eq(field('status'), input('least')), id: '{order_id}-{status}' });
// @ts-expect-error a misspelt field in a condition
trigger({ ...good, message, where: eq(field('statsu'), literal('FINISH')) });
// @ts-expect-error a misspelt input in a condition
trigger({ ...good, message, where: eq(field('status'), input('laest')) });
// @ts-expect-error a misspelt field as id
trigger({ ...good, message, id: field('oder_id') });
// @ts-expect-error a misspelt field in an id template
trigger({ ...good, message, id: '{oder_id}-{status}' });
// @ts-expect-error a misspelt field as time
trigger({ ...good, message, occurredAt: field('placed') });
// @ts-expect-error a misspelt field in a title
trigger({ ...good, message: { ...message, title: { en: '{oder_id}', zh: '' } } });
// @ts-expect-error a misspelt field in a Chinese text, with a format
trigger({ ...good, message: { ...message, text: { en: '', zh: '{placed|time}' } } });

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
  inputs: { minimum_amount: '5' },
  steps: [
    { action: sendFeishuCard, map: { title: '{title_zh}', text: 'of {order_id}' } },
    { action: prepareTicket, map: { event: '{id}', kind: 'probe' }, output: 'ticket' },
    sheetOf('{amount} {currency}'),
  ],
});
recipe({ ...plain, trigger: logisticsStall, inputs: { kinds: ['customs'], customs_hours: 48 }, steps: [] });
// @ts-expect-error a misspelt field in what an action gets
recipe({ ...plain, steps: [{ action: sendFeishuCard, map: { title: '{titel_zh}' } }] });
// @ts-expect-error a misspelt input of an action
recipe({ ...plain, steps: [{ action: sendFeishuCard, map: { titel: '{title_zh}' } }] });
// @ts-expect-error a misspelt field in a second step
recipe({ ...plain, steps: [sheetOf('{amount}'), { action: prepareTicket, map: { event: '{event_id}' } }] });
// @ts-expect-error a misspelt field in a column
recipe({ ...plain, steps: [sheetOf('{amuont}')] });
// @ts-expect-error a format, which no editor can give to a field
recipe({ ...plain, steps: [sheetOf('{placed_at|time}')] });
// @ts-expect-error a field of another trigger's record
recipe({ ...plain, trigger: logisticsStall, steps: [sheetOf('{amount}')] });
// @ts-expect-error a place for what comes out that there is not
recipe({ ...plain, steps: [{ action: prepareTicket, map: {}, output: 'tikcet' }] });
// @ts-expect-error a misspelt input of the trigger
recipe({ ...plain, inputs: { minimum: '5' }, steps: [] });
// @ts-expect-error a choice that the trigger does not offer
recipe({ ...plain, trigger: logisticsStall, inputs: { kinds: ['custms'] }, steps: [] });

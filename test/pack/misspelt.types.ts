/** Checked by the compiler alone: each line marked below must not compile. */

import { orders } from '../../lib/feeds/orders.ts';
import { eq, field, input, literal } from '../../lib/pack/expression.ts';
import { integer } from '../../lib/pack/input.ts';
import { trigger } from '../../lib/pack/operation.ts';

const good = {
  key: 'probe',
  noun: 'Probe',
  label: 'Probe',
  description: 'Triggers when probed.',
  feed: orders,
  inputs: { least: integer({ label: 'Least' }) },
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

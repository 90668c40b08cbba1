/** What the titles and texts of all triggers have in common. */

import fc from 'fast-check';
import { recordedAt } from '../../lib/aliexpress/recorded/samples.ts';
import { recordedSubject } from '../../lib/engine/samples.ts';
import { toEvent } from '../../lib/pack/event.ts';
import { columns } from '../../lib/pack/format.ts';
import { defaultInputs } from '../../lib/pack/input.ts';
import type { TriggerDeclaration } from '../../lib/pack/operation.ts';
import { triggers } from '../../triggers/index.ts';
import { contextAt } from '../support/event-context.ts';

const MAX_COLUMNS = 66;
/** A phone shows about this much of a title for sure. */
const FIRST_COLUMNS = 36;
/** The amount of an order begins within them, and a common amount ends within them. */
const COMMON_AMOUNT = 'USD 98.64';

type Values = Record<string, unknown>;

const eventOf = (trigger: TriggerDeclaration, changes: Values = {}, now = recordedAt(trigger.feed.record)) =>
  toEvent(
    trigger,
    { ...recordedSubject(trigger), ...changes },
    defaultInputs(trigger.inputs),
    contextAt(now),
  );
const titlesOf = (trigger: TriggerDeclaration, changes: Values = {}, now?: number) => {
  const { title, title_zh } = eventOf(trigger, changes, now);
  return [title, title_zh];
};

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
const chinese = fc.string({ unit: fc.constantFrom(...'手机支架铝合金便携包'), minLength: 1, maxLength: 80 });
const amount = fc
  .bigInt({ min: 0n, max: 10n ** 11n })
  .map((cents) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`);
const currency = fc.constantFrom('USD', 'RUB', 'CLP', 'KWD', 'JPY');
const long = fc.oneof(name, chinese);
const number = fc.bigInt({ min: 10n ** 16n, max: 10n ** 17n - 1n }).map(String);

/** Long values for the fields that titles show. */
const changes = fc.record({
  amount,
  max_refund: amount,
  currency,
  items_short: long,
  product_name: long,
  review_text: fc.option(long, { nil: null }),
  reason: long,
  reason_zh: long,
  status_name: fc.constantFrom('received, payout processing', 'payment review (up to 24 h)'),
  country_name: long,
  paid_text: fc
    .array(amount, { minLength: 1, maxLength: 8 })
    .map((all) => all.map((each) => `USD ${each}`).join('; ')),
  stock: fc.integer({ min: 0, max: 999_999 }),
  hours_in_customs: fc.option(fc.integer({ min: 0, max: 9999 }), { nil: null }),
  stage: fc.constantFrom('customs', 'transit', 'failure', 'returned'),
  quantity: fc.option(fc.integer({ min: 1, max: 9999 }), { nil: null }),
  line_amount: amount,
  order_id: number,
  line_id: number,
  dispute_id: number,
});
const anyTime = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map(Number);

describe.each(triggers.map((trigger): [string, TriggerDeclaration] => [trigger.key, trigger]))(
  'Messages of %s',
  (_, trigger) => {
    test('A title never exceeds 66 columns and never shows a whole number of an order', () => {
      fc.assert(
        fc.property(changes, anyTime, (values, now) => {
          for (const title of titlesOf(trigger, values, now)) {
            expect(columns(title)).toBeLessThanOrEqual(MAX_COLUMNS);
            expect(title).not.toMatch(/\n/);
            for (const id of [values.order_id, values.line_id, values.dispute_id])
              expect(title).not.toContain(id);
          }
        }),
      );
    });

    test('A title leaves out a part whose value is missing', () => {
      const parts = JSON.stringify(trigger.message.title)
        .split('"')
        .map((words) => words.split(' · '));
      const namesIn = (words: readonly string[]) =>
        words.flatMap((each) => Array.from(each.matchAll(/\{(\w+?)(?:_zh)?[|}]/g), ([, name = '']) => name));
      const first = namesIn(parts.map(([begin = '']) => begin));
      const names = namesIn(parts.flatMap(([, ...others]) => others)).filter((name) => !first.includes(name));
      for (const name of new Set(names))
        for (const title of titlesOf(trigger, { [name]: null, [`${name}_zh`]: null }))
          expect(`${name}: ${title}`).not.toContain('–');
    });

    test('A title begins with a capital letter, a digit or a Chinese character', () => {
      for (const title of titlesOf(trigger)) expect(title).toMatch(/^[\p{Lu}\p{N}\p{Script=Han}]/u);
    });

    test('The Chinese text has the same values in the same order as the English one', () => {
      const { text } = trigger.message;
      const valuesIn = (template: string) =>
        [...template.matchAll(/\{(\w+?)(?:_zh)?(\|[^}]*)?\}/g)].map(
          ([, key, format]) => `${key}${format ?? ''}`,
        );
      expect(valuesIn(text.zh)).toEqual(valuesIn(text.en));
    });

    test('A text has no line without a value', () => {
      const { text, text_zh } = eventOf(trigger);
      expect([text, text_zh].filter((lines) => /–/.test(lines))).toEqual([]);
    });
  },
);

const withAmount = triggers.filter(({ message }) => JSON.stringify(message.title).includes('{amount|money}'));

test.each(withAmount.map((trigger): [string, TriggerDeclaration] => [trigger.key, trigger]))(
  'The title of %s shows kind and amount within its first 36 columns',
  (_, trigger) => {
    const statuses = ['received, payout processing', 'payment review (up to 24 h)', 'shipped'];
    const times = [recordedAt(trigger.feed.record), recordedAt(trigger.feed.record) + 10 * 86_400_000];
    const titles = statuses.flatMap((status_name) =>
      times.flatMap((now) => titlesOf(trigger, { amount: '98.64', currency: 'USD', status_name }, now)),
    );
    for (const title of titles) {
      const end = title.indexOf(COMMON_AMOUNT) + COMMON_AMOUNT.length;
      expect(columns(title.slice(0, end))).toBeLessThanOrEqual(FIRST_COLUMNS);
      expect(title).toContain(COMMON_AMOUNT);
    }
  },
);

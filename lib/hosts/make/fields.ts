/**
 * A record's fields → IML over an answer that `answer.ts` has brought into shape: every scalar is a text. The same
 * conversions as `lib/aliexpress/convert.ts`, with one difference: of the lists whose items are converted one by one
 * (`items`) the first `mostItems` are handed out.
 */

import type { Field, Fields, ItemsField, LookupField, ScalarField } from '../../pack/record.ts';
import { call, type Iml, isOneOf, joined, matches, path, quoted, toNumber, when, wordOf } from './iml.ts';
import { mostItems } from './names.ts';
import { fromMs, hoursBetween, isoOf, isPacific, minuteFrom, pacificDate, preciseIsoOf } from './times.ts';

/** Where a field's `from` leads to. */
export interface Source {
  /** The expression for a dotted path. */
  at(from: string): Iml;
  /** When the answer came, a text of epoch milliseconds. */
  answeredAt: Iml;
  /** An expression for the newest item of the list that the fields with `newestBy` pick from. */
  newest?: Iml;
}

/** A field in the three forms that are asked for. */
export interface Reading {
  /** Of its own type; null where there is none. */
  value: Iml;
  /** A text; '' where there is none. A list has none. */
  text: Iml;
  /** A date, of a field that is a time; only to be looked at where `text` is not ''. */
  date?: Iml;
}

const readField = (field: Field, source: Source): Reading => {
  if (field.as === 'items') {
    const found = source.at(field.from);
    return list(found === 'emptyarray' ? found : itemsOf(field, found));
  }
  if ('of' in field) return readList(field, call('ifempty', source.at(field.from), 'emptyarray'));
  const found =
    'pick' in field && field.pick ? picked(field.from, field.pick, source) : source.at(field.from);
  if (field.as === 'lookup') return lookup(field, found);
  return scalar(field.as, found, source.answeredAt);
};

export const readFields = (fields: Fields, source: Source): Record<string, Reading> =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, readField(field, source)]));

function picked(from: string, { of, newestBy }: { of: string; newestBy?: string }, source: Source): Iml {
  if (newestBy === undefined) return `${source.at(from)}[1].${of}`;
  if (source.newest === undefined) throw new Error(`nothing says where the newest of ${from} is`);
  return `${source.newest}.${of}`;
}

const list = (value: Iml): Reading => ({ value, text: "''" });
const textual = (text: Iml): Reading => ({ value: when(`${text} = ''`, 'null', text), text });
const timed = (isTime: Iml, date: Iml, written: Iml = isoOf(date)): Reading => ({
  value: when(isTime, written, 'null'),
  text: when(isTime, written, "''"),
  date,
});
const typed = (condition: Iml, value: Iml, text: Iml): Reading => ({
  value: when(condition, value, 'null'),
  text: when(condition, text, "''"),
});

function scalar(as: ScalarField['as'], found: Iml, answeredAt: Iml): Reading {
  const text = call('ifempty', found, "''");
  const isInteger = matches(text, '-?\\d{1,15}');
  switch (as) {
    case 'id':
    case 'text':
      return { value: call('ifempty', found, 'null'), text };
    case 'integer':
      return typed(isInteger, toNumber(text), text);
    case 'boolean':
      return { value: wordOfBoolean(text), text: when(isOneOf(text, ['true', 'false']), text, "''") };
    case 'pacific_time':
      return timed(isPacific(text), pacificDate(text));
    case 'epoch_time':
      return timed(matches(text, '\\d{1,15}'), fromMs(text), preciseIsoOf(fromMs(text)));
    case 'ms_left':
      return timed(isInteger, minuteFrom(answeredAt, text));
    case 'hours_ago': {
      const hours = hoursBetween(answeredAt, pacificDate(text));
      return typed(isPacific(text), hours, call('toString', hours));
    }
    case 'first_url':
      return textual(call('trim', call('first', call('split', text, quoted(';')))));
    case 'amount':
      return textual(amount(found));
    case 'currency': {
      const own = path(found, 'currency_code');
      return textual(call('ifempty', own, call('ifempty', path(found, 'currency.currency_code'), "''")));
    }
  }
}

const wordOfBoolean = (text: Iml): Iml =>
  call('switch', text, quoted('true'), 'true', quoted('false'), 'false', 'null');

/** Cents are preferred where both are there: old samples carry `{"amount": 0, "cent": 333100}`. */
function amount(money: Iml): Iml {
  const [cent, factor] = [`${money}.cent`, `${money}.cent_factor`].map((each) => call('ifempty', each, "''"));
  const divisor = when(matches(`${factor}`, '[1-9]\\d{0,8}'), `${factor}`, quoted('100'));
  const written = call('ifempty', `${money}.amount`, call('ifempty', `${money}.amount_str`, "''"));
  return when(
    matches(`${cent}`, '-?\\d{1,15}'),
    call(
      'formatNumber',
      `${toNumber(`${cent}`)} / ${toNumber(divisor)}`,
      `${call('length', divisor)} - 1`,
      quoted('.'),
      "''",
    ),
    when(matches(written, '-?\\d+(?:\\.\\d+)?'), written, "''"),
  );
}

function lookup({ table, otherwise = [] }: LookupField, found: Iml): Reading {
  const text = call('ifempty', found, "''");
  const rest = otherwise.reduceRight<Iml>((after, { begins, contains, word }) => {
    const conditions = [
      ...(begins === undefined ? [] : [`${call('indexOf', text, quoted(begins))} = 0`]),
      ...(contains === undefined ? [] : [call('contains', text, quoted(contains))]),
    ];
    return conditions.length === 0 ? quoted(word) : when(conditions.join(' & '), quoted(word), after);
  }, text);
  return {
    value: when(`${text} = ''`, 'null', wordOf(text, table, rest)),
    text: when(`${text} = ''`, "''", wordOf(text, table, rest)),
  };
}

type ListField = Extract<Field, { of: string }>;

function readList(field: ListField, items: Iml): Reading {
  const mapped = (key: string) => call('map', items, quoted(key));
  const given = call('remove', mapped(field.of), "''");
  switch (field.as) {
    case 'id_list':
    case 'text_list':
      return list(call('deduplicate', given));
    case 'joined_text': {
      const text = call('join', given, quoted('; '));
      return { value: text, text };
    }
    case 'integer_sum': {
      const sum = call('sum', mapped(`${field.of}_n`));
      return { value: sum, text: call('toString', sum) };
    }
    case 'integer_total': {
      const known = call('map', items, quoted(`${field.of}_n`), quoted(`${field.of}_known`), quoted('y'));
      const isWhole = `${call('length', items)} > 0 & ${call('length', known)} = ${call('length', items)}`;
      const sum = call('sum', known);
      return typed(isWhole, sum, call('toString', sum));
    }
    case 'any_of': {
      const found = call('map', items, quoted(field.of), quoted(field.of), quoted(field.values.join(',')));
      const value = `${call('length', found)} > 0`;
      return { value, text: call('toString', value) };
    }
  }
}

/** IML has no lambda, so the items are written down one by one, as JSON. */
function itemsOf({ from, items }: ItemsField, found: Iml): Iml {
  const length = call('length', call('ifempty', found, 'emptyarray'));
  const written = Array.from({ length: mostItems(String(from.split('.').at(-1))) }, (_, index) => {
    const fields = readFields(items, {
      at: (from) => `${found}[${index + 1}].${from}`,
      answeredAt: "''",
    });
    const members = Object.entries(fields).map(([key, { value }], at) =>
      joined(quoted(`${at === 0 ? '{' : ','}"${key}":`), call('createJSON', value)),
    );
    const object = joined(...(index === 0 ? [] : [quoted(',')]), ...members, quoted('}'));
    return when(`${length} > ${index}`, object, "''");
  });
  return call('parseJSON', joined(quoted('['), ...written, quoted(']')));
}

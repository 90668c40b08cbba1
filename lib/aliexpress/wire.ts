/**
 * The AliExpress wire format as zod schemas, each of which reads every form of its value: numbers, booleans and ids
 * (docs/aliexpress.md#numbers-booleans-and-ids), lists (docs/aliexpress.md#lists), money (docs/aliexpress.md#money) and
 * times (docs/aliexpress.md#dates-and-times).
 */

import * as z from 'zod';
import { decimalsOf } from '../pack/format.ts';
import { ownValue } from '../pack/own-value.ts';
import { parseEventTime, parseTime } from './time.ts';

export const id = z.union([z.string().trim().min(1), z.number().int().transform(String)]);

export const text = z.union([z.string(), z.number().transform(String)]);

/** "1234.5", or with commas between thousands: "1,234.50". */
const DECIMAL = /^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/;
const decimal = z
  .string()
  .trim()
  .regex(DECIMAL)
  .transform((written) => written.replaceAll(',', ''));

export const num = z.union([z.number(), decimal.transform(Number)]);

export const integer = num.pipe(z.number().int());

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  y: true,
  yes: true,
  1: true,
  false: false,
  n: false,
  no: false,
  0: false,
};

export const bool = z.union([z.boolean(), text]).transform((raw, context) => {
  const value = ownValue(BOOLEANS, String(raw).trim().toLowerCase());
  if (value === undefined) {
    context.addIssue('no boolean');
    return z.NEVER;
  }
  return value;
});

/** An object with any keys. */
export const record = z.record(z.string(), z.unknown());

/** How AliExpress writes that there is nothing. */
export const isNothing = (raw: unknown): boolean =>
  raw === null || raw === undefined || raw === '' || raw === 'N/A';

/** The items of a list in any of its forms. */
export const list = z.preprocess((raw): unknown => {
  if (Array.isArray(raw)) return raw;
  if (isNothing(raw)) return [];
  if (typeof raw !== 'object') return raw;
  const values: unknown[] = Object.values(Object(raw));
  const [only] = values;
  if (values.length <= 1 && isNothing(only)) return [];
  // {"aeop_order_item_dto": […]}, or with one element {"aeop_order_item_dto": {…}}, but not {"logistics_no": "LP1"}
  if (values.length > 1 || typeof only !== 'object') return [raw];
  return Array.isArray(only) ? only : [only];
}, z.array(z.unknown()));

/** "USD". One answer has "USD;RUB", which the documentation writes for "USD or RUB": the first counts. */
export const currency = z
  .string()
  .trim()
  .regex(/^[A-Z]{3}(;|$)/)
  .transform((code) => code.slice(0, 3));

/** "14.81(USD)". */
const WITH_CURRENCY = /^(.+?) ?\(([A-Z]{3})\)$/;

/**
 * An amount in any of its forms. `cent` and `cent_factor` decide if both are there. An amount of 0 next to a `cent` says
 * nothing, because an old sample has `{"amount": 0, "cent": 333100}`. Some amounts have `amount_str` only.
 */
export const money = z.union([record, z.string()]).transform((raw, context) => {
  const found = typeof raw === 'string' ? feeOf(raw) : amountOf(raw);
  if (found) return found;
  context.addIssue('no amount');
  return z.NEVER;
});

interface Money {
  amount: string;
  currency: string | null;
}

function feeOf(written: string): Money | undefined {
  const [, number, code = null] = WITH_CURRENCY.exec(written.trim()) ?? [];
  const amount = decimal.safeParse(number).data;
  return amount === undefined ? undefined : { amount, currency: code };
}

function amountOf(raw: Record<string, unknown>): Money | undefined {
  const described = record.safeParse(raw.currency).data ?? {};
  const code = currency.safeParse(raw.currency_code ?? described.currency_code).data ?? null;
  const [major, majorText] = [raw.amount, raw.amount_str].map(
    (each) => decimal.safeParse(text.safeParse(each).data).data,
  );
  const minor = integer.safeParse(raw.cent).data;
  const factor = integer.safeParse(raw.cent_factor).data ?? 0;
  if (minor !== undefined && factor > 0) return { amount: majorOf(minor, factor), currency: code };
  const stated = [major, majorText].find((each) => Number(each ?? 0) !== 0);
  if (stated !== undefined || minor === undefined) {
    const amount = stated ?? major ?? majorText;
    return amount === undefined ? undefined : { amount, currency: code };
  }
  const digits = integer.safeParse(described.default_fraction_digits).data ?? decimalsOf(code);
  return { amount: majorOf(minor, 10 ** digits), currency: code };
}

const majorOf = (minor: number, factor: number): string =>
  (minor / factor).toFixed(Math.max(0, String(factor).length - 1));

const timeBy = (parse: (written: string) => number | null) =>
  text.transform((written, context) => {
    const at = parse(written);
    if (at === null) {
      context.addIssue('no time');
      return z.NEVER;
    }
    return at;
  });

/** A time in any of its spellings, which is US Pacific time where it has no offset → epoch milliseconds. */
export const pacificTime = timeBy(parseTime);
/** The same, or a day, which stands for its end. */
export const eventTime = timeBy(parseEventTime);

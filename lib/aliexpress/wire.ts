/**
 * The AliExpress wire format as zod schemas, each of which reads every form of its value: numbers, booleans and ids
 * (docs/aliexpress.md#numbers-booleans-and-ids), lists (docs/aliexpress.md#lists), money (docs/aliexpress.md#money) and
 * times (docs/aliexpress.md#dates-and-times).
 */

import * as z from 'zod';
import { parseTime } from './time.ts';

export const id = z.union([z.string().trim().min(1), z.number().int().transform(String)]);

export const text = z.union([z.string(), z.number().transform(String)]);

const decimal = z
  .string()
  .trim()
  .regex(/^-?\d+(\.\d+)?$/);

export const num = z.union([z.number(), decimal.transform(Number)]);

export const integer = num.pipe(z.number().int());

export const bool = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** An object with any keys. */
export const record = z.record(z.string(), z.unknown());

/** How AliExpress writes that there is nothing. */
const isNothing = (raw: unknown): boolean => raw === null || raw === undefined || raw === '' || raw === 'N/A';

/** The items of a list in any of its forms. */
export const list = z.preprocess((raw): unknown => {
  if (Array.isArray(raw)) return raw;
  if (isNothing(raw)) return [];
  if (typeof raw !== 'object') return raw;
  const values: unknown[] = Object.values(Object(raw));
  if (values.length === 0) return [];
  const [only] = values;
  // {"aeop_order_item_dto": […]}, or with one element {"aeop_order_item_dto": {…}}
  if (values.length !== 1) return [raw];
  if (isNothing(only)) return [];
  return Array.isArray(only) ? only : [only];
}, z.array(z.unknown()));

/**
 * An amount in any of its forms. `cent` and `cent_factor` decide if both are there, because an old sample has
 * `{"amount": 0, "cent": 333100}`. Some amounts have `amount_str` only.
 */
export const money = record.transform((raw, context) => {
  const currency =
    text.safeParse(raw.currency_code ?? record.safeParse(raw.currency).data?.currency_code).data ?? null;
  const cent = integer.safeParse(raw.cent).data;
  const factor = integer.safeParse(raw.cent_factor).data ?? 100;
  if (cent !== undefined && factor > 0) {
    return { amount: (cent / factor).toFixed(Math.max(0, String(factor).length - 1)), currency };
  }
  const amount = decimal.safeParse(text.safeParse(raw.amount || raw.amount_str).data).data;
  if (amount === undefined) {
    context.addIssue('no amount');
    return z.NEVER;
  }
  return { amount, currency };
});

/** A time in any of its spellings, which is US Pacific time where it has no offset → epoch milliseconds. */
export const pacificTime = text.transform((written, context) => {
  const at = parseTime(written);
  if (at === null) {
    context.addIssue('no time');
    return z.NEVER;
  }
  return at;
});

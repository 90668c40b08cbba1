/** Reads the parameters of a request, and refuses those that AliExpress would not accept. */

import { fromPacific } from '../pacific.ts';
import type { Shop } from '../shop.ts';
import type { Variants } from '../variants.ts';
import type { ListFault } from './paged.ts';

/** A refusal by the gateway, with AliExpress's error code. */
export class Refusal extends Error {
  readonly code: string;
  readonly subCode: string | undefined;

  constructor(code: string, message: string, subCode?: string) {
    super(message);
    this.code = code;
    this.subCode = subCode;
  }
}

const missing = (name: string) => new Refusal('MissingParameter', `${name} is required`);
const invalid = (name: string, rule: string) => new Refusal('InvalidParameter', `${name} must be ${rule}`);

export interface Context {
  shop: Shop;
  now: number;
  params: Record<string, string>;
  /** What makes a list move or leave rows out. */
  listFault?: ListFault | undefined;
  variants: Variants;
}

/** Fields by name, of a JSON parameter or of the request itself. */
export type Query = Readonly<Record<string, unknown>>;

/**
 * @param fields those that AliExpress documents and the sandbox supports. Others are refused, because a misspelled
 * filter would go unnoticed.
 */
export function jsonQuery(params: Context['params'], name: string, fields: readonly string[]): Query {
  const text = params[name];
  if (!text) throw missing(name);
  const query = readObject(text);
  if (!query) throw invalid(name, 'a JSON object');
  const unknown = Object.keys(query).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw new Refusal('InvalidParameter', `${name} has no field ${unknown}`);
  return query;
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    // Ids beyond 2^53 are quoted first, so that they keep all their digits.
    const value: unknown = JSON.parse(text.replace(/([:[,]\s*)(\d{16,})(?=\s*[,}\]])/g, '$1"$2"'));
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {}
  return undefined;
}

/** A number, or its digits as text. @param fallback for a field that may be left out */
export function integer(query: Query, name: string, min: number, max: number, fallback?: number): number {
  const value = query[name] ?? fallback;
  if (value === undefined || value === '') throw missing(name);
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!Number.isInteger(number) || number < min || number > max) throw invalid(name, `from ${min} to ${max}`);
  return number;
}

/** Text that is not empty; undefined where the field is left out. */
export function text(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(name, 'text');
  return value;
}

export function oneOf<T extends string>(query: Query, name: string, values: readonly T[]): T | undefined {
  const given = text(query, name);
  if (given === undefined) return undefined;
  const value = values.find((candidate) => candidate === given);
  if (value === undefined) throw invalid(name, `one of ${values.join(', ')}`);
  return value;
}

/** A 64-bit id, a number or its digits as text. */
export function id(query: Query, name: string): string | undefined {
  const value = query[name];
  return value === undefined || value === '' ? undefined : readId(value, name);
}

/** Undefined where the field is left out. */
export function ids(query: Query, name: string, maxItems: number): string[] | undefined {
  return list(query, name, maxItems)?.map((value) => readId(value, name));
}

export function integers(query: Query, name: string, min: number, max: number): number[] | undefined {
  return list(query, name, max - min + 1)?.map((value) => integer({ [name]: value }, name, min, max));
}

export function texts<T extends string>(
  query: Query,
  name: string,
  values: readonly T[],
  maxItems: number,
): T[] | undefined {
  return list(query, name, maxItems)?.map((value) => required(oneOf({ [name]: value }, name, values), name));
}

/** A list of texts that a flat parameter holds as JSON. */
export function textList(query: Query, name: string): string[] | undefined {
  const written = text(query, name);
  if (written === undefined) return undefined;
  try {
    const values: unknown = JSON.parse(written);
    if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values;
  } catch {}
  throw invalid(name, 'a list of texts as JSON');
}

/** @throws Refusal where the value is left out */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw missing(name);
  return value;
}

function list(query: Query, name: string, maxItems: number): unknown[] | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalid(name, 'a list');
  if (value.length > maxItems) throw invalid(name, `a list of at most ${maxItems}`);
  return value.length > 0 ? value : undefined;
}

function readId(value: unknown, name: string): string {
  const digits = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (!/^\d{1,19}$/.test(digits)) throw invalid(name, 'an id');
  return digits;
}

/** Both ends are included; epoch milliseconds. */
export interface Range {
  start: number;
  end: number;
}

/** A range of Pacific times `yyyy-MM-dd HH:mm:ss`; both ends are given, or neither. */
export const pacificRange = (query: Query, start: string, end: string): Range | undefined =>
  range(query, start, end, 'yyyy-MM-dd HH:mm:ss', (value) =>
    typeof value === 'string' ? fromPacific(value) : undefined,
  );

/** A range of epoch milliseconds. */
export const epochRange = (query: Query, start: string, end: string): Range | undefined =>
  range(query, start, end, 'epoch milliseconds', (value) =>
    /^\d{13}$/.test(String(value)) ? Number(value) : undefined,
  );

function range(
  query: Query,
  startName: string,
  endName: string,
  form: string,
  read: (value: unknown) => number | undefined,
): Range | undefined {
  if (query[startName] === undefined && query[endName] === undefined) return undefined;
  const bound = (name: string) => {
    const at = read(query[name]);
    if (at === undefined) throw invalid(name, form);
    return at;
  };
  const [start, end] = [bound(startName), bound(endName)];
  if (end < start) throw invalid(endName, `later than ${startName}`);
  return { start, end };
}

export const within = (at: number, { start, end }: Range): boolean => at >= start && at <= end;

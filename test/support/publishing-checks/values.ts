/** What an operation hands out, held against its output fields: its static sample and its live results alike. */

import { MINUTE } from '../../../lib/runtime.ts';
import type { Field } from './definition.ts';

export type Values = Record<string, unknown>;

export const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}))?$/;

/** A day, or a time with its zone. */
const isIsoDate = (value: unknown): boolean =>
  typeof value === 'string' && ISO_8601.test(value) && !Number.isNaN(Date.parse(value));

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
const DATES = [
  /^\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[ T].*)?$/,
  /^\d{1,2}([-/.])\d{1,2}\1\d{4}(?:[ T,].*)?$/,
  new RegExp(`^(?:[a-z]{3,9},? )?\\d{1,2} ${MONTH},? \\d{4}\\b`, 'i'),
  new RegExp(`^(?:[a-z]{3,9},? )?${MONTH} \\d{1,2},? \\d{4}\\b`, 'i'),
];

const isForDate = (key: string, type?: string): boolean => type === 'datetime' || /_(at|date)$/.test(key);

export interface SampleFault {
  /** `line_items[].shipped_at` */
  path: string;
  why: string;
}

/** Every value with the field that declares it; the values of a list one by one. */
function leavesOf(
  values: Values,
  outputs: readonly Field[],
  at = '',
): { path: string; key: string; field: Field | undefined; value: unknown; among: Values }[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const field = outputs.find((output) => output.key === key);
    const isList = Array.isArray(value);
    const path = `${at}${key}${isList ? '[]' : ''}`;
    return (isList ? value : [value]).flatMap((one) =>
      isValues(one)
        ? leavesOf(one, field?.children ?? [], `${path}.`)
        : [{ path, key, field, value: one as unknown, among: values }],
    );
  });
}

/** A text for sheets, beside the same time in ISO 8601: "occurred_at_local" beside "occurred_at", "ship_by_local" beside "ship_by". */
function isLocalTime(values: Values, key: string, field: Field | undefined, value: unknown): boolean {
  const [, twin] = /^(\w+_(?:at|by))_local$/.exec(key) ?? [];
  const at = twin === undefined ? Number.NaN : Date.parse(String(values[twin]));
  const isText = (field?.type ?? 'string') === 'string';
  return isText && at - (at % MINUTE) === Date.parse(`${String(value).replace(' ', 'T')}:00+08:00`);
}

/** Dates that are not ISO 8601, or are times without a zone. What is empty is no date. */
export const dateFaults = (values: Values, outputs: readonly Field[]): SampleFault[] =>
  leavesOf(values, outputs).flatMap(({ path, key, field, value, among }) => {
    if ((value ?? '') === '' || isLocalTime(among, key, field, value)) return [];
    const claims = typeof value === 'string' && DATES.some((pattern) => pattern.test(value));
    if (isIsoDate(value) || !(claims || isForDate(key, field?.type))) return [];
    return [{ path, why: `${JSON.stringify(value)} is not an ISO 8601 date with its zone` }];
  });

const isOfType: Record<string, (value: unknown) => boolean> = {
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  datetime: isIsoDate,
};
const isText = (value: unknown): boolean => typeof value === 'string';

/** Values that are missing though required, or that are not what their output field says. Null is no value. */
export const typeFaults = (values: Values, outputs: readonly Field[], at = ''): SampleFault[] =>
  outputs.flatMap((output): SampleFault[] => {
    const { key, type = 'string', required, list, children } = output;
    const path = at + key;
    const value = values[key];
    if (value === null || value === undefined)
      return required ? [{ path, why: 'is required and has no value' }] : [];
    if (children) {
      const items = Array.isArray(value) ? value : [value];
      return items.flatMap((item) =>
        isValues(item)
          ? typeFaults(item, children, `${path}[].`)
          : [{ path, why: `${JSON.stringify(item)} is not an object with the declared keys` }],
      );
    }
    if (list && !Array.isArray(value)) return [{ path, why: `${JSON.stringify(value)} is not a list` }];
    const fits = isOfType[type] ?? isText;
    return (list ? [value].flat() : [value])
      .filter((one) => !fits(one))
      .map((one) => ({ path, why: `${JSON.stringify(one)} is not of the type ${type}` }));
  });

/** Keys that no output field declares. */
export const undeclared = (values: Values, outputs: readonly Field[], at = ''): string[] =>
  Object.entries(values).flatMap(([key, value]) => {
    const output = outputs.find((candidate) => candidate.key === key);
    if (!output) return [at + key];
    const items = (Array.isArray(value) ? value : [value]).filter(isValues);
    return [...new Set(items.flatMap((item) => undeclared(item, output.children ?? [], `${at}${key}[].`)))];
  });

/** Boolean facts that are written as something else. */
export const booleanFaults = (values: Values, outputs: readonly Field[]): SampleFault[] =>
  leavesOf(values, outputs)
    .filter(({ key, field }) => field?.type === 'boolean' || /^(is|has|was|can)_/.test(key))
    .filter(({ value }) => value !== null && typeof value !== 'boolean')
    .map(({ path, value }) => ({ path, why: `${JSON.stringify(value)} is neither true nor false` }));

/** Texts of a sample that stand for a value instead of showing one. */
export const placeholders = (values: Values): SampleFault[] =>
  leavesOf(values, [])
    .filter(({ value }) => typeof value === 'string' && PLACEHOLDER.test(value))
    .map(({ path, value }) => ({ path, why: `${JSON.stringify(value)} is a placeholder` }));

const PLACEHOLDER =
  /^(string|text|value|sample|example|test|foo|bar|baz|todo|tbd|n\/a|x+|1234?5?6?7?8?9?0?|lorem ipsum.*)$/i;

/**
 * Keys of the sample that a live result lacks, in every one of its line items too. Where the live result has no line
 * items there is nothing to compare; `unseenLists` tells.
 */
export const missingKeys = (sample: Values, live: Values, at = ''): string[] =>
  Object.entries(sample).flatMap(([key, value]) => {
    if (!(key in live)) return [at + key];
    const liveItems = [live[key]].flat().filter(isValues);
    const sampleItems = [value].flat().filter(isValues);
    const missing = sampleItems.flatMap((item) =>
      liveItems.flatMap((liveItem) => missingKeys(item, liveItem, `${at}${key}[].`)),
    );
    return [...new Set(missing)];
  });

/** Lists whose rows have the fields of what the user asks for. */
const OPEN_LISTS: Readonly<Record<string, RegExp>> = { make_api_request: /^records\[\]\./ };

/** Keys of a live result that the sample of its operation lacks. */
export const unknownKeys = ({ key, sample }: { key: string; sample: unknown }, live: Values): string[] =>
  missingKeys(live, isValues(sample) ? sample : {}).filter((path) => !OPEN_LISTS[key]?.test(path));

/** Line items of the sample of which no live result had a single one. */
export const unseenLists = (sample: Values, live: readonly Values[], at = ''): string[] =>
  Object.entries(sample).flatMap(([key, value]) => {
    const [item] = [value].flat().filter(isValues);
    if (!item) return [];
    const liveItems = live.flatMap((result) => [result[key]].flat().filter(isValues));
    return liveItems.length === 0 ? [at + key] : unseenLists(item, liveItems, `${at}${key}[].`);
  });

/** The formats of placeholders: `{paid_at|time}`, `{amount|money}`, `{product_name|cut:24}`, `{tracking_number|tail}`. */

import { eastAsianWidth } from 'get-east-asian-width';
import { HOUR } from '../runtime.ts';
import { ELLIPSIS, graphemes, type Measure, startOf } from './shorten.ts';

const BEIJING_AHEAD_MS = 8 * HOUR;
const TAIL_LENGTH = 4;

/** Beijing has been 8 hours ahead of UTC without daylight saving since 1991. */
const inBeijing = (at: number): string => new Date(at + BEIJING_AHEAD_MS).toISOString();

/**
 * "11-21 18:05" in Beijing, with the year if that is not the year of `now`. A text that is not a time stays as it is.
 * @param now epoch milliseconds
 */
export function beijingTime(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  const [date = '', clock = ''] = inBeijing(at).split('T');
  const isThisYear = date.slice(0, 4) === inBeijing(now).slice(0, 4);
  return `${isThisYear ? date.slice(5) : date} ${clock.slice(0, 5)}`;
}

/** "2026-11-21 18:05" in Beijing: how spreadsheets read a time. A text that is not a time stays as it is. */
export function beijingMinute(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : inBeijing(at).slice(0, 16).replace('T', ' ');
}

/** "2026-10-11T02:00Z", the nearest whole hour. A text that is not a time stays as it is. */
export function wholeHour(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : `${new Date(Math.round(at / HOUR) * HOUR).toISOString().slice(0, 16)}Z`;
}

/** Currencies whose amounts do not have two decimals. [ISO 4217] */
const DECIMALS: Readonly<Record<string, number>> = {
  ...each('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF', 0),
  ...each('BHD IQD JOD KWD LYD OMR TND', 3),
};

/** How many decimals an amount has. @param currency null: not known */
export const decimalsOf = (currency: string | null): number => DECIMALS[currency ?? ''] ?? 2;

/** "USD 98.64", with the decimals of the currency. What is not an amount in a known currency stays as it is. */
export function money(amount: string, currency: string): string {
  if (!/^[A-Z]{3}$/.test(currency) || !/^-?\d+(\.\d+)?$/.test(amount)) return `${currency} ${amount}`.trim();
  // A text is formatted exactly; a number would be rounded beyond 15 digits.
  return `${currency} ${withDecimals(decimalsOf(currency)).format(amount as `${number}`)}`;
}

const formats = new Map<number, Intl.NumberFormat>();
/** Making a format takes longer than writing an event. */
function withDecimals(decimals: number): Intl.NumberFormat {
  const known = formats.get(decimals);
  if (known) return known;
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: 'min2',
  });
  formats.set(decimals, made);
  return made;
}

function each(currencies: string, decimals: number): Record<string, number> {
  return Object.fromEntries(currencies.split(' ').map((currency) => [currency, decimals]));
}

/** The last characters of a text. */
export const tail = (text: string): string => text.slice(-TAIL_LENGTH);

/** Display columns of a text: a Chinese character or an emoji takes two. */
export const columns: Measure = (text) =>
  // Most texts have plain letters only, and splitting a text into its characters is slow.
  PLAIN.test(text)
    ? text.length + (text.match(WIDE)?.length ?? 0)
    : graphemes(text).reduce((sum, each) => sum + widthOf(each), 0);

/** A text of at most this many columns, with "…" at its end where it is longer. */
export const limit = (text: string, maxColumns: number): string =>
  columns(text) <= maxColumns ? text : cut(text, maxColumns - 1);

/** The first columns of a text and "…" where it is longer. Never cut inside a character. */
export function cut(text: string, maxColumns: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return columns(line) <= maxColumns ? line : withEllipsis(startOf(line, maxColumns, columns));
}

/** What was cut inside another cut is marked once. */
const withEllipsis = (start: string): string => (start.endsWith(ELLIPSIS) ? start : start + ELLIPSIS);

const PLAIN = /^[ -~·、。\u4E00-\u9FFF\uFF01-\uFF5E]*$/;
const WIDE = /[^ -~·]/g;
const EMOJI = /\p{Emoji_Presentation}|\uFE0F/u;
const widthOf = (grapheme: string): number =>
  EMOJI.test(grapheme) ? 2 : eastAsianWidth(grapheme.codePointAt(0) ?? 0);

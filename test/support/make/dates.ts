/**
 * `formatDate` and `parseDate`. Make formats with moment's tokens; the tokens here are those that Make's own examples
 * use, and any other letter is an error rather than a guess. [facts/make.md §2.2; help pages "Date and time functions"
 * and make-skills for `hh`, `A`, `T` and `Z`]
 *
 * Everything here throws `Error` with the bare problem; the caller knows where it stands.
 */

import { Temporal } from 'temporal-polyfill';

/** Token → what it looks like when it is read. `x` and `X` stand alone. */
const TOKENS: Record<string, string> = {
  YYYY: '\\d{4}',
  MM: '\\d{2}',
  DD: '\\d{2}',
  HH: '\\d{2}',
  hh: '\\d{2}',
  mm: '\\d{2}',
  ss: '\\d{2}',
  A: 'AM|PM',
  Z: 'Z|[+-]\\d{2}:\\d{2}',
};

/** Milliseconds and seconds since 1970; the same in every time zone. */
const EPOCH = new Map([
  ['x', 1],
  ['X', 1000],
]);

type Part = { token: string } | { literal: string };

function partsOf(format: string): Part[] {
  const parts: Part[] = [];
  for (const [run, escaped] of format.matchAll(/\[([^\]]*)\]|([A-Za-z])\2*|[^A-Za-z]/g)) {
    if (escaped !== undefined) parts.push({ literal: escaped });
    else if (/[[\]]/.test(run))
      throw new Error(`the format '${format}' has a bracket without its other half`);
    else if (run === 'T' || !/[A-Za-z]/.test(run)) parts.push({ literal: run });
    else if (run in TOKENS || EPOCH.has(run)) parts.push({ token: run });
    else {
      throw new Error(
        `the date token "${run}" of the format '${format}' is beyond the documented practice (${[...Object.keys(TOKENS), ...EPOCH.keys()].join(', ')}, and [literal])`,
      );
    }
  }
  const tokens = parts.flatMap((part) => ('token' in part ? [part.token] : []));
  if (tokens.length === 0) throw new Error(`the format '${format}' has no date token`);
  if (tokens.some((token) => EPOCH.has(token)) && parts.length > 1) {
    throw new Error(`in the format '${format}', x and X must stand alone`);
  }
  if (tokens.includes('hh') !== tokens.includes('A')) {
    throw new Error(`in the format '${format}', hh and A need each other`);
  }
  return parts;
}

const epochUnit = ([first]: Part[]): number | undefined =>
  first && 'token' in first ? EPOCH.get(first.token) : undefined;

/**
 * A zone's name, as the tz database has it. Make takes the organisation's zone instead of one it does not know,
 * without a word, so what is no such name is an error here.
 */
export function checkedZone(name: string): string {
  const isName = name === 'UTC' || /^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z0-9_+-]*)+$/.test(name);
  try {
    if (isName) return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {}
  throw new Error(`'${name}' is no time zone of the tz database`);
}

/** @param zone that of the call, or else that of the organisation; needed unless the format is x or X */
export function formatDate(date: Date, format: string, zone: string | undefined): string {
  const parts = partsOf(format);
  const unit = epochUnit(parts);
  if (unit) return String(Math.floor(date.getTime() / unit));
  const at = Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO(
    neededZone(zone, format),
  );
  const two = (number: number) => String(number).padStart(2, '0');
  const shown: Record<string, string> = {
    YYYY: String(at.year).padStart(4, '0'),
    MM: two(at.month),
    DD: two(at.day),
    HH: two(at.hour),
    hh: two(at.hour % 12 || 12),
    mm: two(at.minute),
    ss: two(at.second),
    A: at.hour < 12 ? 'AM' : 'PM',
    Z: at.offset,
  };
  return parts.map((part) => ('token' in part ? shown[part.token] : part.literal)).join('');
}

/**
 * An hour that autumn writes twice is read as the earlier one, and a minute that spring leaves out as the one an hour
 * later: that is moment-timezone, on which IML is built. [facts/make.md §4]
 */
export function parseDate(text: string, format: string, zone: string | undefined): Date {
  const parts = partsOf(format);
  const mismatch = () => new Error(`'${text}' is not written as '${format}' says`);
  const unit = epochUnit(parts);
  if (unit) {
    if (!/^\d+$/.test(text)) throw mismatch();
    return new Date(Number(text) * unit);
  }
  const tokens = parts.flatMap((part) => ('token' in part ? [part.token] : []));
  if (new Set(tokens).size < tokens.length) throw new Error(`the format '${format}' names a token twice`);
  for (const needed of ['YYYY', 'MM', 'DD']) {
    if (!tokens.includes(needed))
      throw new Error(`a date cannot be read by '${format}': it has no ${needed}`);
  }
  const source = parts.map((part) =>
    'token' in part ? `(${TOKENS[part.token]})` : part.literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const match = new RegExp(`^${source.join('')}$`).exec(text);
  if (!match) throw mismatch();
  const read = new Map(tokens.map((token, index) => [token, match[index + 1] ?? '']));
  const number = (token: string) => Number(read.get(token) ?? 0);
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from(
      {
        year: number('YYYY'),
        month: number('MM'),
        day: number('DD'),
        hour: read.has('hh') ? (number('hh') % 12) + (read.get('A') === 'PM' ? 12 : 0) : number('HH'),
        minute: number('mm'),
        second: number('ss'),
      },
      { overflow: 'reject' },
    );
  } catch {
    throw new Error(`'${text}' is no date`);
  }
  const offset = read.get('Z');
  if (offset !== undefined) return new Date(Temporal.Instant.from(`${local}${offset}`).epochMilliseconds);
  return new Date(local.toZonedDateTime(neededZone(zone, format)).epochMilliseconds);
}

function neededZone(zone: string | undefined, format: string): string {
  if (zone === undefined) {
    throw new Error(
      `'${format}' without a time zone depends on the zone of the user's organisation; name the zone`,
    );
  }
  return checkedZone(zone);
}

export type CalendarUnit = 'days' | 'months' | 'years';

/** Days, months and years of the organisation's calendar, which has days of 23 and of 25 hours. */
export function addOnCalendar(
  date: Date,
  unit: CalendarUnit,
  amount: number,
  zone: string | undefined,
): Date {
  if (zone === undefined) {
    throw new Error(`${unit} are counted in the zone of the user's organisation, which differs; add hours`);
  }
  const at = Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO(checkedZone(zone));
  return new Date(at.add({ [unit]: amount }).epochMilliseconds);
}

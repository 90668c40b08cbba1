/** Times in IML: as AliExpress writes them, as the pack hands them out, and as people read them. */

import { call, type Iml, joined, matches, quoted, toNumber, when } from './iml.ts';

const PACIFIC = quoted('America/Los_Angeles');
const WRITTEN = quoted('YYYY-MM-DD HH:mm:ss');
const MILLISECONDS = quoted('x');

export const fromMs = (ms: Iml): Iml => call('parseDate', ms, MILLISECONDS);
export const toMs = (date: Iml): Iml => call('formatDate', date, MILLISECONDS);
export const msNumber = (date: Iml): Iml => toNumber(toMs(date));
/** "2026-11-21T02:15:00Z" */
export const isoOf = (date: Iml): Iml =>
  call('formatDate', date, quoted('YYYY-MM-DD[T]HH:mm:ss[Z]'), quoted('UTC'));
/** "2026-11-21T02:15:00.250Z"; a full second as above. */
export const preciseIsoOf = (date: Iml): Iml =>
  call(
    'replace',
    joined(
      call('formatDate', date, quoted('YYYY-MM-DD[T]HH:mm:ss'), quoted('UTC')),
      quoted('.'),
      call('substring', toMs(date), 10, 13),
      quoted('Z'),
    ),
    quoted('.000Z'),
    quoted('Z'),
  );
/** "2026-11-21 18:05" in a zone. */
export const clockIn = (date: Iml, zone: Iml): Iml =>
  call('formatDate', date, quoted('YYYY-MM-DD HH:mm'), zone);
export const beijingTime = (date: Iml): Iml => clockIn(date, quoted('Asia/Shanghai'));
/** As AliExpress wants a time. */
export const pacificOf = (date: Iml): Iml => call('formatDate', date, WRITTEN, PACIFIC);

/** A date, or one before the hour that autumn has twice, where it lies in that: nobody says which of them is meant. */
export function beforeTwice(date: Iml): Iml {
  const hour = (at: Iml) => call('formatDate', at, quoted('HH'), PACIFIC);
  const [before, after] = [call('addHours', date, '0 - 1'), call('addHours', date, 1)];
  return when(
    `${hour(before)} = ${hour(date)}`,
    call('addHours', date, '0 - 2'),
    when(`${hour(after)} = ${hour(date)}`, before, date),
  );
}

/** How far AliExpress's clock is from UTC now, in milliseconds, a text. */
export const pacificOffset: Iml = call(
  'toString',
  `${msNumber(call('parseDate', pacificOf('now'), WRITTEN, quoted('UTC')))} - ${call('floor', `${msNumber('now')} / 1000`)} * 1000`,
);

/** Whether a text is a time as AliExpress writes it, or epoch milliseconds. */
export const isPacific = (text: Iml): Iml =>
  matches(text, '\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}|\\d{13}');

/**
 * The moment of a time as AliExpress writes it. An hour that autumn writes twice is read as the later one, as
 * everywhere in the pack; Make by itself reads the earlier.
 */
export function pacificDate(text: Iml): Iml {
  const earlier = call('parseDate', text, WRITTEN, PACIFIC);
  const later = call('addHours', earlier, 1);
  return when(
    `${call('length', text)} = 13`,
    fromMs(text),
    when(`${call('formatDate', later, WRITTEN, PACIFIC)} = ${text}`, later, earlier),
  );
}

/** `ms` milliseconds after the answer came, to the minute, so that an unchanged order reads the same every time. */
export const minuteFrom = (at: Iml, ms: Iml): Iml =>
  fromMs(call('toString', `${call('round', `(${toNumber(at)} + ${toNumber(ms)}) / 60000`)} * 60000`));

/** Hours between, one decimal. */
export const hoursBetween = (at: Iml, date: Iml): Iml =>
  `${call('round', `(${toNumber(at)} - ${msNumber(date)}) / 360000`)} / 10`;

/** The day in which AliExpress counts, as IML knows it. */
export interface DayTerms {
  /** "2026-11-21" */
  name: Iml;
  start: Iml;
  end: Iml;
}

const DATE = quoted('YYYY-MM-DD');

/** The calendar day of a moment in a zone. A day has 23 to 25 hours, so 36 hours after its start it is the next one. */
export function dayOf(moment: Iml, zone: Iml): DayTerms {
  const name = call('formatDate', moment, DATE, zone);
  const start = call('parseDate', name, DATE, zone);
  const next = call('formatDate', call('addHours', start, 36), DATE, zone);
  return { name, start, end: call('parseDate', next, DATE, zone) };
}

/** A span in both languages, as in "3 h 12 min"; minutes are a number. */
export function spanOf(minutes: Iml, language: 'en' | 'zh'): Iml {
  const words = { en: [' h ', ' min'], zh: [' 小时 ', ' 分钟'] } as const;
  const [hour, minute] = words[language];
  return when(
    `${minutes} >= 60`,
    joined(
      call('toString', call('floor', `${minutes} / 60`)),
      quoted(hour),
      call('toString', `${minutes} % 60`),
      quoted(minute),
    ),
    joined(call('toString', minutes), quoted(minute)),
  );
}

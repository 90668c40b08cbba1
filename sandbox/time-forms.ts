/** The forms in which AliExpress and carriers write a time, each met in answers or in other software. */

import { fromPacific, toPacific } from './pacific.ts';

const withOffset = (at: number, hours: number) =>
  new Date(at - hours * 3_600_000).toISOString().replace('.000Z', `-0${hours}:00`);

/** Each writes whole seconds of epoch milliseconds. */
export const timeForms = {
  pacific: toPacific,
  minutes: (at: number) => toPacific(at).slice(0, 16),
  day: (at: number) => toPacific(at).slice(0, 10),
  fraction: (at: number) => `${toPacific(at)}.0`,
  milliseconds_fraction: (at: number) => `${toPacific(at)}.123`,
  utc: (at: number) => new Date(at).toISOString(),
  offset: (at: number) => withOffset(at, 7),
  seconds: (at: number) => at / 1000,
  milliseconds: (at: number) => at,
  milliseconds_text: (at: number) => String(at),
  digits: (at: number) => toPacific(at).replace(/\D/g, ''),
  stamp: (at: number) => `${withOffset(at, 8).replace(/\D/g, '').slice(0, 14)}000-0800`,
} satisfies Record<string, (at: number) => string | number>;

export type TimeForm = keyof typeof timeForms;

/** The latest instant that the form of a time can mean: a day without an hour is over before anything counts from it. */
export function latestMeant(at: number, form: TimeForm): number {
  const written = toPacific(at);
  if (form === 'day') return fromPacific(`${written.slice(0, 10)} 23:59:59`) ?? at;
  if (form === 'minutes') return fromPacific(`${written.slice(0, 16)}:00`) ?? at;
  return at;
}

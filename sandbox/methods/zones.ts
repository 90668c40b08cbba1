/** Times in a zone that the reference does not state. */

import { BEIJING_AHEAD_MS, fromPacific, toPacific } from '../pacific.ts';
import type { Variants } from '../variants.ts';
import { type Query, type Range, Refusal } from './query.ts';

interface Zone {
  write(at: number): string;
  /** Undefined for anything but `yyyy-MM-dd HH:mm:ss`. */
  read(written: string): number | undefined;
}

export const zones: Readonly<Record<Variants['parcelZone'], Zone>> = {
  pacific: { write: toPacific, read: fromPacific },
  beijing: {
    write: (at) => new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' '),
    read: (written) =>
      fromPacific(written) === undefined
        ? undefined
        : Date.parse(`${written.replace(' ', 'T')}Z`) - BEIJING_AHEAD_MS,
  },
};

/** Each end may be left out. Nothing lies in a range that ends before it starts. */
export function zonedRange(
  query: Query,
  startName: string,
  endName: string,
  zone: Variants['parcelZone'],
): Range | undefined {
  const bound = (name: string): number | undefined => {
    const value = query[name];
    if (value === undefined || value === '') return undefined;
    const at = typeof value === 'string' ? zones[zone].read(value) : undefined;
    if (at === undefined) throw new Refusal('InvalidParameter', `${name} must be yyyy-MM-dd HH:mm:ss`);
    return at;
  };
  const [start, end] = [bound(startName), bound(endName)];
  if (start === undefined && end === undefined) return undefined;
  return { start: start ?? 0, end: end ?? Number.POSITIVE_INFINITY };
}

/** Variants of AliExpress as the arguments of a command. */

import * as z from 'zod';
import { answerForms } from './answer-forms.ts';
import { UsageError } from './arguments.ts';
import { type TimeForm, timeForms } from './time-forms.ts';
import { type PermissionGroup, permissionGroups, type Variants } from './variants.ts';

const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');
const count = z.coerce.number().int().nonnegative();
const several = <T extends string>(values: readonly T[]) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)));

const formats: { [Name in keyof Variants]: z.ZodType<Variants[Name]> } = {
  finishAmongOthers: z.enum(['listed', 'refused', 'left_out']),
  endedLongAgo: z.enum(['listed', 'refused']),
  parcelDates: z.enum(['natural', 'swapped']),
  parcelPageSize: count.min(1),
  oversizedPage: z.enum(['refused', 'cut']),
  parcelZone: z.enum(['pacific', 'beijing']),
  shortTracking: z.enum(['answers', 'refused']),
  actionCodes: z.enum(['by_carrier', 'always', 'never']),
  eventTimes: z.enum(['by_carrier', 'mixed', ...(Object.keys(timeForms) as TimeForm[])]),
  takeDownMovesModified: yesOrNo,
  settledParcels: z.enum(['left_out', 'listed']),
  totals: z.enum(['exact', 'left_out', 'of_page', 'as_text']),
  forms: several(answerForms),
  notGranted: several(Object.keys(permissionGroups) as PermissionGroup[]),
  appDailyLimit: count,
  appPerSecond: count,
  callsOfOthers: count,
};

/** @param written each `NAME=VALUE`. @throws UsageError that names what is wrong */
export function readVariants(written: readonly string[]): Partial<Variants> {
  return Object.fromEntries(
    written.map((text) => {
      const [name = '', value = ''] = text.split(/=(.*)/s);
      if (!Object.hasOwn(formats, name)) {
        throw new UsageError(`--variant must name one of ${Object.keys(formats).join(', ')}`);
      }
      const read = formats[name as keyof Variants].safeParse(value);
      if (read.success) return [name, read.data];
      throw new UsageError(`--variant ${name}: ${read.error.issues[0]?.message}`);
    }),
  );
}

/** A misspelled name must not be taken for an input that was left out. */

import type { GivenInputs, Inputs } from '../../../pack/input.ts';
import { fail } from '../../../problems.ts';

/** @throws Problem `bad_input` */
export function refuseUnknownInputs(declared: Inputs, given: GivenInputs): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(declared, key));
  if (unknown === undefined) return;
  const names = Object.keys(declared).join(', ') || '–';
  fail('bad_input', { field: unknown, allowed: { en: `one of ${names}`, zh: `${names} 之一` } });
}

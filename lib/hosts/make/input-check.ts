/** What was filled in is looked at before anything is paid for: a mapped value goes past Make's form. */

import { allowedIn, type Input, type Inputs } from '../../pack/input.ts';
import { inputValue } from './conditions.ts';
import { call, type Iml, matches, mustache, not, quoted, toNumber, when } from './iml.ts';
import type { Json } from './json.ts';
import { errorTypes, problemText } from './problems.ts';

/** Whether the value of an input is usable; undefined where anything is. */
function isUsable(key: string, input: Input): Iml | undefined {
  const value = inputValue(key, input);
  const blank = input.required ? 'false' : 'true';
  switch (input.type) {
    case 'text':
      if (input.pattern === undefined) return input.required ? `${call('trim', value)} != ''` : undefined;
      return when(`${value} = ''`, blank, matches(call('trim', value), input.pattern.source));
    case 'secret':
      return input.required ? `${call('trim', value)} != ''` : undefined;
    case 'integer': {
      const { min = -999_999_999_999_999, max = 999_999_999_999_999 } = input;
      const least = min < 0 ? `0 - ${-min}` : String(min);
      const within = `${toNumber(value)} >= ${least} & ${toNumber(value)} <= ${max}`;
      return when(`${value} = ''`, blank, when(matches(value, '-?\\d{1,15}'), within, 'false'));
    }
    case 'choice':
      return call(
        'switch',
        value,
        quoted(''),
        blank,
        ...Object.keys(input.choices).flatMap((choice) => [quoted(choice), 'true']),
        'false',
      );
    case 'texts': {
      if (!input.pattern && !input.required && input.most === undefined) return undefined;
      const all = call('join', value, quoted(','));
      const items = input.pattern
        ? matches(all, `(?:${input.pattern.source})(?:,(?:${input.pattern.source}))*`)
        : 'true';
      const few = input.most === undefined ? 'true' : `${call('length', value)} <= ${input.most}`;
      return when(`${call('length', value)} = 0`, blank, `(${items}) & ${few}`);
    }
    default:
      return undefined;
  }
}

/** A request without an address, which stops the run. Nothing, where there is nothing to look at. */
export function inputCheck(inputs: Inputs): Record<string, Json>[] {
  const checks = Object.entries(inputs).flatMap(([key, input]) => {
    const usable = isUsable(key, input);
    return usable === undefined ? [] : [{ usable, input }];
  });
  if (checks.length === 0) return [];
  const wrong = checks.reduceRight<Iml>((rest, { usable, input }) => {
    const { en, zh } = allowedIn(input);
    const text = problemText('bad_input', {
      field: quoted(input.label),
      allowed: { en: quoted(en), zh: quoted(zh) },
    });
    return when(not(usable), text, rest);
  }, "''");
  return [
    {
      response: {
        valid: {
          condition: mustache(`${wrong} = ''`),
          message: mustache(wrong),
          type: errorTypes.bad_input,
        },
        output: '',
      },
    },
  ];
}

/** Everything that an answer passes between the wire and its records. */

import type { z } from 'zod';
import { type Conversion, convert } from '../../lib/aliexpress/convert.ts';
import { unwrap } from '../../lib/aliexpress/envelope.ts';
import { parseJson } from '../../lib/aliexpress/json.ts';
import type { ListMethod, Method } from '../../lib/aliexpress/method.ts';
import { answeredAt } from '../../lib/aliexpress/recorded/index.ts';
import type { Fields, RecordDeclaration } from '../../lib/pack/record.ts';

/** @param answer JSON text, or what it would parse to; a text can hold ids that JavaScript numbers cannot. */
export function readAnswer<A extends z.ZodType>(
  method: Method<z.ZodType, A>,
  answer: object | string,
): z.output<A> {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const unwrapped = unwrap(method.name, parseJson(text));
  if (!unwrapped.ok) throw new Error(`refused: ${unwrapped.error.text}`);
  return method.answer.parse(unwrapped.payload);
}

/**
 * The records in an answer, read at the time of the recorded one.
 * @param toRaw what a record is converted from, where that is more than the item of the answer
 */
export const recordsIn = <F extends Fields>(
  method: ListMethod,
  record: RecordDeclaration<F>,
  answer: object | string,
  toRaw: (item: unknown) => unknown = (item) => item,
): (Conversion<F> | null)[] =>
  readAnswer(method, answer).items.map((item) => convert(record, toRaw(item), answeredAt(method)));

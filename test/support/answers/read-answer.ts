/** All that an answer goes through between the wire and its records. */

import type { z } from 'zod';
import { type Conversion, convert } from '../../../lib/aliexpress/convert.ts';
import { unwrap } from '../../../lib/aliexpress/envelope.ts';
import { parseJson } from '../../../lib/aliexpress/json.ts';
import type { ListMethod, Method } from '../../../lib/aliexpress/method.ts';
import * as wire from '../../../lib/aliexpress/wire.ts';
import type { Fields, RecordDeclaration } from '../../../lib/pack/record.ts';

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

/** @param request what the record reads beneath the answer */
export function recordsIn<F extends Fields>(
  method: ListMethod,
  record: RecordDeclaration<F>,
  recorded: { answered_at: string; answer: object | string; request?: object },
): (Conversion<F> | null)[] {
  return readAnswer(method, recorded.answer).items.map((raw) =>
    convert(
      record,
      { ...recorded.request, ...wire.record.safeParse(raw).data },
      Date.parse(recorded.answered_at),
    ),
  );
}

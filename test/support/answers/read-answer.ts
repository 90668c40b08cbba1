/** All that an answer goes through between the wire and its records. */

import { type Conversion, convert, valueAt } from '../../../lib/aliexpress/convert.ts';
import { unwrap } from '../../../lib/aliexpress/envelope.ts';
import { parseJson } from '../../../lib/aliexpress/json.ts';
import type { Method } from '../../../lib/aliexpress/method.ts';
import * as wire from '../../../lib/aliexpress/wire.ts';
import type { Fields, RecordDeclaration } from '../../../lib/pack/record.ts';

/** @param answer JSON text, or what it would parse to; a text can hold ids that JavaScript numbers cannot. */
export function readAnswer(method: Method, answer: object | string): unknown {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const unwrapped = unwrap(method.name, parseJson(text));
  if (!unwrapped.ok) throw new Error(`refused: ${unwrapped.error.text}`);
  return method.answer.parse(unwrapped.payload);
}

/** @param request what the record reads beneath the answer */
export function recordsIn<F extends Fields>(
  method: Method,
  record: RecordDeclaration<F>,
  recorded: { answered_at: string; answer: object | string; request?: object },
): (Conversion<F> | null)[] {
  const payload = readAnswer(method, recorded.answer);
  const found = method.items === undefined ? [payload] : wire.list.parse(valueAt(payload, method.items));
  return found.map((raw) =>
    convert(
      record,
      { ...recorded.request, ...wire.record.safeParse(raw).data },
      Date.parse(recorded.answered_at),
    ),
  );
}

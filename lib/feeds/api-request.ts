/** The sink of the action "Make API Request": one read of AliExpress with parameters of the user's own. */

import { parseJson } from '../aliexpress/json.ts';
import {
  parametersOf,
  type Readable,
  type ReadableName,
  readCatalog,
  readParameters,
} from '../aliexpress/read-catalog.ts';
import { readFound } from '../aliexpress/read-record.ts';
import { cut } from '../pack/format.ts';
import { sink } from '../pack/operation.ts';
import { toResult } from '../pack/result.ts';
import { type Bilingual, fail } from '../problems.ts';
import type { ShopAccess } from './engine/feed.ts';

/** Of a parameter that an error names. */
const MAX_NAME_COLUMNS = 60;

export const PARAMETERS: Bilingual = { en: 'Parameters', zh: '参数' };

/** What can be read, as choices. */
export const readableChoices = Object.fromEntries(
  Object.entries(readCatalog).map(([name, { label }]) => [name, label]),
) as Record<ReadableName, Bilingual>;

/** The methods that a request may call. */
export const readableMethods = Object.values(readCatalog).map(({ method }) => method);

/** "page (required), status": what the JSON of a request may have. */
export const parametersText = (readable: Readable): Bilingual => {
  const names = Object.entries(parametersOf(readable));
  const written = (required: string) =>
    names.map(([name, must]) => (must ? `${name} (${required})` : name)).join(', ');
  return { en: written('required'), zh: written('必填') };
};

export const apiRequest = sink({
  key: 'api_request',
  readsInputs: ['data', 'parameters'],
  /** @throws Problem `bad_input` before a call, or what the gateway throws */
  deliver: async ({ data, parameters }, { openShop }: ShopAccess) => {
    const readable: Readable = readCatalog[data as ReadableName];
    const request = requestOf(readable, String(parameters));
    const { gateway, log } = await openShop();
    let calls_used = 0;
    const { answer, answeredAt } = await gateway.call(readable.method, request, {
      lane: 'interactive',
      retries: 1,
      onPaid: () => {
        calls_used += 1;
      },
    });
    const { method, record, rawOf = (row: unknown) => row } = readable;
    const rows = answer.items.map((row) => rawOf(row, request));
    const found = readFound(record, rows, answeredAt, { log, method: method.name });
    const records = found.map((values) => toResult(record, values));
    const { total } = answer as { total?: unknown };
    return {
      count: records.length,
      total_records: typeof total === 'number' ? total : null,
      calls_used,
      records,
    };
  },
});

function requestOf(readable: Readable, written: string): Record<string, unknown> {
  const checked = readParameters(readable, parsed(written));
  if ('request' in checked) return checked.request;
  const { en, zh } = parametersText(readable);
  const wrong = cut(checked.wrong, MAX_NAME_COLUMNS);
  return fail('bad_input', {
    field: wrong ? { en: `${PARAMETERS.en}: ${wrong}`, zh: `${PARAMETERS.zh}：${wrong}` } : PARAMETERS,
    allowed: { en: `JSON with ${en}`, zh: `JSON，可含 ${zh}` },
  });
}

function parsed(written: string): unknown {
  try {
    return parseJson(written);
  } catch {
    return fail('bad_input', {
      field: PARAMETERS,
      allowed: { en: 'a JSON object such as {"page": 1}', zh: 'JSON 对象，例如 {"page": 1}' },
    });
  }
}

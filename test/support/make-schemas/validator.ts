/** Make's published schemas, as its editor applies them. */

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

export function makeSchemas(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const folder = new URL('./', import.meta.url);
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.json')))
    ajv.addSchema(JSON.parse(readFileSync(new URL(name, folder), 'utf8')), name);
  return ajv;
}

/** The content of all files of a run as plain text, with compressed values unpacked. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inflateRawSync } from 'node:zlib';

export function storedText(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => (path.endsWith('.sqlite') ? databaseText(path) : readFileSync(path, 'latin1')))
    .join('\n');
}

function databaseText(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as {
    name: string;
  }[];
  const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM "${name}"`).all());
  db.close();
  return rows.flatMap((row) => Object.values(row).map((value) => unpacked(String(value)))).join('\n');
}

/** Cache values are JSON text around base64 of deflated JSON. */
function unpacked(value: string): string {
  try {
    return value + inflateRawSync(Buffer.from(value.replaceAll('"', ''), 'base64')).toString('utf8');
  } catch {
    return value;
  }
}

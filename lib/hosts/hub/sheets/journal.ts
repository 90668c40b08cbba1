/**
 * The journal of a sheet: one line of JSON for each row, on disk before its step counts as done. The file that people open
 * is written from it, so a row survives whatever happens to that file.
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { makeFolder } from '../make-folder.ts';

/** Values of a row, by the templates of its columns. */
export type RowValues = Readonly<Record<string, string | number>>;

const line = z.object({ id: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) });

export interface Journal {
  /** Adds a row, unless one with this id was added before. Nothing of it stays if it cannot be written as a whole. */
  append(id: string, values: RowValues): void;
}

export function openJournal(path: string): Journal {
  makeFolder(dirname(path));
  const ids = new Set([...readJournal(path)].map(({ id }) => id));
  return {
    append: (id, values) => {
      if (ids.has(id)) return;
      appendWhole(path, `${JSON.stringify({ id, values } satisfies z.infer<typeof line>)}\n`);
      ids.add(id);
    },
  };
}

/** The rows in the order in which they were added. The end of a line whose writing was cut is removed. */
export function* readJournal(path: string): Generator<z.infer<typeof line>> {
  if (!existsSync(path)) return;
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(path, end);
  for (let from = 0; from < end; ) {
    const to = bytes.indexOf('\n', from);
    const parsed = line.safeParse(jsonIn(bytes.subarray(from, to).toString()));
    if (parsed.success) yield parsed.data;
    from = to + 1;
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function appendWhole(path: string, text: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    const { size } = fstatSync(file);
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } catch (error) {
      // The disk may be full. The next row must not follow half of this one.
      ftruncateSync(file, size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

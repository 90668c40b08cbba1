/**
 * Writes the file that people open, as a whole: beside the old one first, which it then replaces. So whoever opens it
 * never sees half of it.
 */

import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeXlsxStream } from 'hucre/xlsx';
import { cleanText } from '../../../pack/foreign-text.ts';
import { cellOf, type SheetColumn } from './columns.ts';
import type { RowValues } from './journal.ts';

export type SheetFormat = 'xlsx' | 'csv';

export interface SheetContent {
  name: string;
  columns: readonly SheetColumn[];
  rows: Iterable<RowValues>;
}

/** @param path in a folder that exists: the one of a shop that was removed is not made again */
export async function writeSheet(path: string, format: SheetFormat, content: SheetContent): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(
      format === 'csv' ? Readable.from(toCsv(content)) : toXlsx(content),
      createWriteStream(part, { mode: 0o600 }),
    );
    await syncToDisk(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** Excel takes no more in a cell. */
const MAX_CELL_LENGTH = 32_000;
const WIDTHS = { text: 24, number: 12, time: 20 };
const FORMATS = { text: '@', number: 'General', time: 'yyyy-mm-dd hh:mm:ss' };

function toXlsx({ name, columns, rows }: SheetContent): AsyncIterable<Uint8Array> {
  return writeXlsxStream(xlsxRows(columns, rows), {
    name,
    columns: columns.map(({ header, type }) => ({ header, width: WIDTHS[type], numFmt: FORMATS[type] })),
    freezePane: { rows: 1 },
  });
}

function* xlsxRows(columns: readonly SheetColumn[], rows: Iterable<RowValues>) {
  for (const row of rows)
    yield columns.map((column) => {
      const cell = cellOf(column, row);
      return typeof cell === 'string' ? cleanText(cell).slice(0, MAX_CELL_LENGTH) : cell;
    });
}

const BYTE_ORDER_MARK = '\ufeff';
const LINE_END = '\r\n';

/** As RFC 4180 requires, in UTF-8 with a byte-order mark, without which Excel misreads it. */
function* toCsv({ columns, rows }: SheetContent): Generator<string> {
  yield BYTE_ORDER_MARK + toLine(columns.map(({ header }) => header));
  for (const row of rows)
    yield toLine(
      columns.map((column) => {
        const cell = cellOf(column, row);
        return cell instanceof Date ? cell.toISOString().slice(0, 19).replace('T', ' ') : String(cell ?? '');
      }),
    );
}

export const toLine = (cells: readonly string[]): string => cells.map(toCell).join(',') + LINE_END;

/**
 * Spreadsheets read these as the beginning of a formula, the full-width ones in some languages. In some countries a
 * semicolon separates cells, whatever stands around it.
 */
const FORMULA = /(?<=^|;)(?=["'\s]*[=+\-@＝＋－＠])/g;

/** A cell is one line, because a reader of another separator does not see the quotation marks around it. */
function toCell(text: string): string {
  const line = cleanText(text).replace(/\s+/g, ' ').replace(FORMULA, "'");
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

/**
 * Sheets as CSV files (RFC 4180), one per recipe, in UTF-8 with the mark at the beginning by which Excel knows it. Rows
 * are added at the end, the header once.
 *
 * A row is never written twice, and none stays half-written. Before it is written, somebody notes where (`end`). Where
 * the process died afterwards, what stands there tells how far it came (`has`).
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { StepError } from './step-error.ts';

export type Cells = readonly string[];

export interface Sheet {
  /** Where the next row will begin: the length of the file, in bytes. */
  end(): number;
  /** Adds a row, and the header where the sheet is empty. */
  append(header: Cells, row: Cells): void;
  /**
   * Whether an attempt to append this row, which may have been interrupted, has added it. If it left a part of it, that
   * is taken away.
   * @param startedAt what `end` said before that attempt
   * @throws StepError `SheetUnwritable`, as `append` does
   */
  has(header: Cells, row: Cells, startedAt: number): boolean;
}

const BYTE_ORDER_MARK = '\ufeff';
const LINE_END = '\r\n';

export function csvSheet(path: string): Sheet {
  const within = <T>(work: (file: number) => T): T => {
    let file: number | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      file = openSync(path, existsSync(path) ? 'r+' : 'w+', 0o600);
      return work(file);
    } catch (error) {
      throw unwritable(basename(path), error);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  };
  return {
    end: () => (existsSync(path) ? statSync(path).size : 0),
    append: (header, row) =>
      within((file) => {
        const { size } = fstatSync(file);
        try {
          writeAll(file, beginningOf(file, size, header) + toLine(row), size);
          fsyncSync(file);
        } catch (error) {
          // The disk may be full. Other rows must not follow half of this one.
          ftruncateSync(file, size);
          throw error;
        }
      }),
    has: (header, row, startedAt) => within((file) => wasAppended(file, header, row, startedAt)),
  };
}

function unwritable(name: string, error: unknown): StepError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return new StepError(
    'SheetUnwritable',
    `${name} cannot be written (${code}); it is tried again later. If it is open in Excel, close it there.\n无法写入 ${name}（${code}），稍后重试。如果正在用 Excel 打开，请先关闭。`,
  );
}

/** What must stand before a row at the end of the file. */
function beginningOf(file: number, size: number, header: Cells): string {
  if (size === 0) return BYTE_ORDER_MARK + toLine(header);
  // Whoever edited the file may have left its last line open.
  return readFrom(file, size - 1).toString() === '\n' ? '' : LINE_END;
}

function wasAppended(file: number, header: Cells, row: Cells, startedAt: number): boolean {
  const line = toLine(row);
  const { size } = fstatSync(file);
  const left = readFrom(file, startedAt);
  const written = [line, LINE_END + line, BYTE_ORDER_MARK + toLine(header) + line].map((text) =>
    Buffer.from(text),
  );
  const isPartOf = (whole: Buffer) =>
    left.length < whole.length && whole.subarray(0, left.length).equals(left);
  if (size >= startedAt && written.some(isPartOf)) {
    ftruncateSync(file, startedAt);
    return false;
  }
  // Others may have followed, and somebody may have edited the file: wherever the row stands now, it is there.
  return readFrom(file, 0).includes(`\n${line}`);
}

function readFrom(file: number, position: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - position));
  let read = 0;
  while (read < bytes.length) {
    const more = readSync(file, bytes, read, bytes.length - read, position + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

function writeAll(file: number, text: string, position: number): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}

const toLine = (cells: Cells): string => cells.map(toCell).join(',') + LINE_END;

/** Spreadsheets take these for the beginning of a formula, the full-width ones in some languages. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

function toCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

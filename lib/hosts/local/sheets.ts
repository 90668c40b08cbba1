/**
 * Sheets as CSV files (RFC 4180), one per recipe, in UTF-8 with a byte-order mark, without which Excel misreads it. Rows
 * are added at the end, the header once.
 *
 * A row is never written twice, and never stays half-written. Before it is written, the caller stores the position
 * (`end`). If the process ends during the write, the content at that position shows how much was written (`has`).
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
import { cleanText } from '../../pack/foreign-text.ts';
import { StepError } from './step-error.ts';

export type Cells = readonly string[];

export interface Sheet {
  /** The position of the next row: the length of the file, in bytes. */
  end(): number;
  /** Adds a row, and the header where the sheet is empty. */
  append(header: Cells, row: Cells): void;
  /**
   * True where an earlier attempt, which may have been interrupted, added this row. A part of the row is removed.
   * @param startedAt what `end` returned before that attempt
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
          // The disk may be full. The next row must not follow half of this one.
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

/** The text that precedes a row at the end of the file. */
function beginningOf(file: number, size: number, header: Cells): string {
  if (size === 0) return BYTE_ORDER_MARK + toLine(header);
  // An editor may have saved the file without a line break at its end.
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
  // Other rows may have followed and the user may have edited the file, so the row may stand anywhere.
  return readFrom(file, 0).includes(`\n${line}`);
}

function readFrom(file: number, position: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - position));
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(file, bytes, read, bytes.length - read, position + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

function writeAll(file: number, text: string, position: number): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}

/** A row as RFC 4180 requires. */
export const toLine = (cells: Cells): string => cells.map(toCell).join(',') + LINE_END;

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

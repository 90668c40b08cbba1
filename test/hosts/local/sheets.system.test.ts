import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { csvSheet, type Sheet } from '../../../lib/hosts/local/sheets.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const HEADER = ['订单号 / Order number', '商品 / Products'];
const BOM = '\ufeff';
const HEAD_LINE = `${BOM}订单号 / Order number,商品 / Products\r\n`;
const ROW = ['8201', 'Tote bag, "large"'];
const ROW_LINE = '8201,"Tote bag, ""large"""\r\n';

describe('A sheet', () => {
  let folder: TemporaryFolder;
  let path: string;
  let sheet: Sheet;
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder.path, 'sheets', 'paid_orders.csv');
    sheet = csvSheet(path);
  });
  afterEach(() => folder.remove());
  const content = () => readFileSync(path, 'utf8');
  const holds = (bytes: string | Buffer) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  };
  const cellOf = (text: string) => {
    sheet.append(['a'], [text]);
    return content().slice(`${BOM}a\r\n`.length, -2);
  };

  test('begins with the mark by which Excel knows UTF-8, and its header', () => {
    sheet.append(HEADER, ROW);
    expect(content()).toBe(HEAD_LINE + ROW_LINE);
  });

  test('has its header once', () => {
    sheet.append(HEADER, ROW);
    csvSheet(path).append(HEADER, ['8202', '']);
    expect(content()).toBe(`${HEAD_LINE}${ROW_LINE}8202,\r\n`);
  });

  test('is no file before its first row', () => {
    expect(sheet.end()).toBe(0);
  });

  test('begins a new line where somebody left the last one open', () => {
    holds(`${HEAD_LINE}8200,`);
    sheet.append(HEADER, ROW);
    expect(content()).toBe(`${HEAD_LINE}8200,\r\n${ROW_LINE}`);
  });

  test.each([
    ['a comma', 'a,b', '"a,b"'],
    ['a quotation mark', '5" bag', '"5"" bag"'],
    ['a line end', 'a\nb', '"a\nb"'],
    ['none of these', '飞书 🛒', '飞书 🛒'],
  ])('writes a cell with %s as RFC 4180 says', (_, text, written) => {
    expect(cellOf(text)).toBe(written);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1+1'])(
    'makes no formula of a cell that begins as one: %j',
    (text) => {
      expect(cellOf(text)).toBe(`'${text}`);
    },
  );

  test('makes no formula of a cell that needs quotation marks as well', () => {
    expect(cellOf('=HYPERLINK("https://example.com","x")')).toBe(
      `"'=HYPERLINK(""https://example.com"",""x"")"`,
    );
  });

  test('leaves a cell alone in which such a character stands later', () => {
    expect(cellOf('a=b')).toBe('a=b');
  });

  describe.each([
    ['an empty file', ''],
    ['a file with rows', `${HEAD_LINE}8200,\r\n`],
    ['a file whose last line is open', `${HEAD_LINE}8200,`],
  ])('in %s', (_, before) => {
    let whole: Buffer;
    beforeEach(() => {
      holds(before);
      sheet.append(HEADER, ROW);
      whole = readFileSync(path);
    });
    /** After the process died when so many bytes were written, and another one took over. */
    const afterCrash = (length: number): string => {
      const startedAt = Buffer.byteLength(before);
      holds(whole.subarray(0, length));
      if (!sheet.has(HEADER, ROW, startedAt)) sheet.append(HEADER, ROW);
      return content();
    };

    test('a row is there once, wherever in it the process died', () => {
      const lengths = Array.from(
        { length: whole.length - Buffer.byteLength(before) + 1 },
        (_, n) => Buffer.byteLength(before) + n,
      );
      expect(new Set(lengths.map(afterCrash))).toEqual(new Set([whole.toString()]));
    });
  });

  test('knows a row again that was just added', () => {
    holds(HEAD_LINE);
    const startedAt = sheet.end();
    sheet.append(HEADER, ROW);
    expect(sheet.has(HEADER, ROW, startedAt)).toBe(true);
  });

  test('knows a row again after which others were added', () => {
    holds(HEAD_LINE);
    const startedAt = sheet.end();
    sheet.append(HEADER, ROW);
    sheet.append(HEADER, ['8203', '']);
    expect(sheet.has(HEADER, ROW, startedAt)).toBe(true);
  });

  test('knows a row again in a file that somebody has shortened', () => {
    holds(HEAD_LINE + '8199,\r\n'.repeat(20));
    const startedAt = sheet.end();
    holds(HEAD_LINE + ROW_LINE);
    expect(sheet.has(HEADER, ROW, startedAt)).toBe(true);
  });

  test('does not take for a row what is the end of another', () => {
    holds(`${HEAD_LINE}8199,\r\n`);
    const startedAt = sheet.end();
    holds(`${HEAD_LINE}8199,\r\n1${ROW_LINE}`);
    expect(sheet.has(HEADER, ROW, startedAt)).toBe(false);
  });

  test('does not take an equal row before it for the row', () => {
    holds(HEAD_LINE + ROW_LINE);
    expect(sheet.has(HEADER, ROW, sheet.end())).toBe(false);
  });

  const whereFilesCanBeLimited = process.platform === 'win32' ? test.skip : test;

  whereFilesCanBeLimited('keeps no half of a row when the disk is full', () => {
    const program = fileURLToPath(new URL('../../support/growing-sheet.ts', import.meta.url));
    const limited = 'ulimit -f 1; exec "$0" --disable-warning=ExperimentalWarning "$@"';
    const { stdout } = spawnSync('bash', ['-c', limited, process.execPath, program, path], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('EFBIG');
    expect(content()).toMatch(/x\r\n$/);
  });

  test('that cannot be written says so, and which one it is', () => {
    mkdirSync(path, { recursive: true });
    expect(() => sheet.append(HEADER, ROW)).toThrow(
      expect.objectContaining({
        kind: 'SheetUnwritable',
        message: expect.stringContaining('paid_orders.csv'),
      }),
    );
  });

  test('says nothing of the folder it is in', () => {
    mkdirSync(path, { recursive: true });
    expect(() => sheet.append(HEADER, ROW)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(folder.path) }),
    );
  });
});

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

describe('Sheet', () => {
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
  const writeContent = (bytes: string | Buffer) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  };
  const cellOf = (text: string) => {
    sheet.append(['a'], [text]);
    return content().slice(`${BOM}a\r\n`.length, -2);
  };

  test('A sheet begins with a byte-order mark, for Excel, and its header', () => {
    sheet.append(HEADER, ROW);
    expect(content()).toBe(HEAD_LINE + ROW_LINE);
  });

  test('A sheet has its header once', () => {
    sheet.append(HEADER, ROW);
    csvSheet(path).append(HEADER, ['8202', '']);
    expect(content()).toBe(`${HEAD_LINE}${ROW_LINE}8202,\r\n`);
  });

  test('A sheet has length 0 before its first row', () => {
    expect(sheet.end()).toBe(0);
  });

  test('A row begins on a new line where the last line has no line break', () => {
    writeContent(`${HEAD_LINE}8200,`);
    sheet.append(HEADER, ROW);
    expect(content()).toBe(`${HEAD_LINE}8200,\r\n${ROW_LINE}`);
  });

  test.each([
    ['a comma', 'a,b', '"a,b"'],
    ['a quotation mark', '5" bag', '"5"" bag"'],
    ['none of these', '飞书 🛒', '飞书 🛒'],
  ])('A cell with %s is written as RFC 4180 requires', (_, text, written) => {
    expect(cellOf(text)).toBe(written);
  });

  test.each([
    ['red;=1+1', "red;'=1+1"],
    ['x\t=1+1', 'x =1+1'],
    ['x\n=1+1', 'x =1+1'],
    ['red; "=1+1', `"red;' ""=1+1"`],
    [' =1+1', "'=1+1"],
  ])('A cell with a separator of other spreadsheets stays one cell of text: %j', (text, written) => {
    expect(cellOf(text)).toBe(written);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1+1'])(
    'A cell that begins like a formula stays text: %j',
    (text) => {
      expect(cellOf(text)).toBe(`'${text}`);
    },
  );

  test('A cell that begins like a formula stays text in quotation marks too', () => {
    expect(cellOf('=HYPERLINK("https://example.com","x")')).toBe(
      `"'=HYPERLINK(""https://example.com"",""x"")"`,
    );
  });

  test('A cell with such a character in another position is unchanged', () => {
    expect(cellOf('a=b')).toBe('a=b');
  });

  describe.each([
    ['an empty file', ''],
    ['a file with rows', `${HEAD_LINE}8200,\r\n`],
    ['a file whose last line is open', `${HEAD_LINE}8200,`],
  ])('Interrupted write into %s', (_, before) => {
    let whole: Buffer;
    beforeEach(() => {
      writeContent(before);
      sheet.append(HEADER, ROW);
      whole = readFileSync(path);
    });
    /** The content after a process wrote `length` bytes and ended, and the next process continued. */
    const afterCrash = (length: number): string => {
      const startedAt = Buffer.byteLength(before);
      writeContent(whole.subarray(0, length));
      if (!sheet.has(HEADER, ROW, startedAt)) sheet.append(HEADER, ROW);
      return content();
    };

    test('A row is written once, whatever byte the process ends at', () => {
      const lengths = Array.from(
        { length: whole.length - Buffer.byteLength(before) + 1 },
        (_, n) => Buffer.byteLength(before) + n,
      );
      expect(new Set(lengths.map(afterCrash))).toEqual(new Set([whole.toString()]));
    });
  });

  test('A row that was just added is found', () => {
    writeContent(HEAD_LINE);
    const startedAt = sheet.end();
    sheet.append(HEADER, ROW);
    expect(sheet.has(HEADER, ROW, startedAt)).toBe(true);
  });

  test('A row is found after other rows were added', () => {
    writeContent(HEAD_LINE);
    const startedAt = sheet.end();
    sheet.append(HEADER, ROW);
    sheet.append(HEADER, ['8203', '']);
    expect(sheet.has(HEADER, ROW, startedAt)).toBe(true);
  });

  test('A row is found in a file that the user has shortened', () => {
    writeContent(HEAD_LINE + '8199,\r\n'.repeat(20));
    const startedAt = sheet.end();
    writeContent(HEAD_LINE + ROW_LINE);
    expect(sheet.has(HEADER, ROW, startedAt)).toBe(true);
  });

  test('The end of another row does not count as the row', () => {
    writeContent(`${HEAD_LINE}8199,\r\n`);
    const startedAt = sheet.end();
    writeContent(`${HEAD_LINE}8199,\r\n1${ROW_LINE}`);
    expect(sheet.has(HEADER, ROW, startedAt)).toBe(false);
  });

  test('An equal row before the position counts as another row', () => {
    writeContent(HEAD_LINE + ROW_LINE);
    expect(sheet.has(HEADER, ROW, sheet.end())).toBe(false);
  });

  const whereFilesCanBeLimited = process.platform === 'win32' ? test.skip : test;

  whereFilesCanBeLimited('A full disk leaves no part of a row', () => {
    const program = fileURLToPath(new URL('../../support/growing-sheet.ts', import.meta.url));
    const limited = 'ulimit -f 1; exec "$0" --disable-warning=ExperimentalWarning "$@"';
    const { stdout } = spawnSync('bash', ['-c', limited, process.execPath, program, path], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('EFBIG');
    expect(content()).toMatch(/x\r\n$/);
  });

  test('The error of an unwritable sheet names the file', () => {
    mkdirSync(path, { recursive: true });
    expect(() => sheet.append(HEADER, ROW)).toThrow(
      expect.objectContaining({
        kind: 'SheetUnwritable',
        message: expect.stringContaining('paid_orders.csv'),
      }),
    );
  });

  test('The error of an unwritable sheet does not name the folder', () => {
    mkdirSync(path, { recursive: true });
    expect(() => sheet.append(HEADER, ROW)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(folder.path) }),
    );
  });
});

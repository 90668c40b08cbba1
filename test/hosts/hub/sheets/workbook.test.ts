import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import type { SheetColumn } from '../../../../lib/hosts/hub/sheets/columns.ts';
import { type SheetFormat, writeSheet } from '../../../../lib/hosts/hub/sheets/workbook.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const columns: SheetColumn[] = [
  { header: '订单号 / Order number', template: '{order_id}', type: 'text' },
  { header: '金额 / Amount', template: '{amount}', type: 'number' },
  { header: '付款时间（北京时间） / Paid at (Beijing time)', template: '{paid_at}', type: 'time' },
];

describe('File of a sheet', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  async function write(format: SheetFormat, values: Record<string, string>[], name = `sheet.${format}`) {
    const path = join(folder.path, name);
    await writeSheet(path, format, { name: '订单', columns, rows: values });
    return readFileSync(path);
  }
  const cellsOf = async (order_id: string, rest: Record<string, string> = {}) => {
    const { sheets } = await readXlsx(await write('xlsx', [{ '{order_id}': order_id, ...rest }]));
    return sheets[0]?.rows[1];
  };
  const csvOf = async (order_id: string) =>
    (await write('csv', [{ '{order_id}': order_id }])).toString().split('\r\n')[1];

  test.each(['82017398513648692', '00123', '=1+1', '@x', '1E5', '2026-10-07', '+1'])(
    'The text %s stays as it is',
    async (text) => {
      expect((await cellsOf(text))?.[0]).toBe(text);
    },
  );

  test('A number is a number, and a time one of Beijing, also across midnight', async () => {
    const row = await cellsOf('1', { '{amount}': '98.64', '{paid_at}': '2026-11-21T17:05:09Z' });
    expect(row).toEqual(['1', 98.64, new Date('2026-11-22T01:05:09Z')]);
  });

  test('What is not a number or a time stays text, and what is missing is empty', async () => {
    expect(await cellsOf('1', { '{amount}': 'many', '{paid_at}': 'soon' })).toEqual(['1', 'many', 'soon']);
    expect((await cellsOf('1'))?.slice(1).every((cell) => cell === null || cell === undefined)).toBe(true);
  });

  test('Control characters and half characters do not make a file unreadable', async () => {
    expect((await cellsOf('a\u0001b\ud800c'))?.[0]).toBe('ab\ufffdc');
  });

  test('A text longer than a cell is cut', async () => {
    expect(String((await cellsOf('x'.repeat(40_000)))?.[0])).toHaveLength(32_000);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['＝1', "'＝1"],
    ['a;=1', "a;'=1"],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', 'two lines'],
  ])('The text %j is written with commas as %j', async (text, expected) => {
    expect(await csvOf(text)).toBe(`${expected},,`);
  });

  test('A file that cannot be replaced stays as it is, and nothing is left beside it', async () => {
    mkdirSync(join(folder.path, 'open.xlsx'));
    await expect(write('xlsx', [], 'open.xlsx')).rejects.toThrow();
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Sheet of a recipe in the hub', () => {
  let hub: TestHub;
  let shop: string;
  let folder: string;

  const set = (key: string, format: string) =>
    hub.request(
      'PUT',
      `/admin/shops/${shop}/recipes/${key}`,
      { settings: { sheet_format: format }, is_on: true },
      hub.adminKey,
    );
  const fileOf = (key: string): string =>
    join(folder, readdirSync(folder).find((name) => name.startsWith(key)) ?? '');
  const rowsOf = async (key: string) => {
    const { sheets } = await readXlsx(readFileSync(fileOf(key)));
    return sheets[0]?.rows.slice(1) ?? [];
  };
  const alertsAbout = async (text: string): Promise<string[]> => {
    const { body } = await hub.request('GET', '/admin/alerts', undefined, hub.adminKey);
    return body.items
      .map((each: { text: { en: string } }) => each.text.en)
      .filter((en: string) => en.includes(text));
  };

  beforeAll(async () => {
    hub = await startTestHub();
    shop = hub.sandbox.accounts.sellerId;
    folder = join(hub.hub.runtime.hub.folder, 'sheets', shop);
    await set('paid_order_to_sheet', 'xlsx');
    await set('cancelled_order_to_sheet', 'csv');
    await hub.pass(8 * HOUR);
  });
  afterAll(() => hub.stop());

  test('An order number is text, a time is one of Beijing, a status is a word and an amount a number', async () => {
    const { sheets } = await readXlsx(readFileSync(fileOf('paid_order_to_sheet')));
    const [header, row = []] = sheets[0]?.rows ?? [];
    expect(sheets[0]?.name).toBe('已付款订单');
    expect(header?.slice(0, 5)).toEqual([
      '订单号 / Order number',
      '付款时间（北京时间） / Paid at (Beijing time)',
      '下单时间（北京时间） / Placed at (Beijing time)',
      '状态 / Status',
      '金额 / Amount',
    ]);
    expect(row[0]).toMatch(/^\d{16,17}$/);
    const order = hub.sandbox.shop.orders.find(({ id }) => String(id) === row[0]);
    const inBeijing = new Date((order?.placedAt ?? 0) + 8 * HOUR);
    inBeijing.setUTCMilliseconds(0);
    expect(row[2]).toEqual(inBeijing);
    expect(row[3]).toBe('等待发货');
    expect(typeof row[4]).toBe('number');
  });

  test('Every order is one row', async () => {
    const numbers = (await rowsOf('paid_order_to_sheet')).map(([number]) => number);
    expect(numbers.length).toBeGreaterThan(3);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('A file with commas begins with a byte-order mark and has the same times', () => {
    const [header, row = ''] = readFileSync(fileOf('cancelled_order_to_sheet'), 'utf8').split('\r\n');
    expect(header?.slice(0, 7)).toBe('\ufeff订单号 / ');
    expect(row).toMatch(/^\d{16,17},[^,]+,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/);
  });

  test('A file that cannot be replaced is named, and has all rows once it can', async () => {
    const file = fileOf('paid_order_to_sheet');
    rmSync(file);
    mkdirSync(file);
    await hub.pass(4 * HOUR);
    expect(await alertsAbout('cannot be written')).toHaveLength(1);
    rmSync(file, { recursive: true });
    await hub.pass(2 * MINUTE);
    const journal = readFileSync(
      join(folder, 'journal', fileOf('paid').slice(folder.length).replace('.xlsx', '.ndjson')),
      'utf8',
    );
    expect(await rowsOf('paid_order_to_sheet')).toHaveLength(journal.trim().split('\n').length);
    expect(await alertsAbout('cannot be written')).toEqual([]);
  });

  test('A row that cannot be stored waits, and is added once', async () => {
    const journal = join(folder, 'journal');
    const before = (await rowsOf('paid_order_to_sheet')).length;
    renameSync(journal, `${journal}-away`);
    writeFileSync(journal, 'no folder');
    await hub.pass(4 * HOUR);
    expect(await alertsAbout('"Paid order → sheet for the ERP" (Sheet) waits')).toHaveLength(1);
    expect(await rowsOf('paid_order_to_sheet')).toHaveLength(before);
    rmSync(journal);
    renameSync(`${journal}-away`, journal);
    await hub.pass(5 * MINUTE);
    const numbers = (await rowsOf('paid_order_to_sheet')).map(([number]) => number);
    expect(numbers.length).toBeGreaterThan(before);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(await alertsAbout('"Paid order → sheet for the ERP" (Sheet) waits')).toEqual([]);
  });

  test('The files of a removed shop are deleted with it', async () => {
    await hub.request('DELETE', `/admin/shops/${shop}`, undefined, hub.adminKey);
    expect(existsSync(folder)).toBe(false);
  });
});

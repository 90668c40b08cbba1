import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal, readJournal } from '../../../../lib/hosts/hub/sheets/journal.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('Journal of a sheet', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  let count = 0;
  const newPath = () => {
    count += 1;
    return join(folder.path, 'journal', `${count}.ndjson`);
  };
  const idsIn = (path: string) => [...readJournal(path)].map(({ id }) => id);

  test('A row is there once, however often it is added, also by the next process', () => {
    const path = newPath();
    const journal = openJournal(path);
    for (const id of ['a', 'b', 'a']) journal.append(id, { '{order_id}': '82017394055628178' });
    openJournal(path).append('b', {});
    expect(idsIn(path)).toEqual(['a', 'b']);
    expect([...readJournal(path)][0]?.values).toEqual({ '{order_id}': '82017394055628178' });
  });

  test('The end of a line whose writing was cut is removed, and its row is added again', () => {
    const path = newPath();
    openJournal(path).append('a', {});
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, '{"id":"b","valu');
    expect(idsIn(path)).toEqual(['a']);
    expect(readFileSync(path, 'utf8')).toBe(whole);
    openJournal(path).append('b', {});
    expect(idsIn(path)).toEqual(['a', 'b']);
  });

  test('A line that is not a row is left out', () => {
    const path = newPath();
    openJournal(path).append('a', {});
    appendFileSync(path, 'not JSON\n{"id":7}\n');
    openJournal(path).append('b', {});
    expect(idsIn(path)).toEqual(['a', 'b']);
  });

  test('A journal that is not there has no rows', () => {
    expect(idsIn(newPath())).toEqual([]);
  });

  test('A journal that cannot be written refuses the row', () => {
    const path = newPath();
    writeFileSync(join(folder.path, 'file'), '');
    expect(() => openJournal(join(folder.path, 'file', 'x.ndjson'))).toThrow();
    const journal = openJournal(path);
    expect(() => journal.append('a', {})).not.toThrow();
  });
});

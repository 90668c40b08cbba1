import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvFile } from '../../../lib/hosts/hub/env-file.ts';

describe('The file .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'env-file-'));
  const file = join(folder, '.env');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('A byte order mark and Windows line ends are no part of a setting', () => {
    writeFileSync(file, '\uFEFFCLIENT_ID=512345\r\nCLIENT_SECRET=abc\r\n');
    expect(readEnvFile(file)).toEqual({ CLIENT_ID: '512345', CLIENT_SECRET: 'abc' });
  });

  test('A missing file has no settings', () => {
    expect(readEnvFile(join(folder, 'missing'))).toEqual({});
  });
});

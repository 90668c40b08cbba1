/** The key under which the hub encrypts what it stores. It lies outside the data, so that a backup does not contain it. */

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../../problems.ts';

const KEY = /^[0-9a-f]{64}$/;

/**
 * The key, which is created if there is no file.
 * @throws Problem `bad_setting` if the file holds something else
 */
export function readKeyFile(file: string): string {
  const key = readIfThere(file) ?? createKey(file);
  if (KEY.test(key)) return key;
  return fail('bad_setting', {
    setting: 'HUB_KEY_FILE',
    expected: { en: 'the file that the hub created, unchanged', zh: '由本服务创建且未被改动的密钥文件' },
  });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function createKey(file: string): string {
  const key = randomBytes(32).toString('hex');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = openSync(file, 'wx', 0o600);
  writeSync(handle, `${key}\n`);
  fsyncSync(handle);
  closeSync(handle);
  return key;
}

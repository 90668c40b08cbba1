/** The key under which the hub encrypts what it stores. It lies outside the data, so that a backup does not contain it. */

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../../problems.ts';
import { createVault, type Vault } from '../../vault.ts';
import type { Database } from './database/database.ts';
import { type Sealed, sealedIn } from './database/sealed.ts';

const KEY = /^[0-9a-f]{64}$/;

/**
 * What encrypts and decrypts the values of a database. The key is created only for a database that has none yet: under
 * another key nothing in it could be sent any more.
 * @throws Problem `bad_setting` if the file is missing, or holds something else
 */
export function openVault(database: Database, file: string): Vault {
  const sealed = sealedIn(database);
  const key = readIfThere(file) ?? (sealed.length === 0 ? createKey(file) : refuse(file));
  if (!KEY.test(key)) return refuse(file);
  const vault = createVault(key, 'hub');
  const opens = ({ value, context }: Sealed) => vault.decrypt(value, context) !== null;
  return sealed.length === 0 || sealed.some(opens) ? vault : refuse(file);
}

/**
 * The key, which is created if there is no file.
 * @throws Problem `bad_setting` if the file holds something else
 */
export function readKeyFile(file: string): string {
  const key = readIfThere(file) ?? createKey(file);
  return KEY.test(key) ? key : refuse(file);
}

const refuse = (file: string): never =>
  fail('bad_setting', {
    setting: 'HUB_KEY_FILE',
    expected: {
      en: `the key file of this database, unchanged; put it back as ${file}, or move HUB_DATA away to start over without its shops and events`,
      zh: `与该数据库对应且未被改动的密钥文件；请放回 ${file}，如已丢失，请移走 HUB_DATA 文件夹并重新开始（原有店铺和事件不再保留）`,
    },
  });

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

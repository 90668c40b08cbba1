/** The key under which the hub encrypts what it stores. It lies outside the data, so that a backup does not contain it. */

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../../problems.ts';
import { createVault, type Vault } from '../../vault.ts';
import type { Database } from './database/database.ts';
import { asDatabaseProblem } from './database/failures.ts';
import { type Sealed, sealedIn } from './database/sealed.ts';
import { makeFolder } from './make-folder.ts';

const KEY = /^[0-9a-f]{64}$/;

/**
 * What encrypts and decrypts the values of a database. The key is created only for a database that has none yet: under
 * another key nothing in it could be sent any more.
 * @throws Problem `bad_setting` if the file is missing, or holds something else, `disk_unwritable`
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

/** The path leads to something else than a file, or to one that is closed to this program. */
const NO_FILE = new Set([
  'EISDIR',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'EEXIST',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOENT',
]);

/** @throws Problem `bad_setting`, `disk_unwritable` */
function withFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!NO_FILE.has((error as NodeJS.ErrnoException).code ?? '')) throw asDatabaseProblem(error, file);
    return fail('bad_setting', {
      setting: 'HUB_KEY_FILE',
      expected: {
        en: `the path of a file that this program may read and write; ${file} is not one`,
        zh: `本程序可读写的文件路径（${file} 不符合要求）`,
      },
    });
  }
}

const readIfThere = (file: string): string | undefined =>
  withFile(file, () => {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  });

/** The file is there only once it is whole, because a part of a key looks like a wrong one. */
const createKey = (file: string): string =>
  withFile(file, () => {
    const key = randomBytes(32).toString('hex');
    const part = `${file}.part`;
    makeFolder(dirname(file));
    try {
      rmSync(part, { force: true });
      const handle = openSync(part, 'wx', 0o600);
      try {
        writeSync(handle, `${key}\n`);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(part, file);
    } finally {
      rmSync(part, { force: true });
    }
    return key;
  });

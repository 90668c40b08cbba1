/** The data: its folder, the space on its disk, who may read it, the key file and the database. */

import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fail } from '../../../../problems.ts';
import { fileIn, type openBeside } from '../../database/database.ts';
import { withDatabaseProblems } from '../../database/failures.ts';
import { openVault, readKeyFile } from '../../key-file.ts';
import { makeFolder } from '../../make-folder.ts';
import type { HubSettings } from '../../settings.ts';
import { shopsIn } from '../../shops/shops.ts';
import { examine, type Finding, failed, fine, skipped } from './finding.ts';

const MB = 1_000_000;
/** Enough for months of events. */
const MIN_FREE_BYTES = 200 * MB;
const PRIVATE = 0o077;

const SUBJECTS = {
  folder: { en: 'Data folder', zh: '数据文件夹' },
  space: { en: 'Disk space', zh: '磁盘空间' },
  access: { en: 'File permissions', zh: '文件权限' },
  key: { en: 'Key file', zh: '密钥文件' },
  database: { en: 'Database', zh: '数据库' },
};

export async function* diskFindings(
  { folder, keyFile }: HubSettings,
  open: () => ReturnType<typeof openBeside>,
): AsyncGenerator<Finding> {
  const written = await examine(SUBJECTS.folder, () => {
    tryWriting(folder);
    return { en: folder, zh: folder };
  });
  yield written;
  if (written.result === 'failed') return;
  yield spaceIn(folder);
  if (process.platform !== 'win32') yield accessTo(folder, keyFile);
  const key = await keyFinding(folder, keyFile);
  yield key;
  yield key.result === 'fine'
    ? await examine(SUBJECTS.database, () => checkDatabase(folder, keyFile, open))
    : skipped(SUBJECTS.database, { en: 'needs the key file', zh: '需要密钥文件' });
}

/** @throws Problem `disk_unwritable` */
function tryWriting(folder: string): void {
  withDatabaseProblems(fileIn(folder), () => {
    makeFolder(folder);
    const file = join(folder, 'check');
    try {
      const handle = openSync(file, 'w', 0o600);
      writeSync(handle, 'x'.repeat(4096));
      fsyncSync(handle);
      closeSync(handle);
    } finally {
      rmSync(file, { force: true });
    }
  });
}

function spaceIn(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const amount = `${Math.floor(free / MB)} MB`;
  return free >= MIN_FREE_BYTES
    ? fine(SUBJECTS.space, { en: `${amount} free`, zh: `剩余 ${amount}` })
    : failed(SUBJECTS.space, {
        en: `only ${amount} free; free at least ${MIN_FREE_BYTES / MB} MB, or move HUB_DATA to another disk`,
        zh: `仅剩 ${amount}，请至少释放 ${MIN_FREE_BYTES / MB} MB，或把 HUB_DATA 移到其他磁盘`,
      });
}

/** Tokens and addresses are encrypted, but events are not. */
function accessTo(folder: string, keyFile: string): Finding {
  const paths = [folder, fileIn(folder), keyFile].filter((path) => existsSync(path));
  const open = paths.filter((path) => (statSync(path).mode & PRIVATE) !== 0);
  return open.length === 0
    ? fine(SUBJECTS.access, { en: 'readable by this user alone', zh: '仅当前用户可读' })
    : failed(SUBJECTS.access, {
        en: `other users can read it; run: chmod go-rwx ${open.join(' ')}`,
        zh: `其他用户也可读取，请运行：chmod go-rwx ${open.join(' ')}`,
      });
}

async function keyFinding(folder: string, keyFile: string): Promise<Finding> {
  if (isInside(folder, keyFile)) return keyInside(folder, keyFile);
  if (existsSync(fileIn(folder)) && !existsSync(keyFile))
    return failed(SUBJECTS.key, {
      en: `${keyFile} is missing; put it back, otherwise every shop must be connected again`,
      zh: `缺少 ${keyFile}，请放回原处，否则所有店铺都需重新连接`,
    });
  return examine(SUBJECTS.key, () => {
    readKeyFile(keyFile);
    return { en: `${keyFile}; keep a copy of it apart from the backups`, zh: `${keyFile}，请另行备份` };
  });
}

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`);
}

const keyInside = (folder: string, keyFile: string): Finding =>
  failed(SUBJECTS.key, {
    en: `${keyFile} is inside ${folder}, where a copy of the folder would hold lock and key; set HUB_KEY_FILE to a file elsewhere and move it there`,
    zh: `${keyFile} 位于 ${folder} 中，复制该文件夹会同时带走密钥；请把 HUB_KEY_FILE 设为其他位置并移动该文件`,
  });

/** @throws Problem of the database, or `bad_setting` if the key file is not the one of its tokens */
function checkDatabase(folder: string, keyFile: string, open: () => ReturnType<typeof openBeside>) {
  const { sqlite } = process.versions;
  if (!existsSync(fileIn(folder)))
    return { en: `SQLite ${sqlite}, nothing stored yet`, zh: `SQLite ${sqlite}，尚无数据` };
  const database = open();
  try {
    const shops = shopsIn(database, openVault(database, keyFile));
    const all = shops.all();
    if (all.some(({ id }) => shops.connectionOf(id) === undefined))
      fail('bad_setting', {
        setting: 'HUB_KEY_FILE',
        expected: {
          en: 'the key file with which the shops were connected',
          zh: '连接店铺时使用的密钥文件',
        },
      });
    return {
      en: `SQLite ${sqlite}, sound, ${all.length} shops connected`,
      zh: `SQLite ${sqlite}，完好，已连接 ${all.length} 个店铺`,
    };
  } finally {
    database.close();
  }
}

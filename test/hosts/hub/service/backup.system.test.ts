import { closeSync, existsSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createLedger } from '../../../../lib/budget/ledger.ts';
import { dayIn } from '../../../../lib/budget/quota-day.ts';
import { keysIn } from '../../../../lib/hosts/hub/access/keys.ts';
import { type Database, fileIn, openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { backUp, restore } from '../../../../lib/hosts/hub/service/backup.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import { HOUR } from '../../../../lib/runtime.ts';
import { createVault } from '../../../../lib/vault.ts';
import { fixedClock } from '../../../support/fixed-clock.ts';
import { problemLike } from '../../../support/problem-like.ts';
import { canMakeDisks, smallDisk } from '../../../support/small-disk.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const NOON = '2026-11-21T04:00:00Z';
const MIDNIGHT = '2026-11-21T16:00:00Z';
const ZONE = 'Asia/Shanghai';
const PAGE_BYTES = 4096;

const isoIn = (ms: number): string => new Date(ms).toISOString();
const connect = (database: Database, shop: string) =>
  shopsIn(database, createVault('secret', 'hub')).keep({
    access_token: 'a',
    refresh_token: 'r',
    seller_id: shop,
    access_expires_at: MIDNIGHT,
    refresh_expires_at: '',
    connected_at: '2026-11-01T00:00:00Z',
  });
/** A row that shows which state a database is in. */
const keep = (database: Database, secret: string) =>
  keysIn(database).keep(secret, { kind: 'admin', name: 'test' }, 0);
const has = (database: Database, secret: string) => keysIn(database).find(secret, 0) !== undefined;

describe('Backup and restore', () => {
  const clock = fixedClock(NOON);
  let home: TemporaryFolder;
  let data: string;
  let backup: string;
  beforeEach(() => {
    home = temporaryFolder();
    data = join(home.path, 'data');
    backup = join(home.path, 'backup.sqlite');
  });
  afterEach(() => home.remove());

  const edit = (work: (database: Database) => void, folder = data) => {
    const database = openDatabase(folder, clock);
    try {
      work(database);
    } finally {
      database.close();
    }
  };
  const options = { clock, zone: ZONE };

  test('A backup holds what a running hub has stored until then', async () => {
    const database = openDatabase(data, clock);
    keep(database, 'before');
    database.connection.exec('BEGIN IMMEDIATE');
    keep(database, 'not yet');
    backUp(data, backup);
    database.connection.exec('COMMIT');
    database.close();
    await restore(data, backup, options);
    edit((restored) => expect([has(restored, 'before'), has(restored, 'not yet')]).toEqual([true, false]));
  });

  test('A backup can be read by its owner alone', () => {
    edit(() => {});
    backUp(data, backup);
    expect(statSync(backup).mode & 0o077).toBe(0);
  });

  test('A backup overwrites no file', () => {
    edit(() => {});
    writeFileSync(backup, 'mine');
    expect(() => backUp(data, backup)).toThrow(problemLike('file_exists', { file: backup }));
    expect(statSync(backup).size).toBe(4);
  });

  test('A backup of a folder without data says that there is none', () => {
    expect(() => backUp(data, backup)).toThrow(problemLike('not_found'));
    expect(existsSync(backup)).toBe(false);
  });

  test('A restore is refused while a hub uses the folder', async () => {
    const database = openDatabase(data, clock);
    keep(database, 'kept');
    backUp(data, backup);
    await expect(restore(data, backup, options)).rejects.toEqual(problemLike('already_running'));
    expect(has(database, 'kept')).toBe(true);
    database.close();
  });

  test('A restore replaces everything that was stored since the backup', async () => {
    edit((database) => keep(database, 'before'));
    backUp(data, backup);
    edit((database) => keep(database, 'after'));
    await restore(data, backup, options);
    edit((database) => expect([has(database, 'before'), has(database, 'after')]).toEqual([true, false]));
    expect(readdirSync(data).sort()).toEqual(['hub.lock', 'hub.sqlite']);
  });

  test('A restore into a folder without data moves the hub to another machine', async () => {
    edit((database) => keep(database, 'before'));
    backUp(data, backup);
    const other = join(home.path, 'other');
    await restore(other, backup, options);
    edit((database) => expect(has(database, 'before')).toBe(true), other);
  });

  test.each(['known', 'unknown'])(
    'After a restore a shop that is %s gets no call before midnight',
    async (shop) => {
      edit((database) => connect(database, 'known'));
      backUp(data, backup);
      expect(isoIn(await restore(data, backup, options))).toBe(isoIn(Date.parse(MIDNIGHT)));
      const later = fixedClock(NOON);
      const database = openDatabase(data, later);
      const ledger = createLedger({
        store: database.store,
        clock: later,
        random: () => 0.5,
        dayOf: dayIn(ZONE),
        limit: 200,
        connectedAt: Date.parse(NOON) - HOUR,
      });
      const refused = await ledger.claim(shop, 'interactive');
      later.advance(12 * HOUR);
      const granted = await ledger.claim(shop, 'interactive');
      database.close();
      expect([refused, granted]).toMatchObject([
        { granted: false, reason: 'used_up', until: Date.parse(MIDNIGHT) },
        { granted: true },
      ]);
    },
  );

  test('After a restore all calls of the day of a connected shop count as used', async () => {
    edit((database) => connect(database, 'known'));
    backUp(data, backup);
    await restore(data, backup, options);
    const database = openDatabase(data, clock);
    const { store } = database;
    const ledger = createLedger({ store, clock, random: () => 0.5, dayOf: dayIn(ZONE), limit: 200 });
    expect(await ledger.used('known')).toBe(200);
    database.close();
  });

  test('The day that a restore uses up is that of AliExpress, where the clock of the machine is wrong', async () => {
    const database = openDatabase(data, clock);
    connect(database, 'known');
    await database.store.set('time:known', String(13 * HOUR), 1000);
    database.close();
    backUp(data, backup);
    expect(isoIn(await restore(data, backup, options))).toBe('2026-11-22T16:00:00.000Z');
  });

  test.each<[string, (file: string) => void]>([
    ['a text', (file) => writeFileSync(file, 'not a database')],
    ['an empty file', (file) => writeFileSync(file, '')],
    ['missing', () => {}],
    [
      'the database of another program',
      (file) => {
        const db = new DatabaseSync(file);
        db.exec('CREATE TABLE shops (id TEXT); PRAGMA user_version = 1;');
        db.close();
      },
    ],
    [
      'damaged',
      (file) => {
        backUp(data, file);
        const handle = openSync(file, 'r+');
        writeSync(handle, 'scribble'.repeat(PAGE_BYTES / 2), 4 * PAGE_BYTES);
        closeSync(handle);
      },
    ],
  ])('A restore refuses a backup that is %s, and keeps the data', async (_, write) => {
    edit((database) => keep(database, 'kept'));
    write(backup);
    await expect(restore(data, backup, options)).rejects.toEqual(
      problemLike('backup_unusable', { file: backup }),
    );
    edit((database) => expect(has(database, 'kept')).toBe(true));
  });

  test('A restore refuses the backup of a newer program', async () => {
    edit(() => {});
    backUp(data, backup);
    const db = new DatabaseSync(backup);
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expect(restore(data, backup, options)).rejects.toEqual(problemLike('database_too_new'));
  });

  test('A damaged database is refused at the start, and replaced by a restore', async () => {
    edit((database) => keep(database, 'before'));
    backUp(data, backup);
    writeFileSync(fileIn(data), 'scribble'.repeat(2000));
    expect(() => openDatabase(data, clock)).toThrow(problemLike('database_damaged'));
    await restore(data, backup, options);
    edit((database) => expect(has(database, 'before')).toBe(true));
  });
});

(canMakeDisks ? describe : describe.skip)('Backup and restore on a full disk', () => {
  const clock = fixedClock(NOON);

  test('A backup leaves no file behind, and says that the disk is full', () => {
    const home = temporaryFolder();
    const disk = smallDisk(100);
    try {
      openDatabase(home.path, clock).close();
      const file = join(disk.path, 'backup.sqlite');
      expect(() => backUp(home.path, file)).toThrow(problemLike('disk_unwritable', { folder: disk.path }));
      expect(readdirSync(disk.path)).toEqual([]);
    } finally {
      disk.remove();
      home.remove();
    }
  });

  test('A restore keeps the data as it was', async () => {
    const home = temporaryFolder();
    const disk = smallDisk(600);
    try {
      const backup = join(home.path, 'backup.sqlite');
      const database = openDatabase(disk.path, clock);
      backUp(disk.path, backup);
      keep(database, 'after');
      database.close();
      disk.fill();
      await expect(restore(disk.path, backup, { clock, zone: ZONE })).rejects.toEqual(
        problemLike('disk_unwritable', { folder: disk.path }),
      );
      disk.free();
      const kept = openDatabase(disk.path, clock);
      expect(has(kept, 'after')).toBe(true);
      kept.close();
    } finally {
      disk.remove();
      home.remove();
    }
  });
});

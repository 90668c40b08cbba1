import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { timeKey } from '../../../../lib/aliexpress/server-time.ts';
import { createLedger } from '../../../../lib/budget/ledger.ts';
import { dayIn } from '../../../../lib/budget/quota-day.ts';
import { keysIn } from '../../../../lib/hosts/hub/access/keys.ts';
import { type Database, fileIn, openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { backUp, restore } from '../../../../lib/hosts/hub/service/backup.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import { FILE_REASONS, type Problem } from '../../../../lib/problems.ts';
import { DAY, HOUR } from '../../../../lib/runtime.ts';
import { createVault } from '../../../../lib/vault.ts';
import { fixedClock } from '../../../support/fixed-clock.ts';
import { problemLike } from '../../../support/problem-like.ts';
import { canMakeDisks, smallDisk } from '../../../support/small-disk.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const NOON = '2026-11-21T04:00:00Z';
const MIDNIGHT = '2026-11-21T16:00:00Z';
const ZONE = 'Asia/Shanghai';
const SHOP = '2201234567890';
const OTHER_SHOP = '2201234567891';
const PAGE_BYTES = 4096;
/** A user without rights. */
const NOBODY = 65_534;

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

  test.each([SHOP, OTHER_SHOP])(
    'After a restore of one shop, shop %s gets no call before midnight',
    async (shop) => {
      edit((database) => connect(database, SHOP));
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
    edit((database) => connect(database, SHOP));
    backUp(data, backup);
    await restore(data, backup, options);
    const database = openDatabase(data, clock);
    const { store } = database;
    const ledger = createLedger({ store, clock, random: () => 0.5, dayOf: dayIn(ZONE), limit: 200 });
    expect(await ledger.used(SHOP)).toBe(200);
    database.close();
  });

  const restoreWithOffset = async (key: string, offset: string) => {
    const database = openDatabase(data, clock);
    connect(database, SHOP);
    await database.store.set(key, offset, 1000);
    database.close();
    backUp(data, backup);
    return restore(data, backup, options);
  };
  const claimAt = async (at: number) => {
    const later = fixedClock(isoIn(at));
    const database = openDatabase(data, later);
    const ledger = createLedger({
      store: database.store,
      clock: later,
      random: () => 0.5,
      dayOf: dayIn(ZONE),
      limit: 200,
      connectedAt: Date.parse(NOON) - HOUR,
    });
    const claim = await ledger.claim(OTHER_SHOP, 'interactive');
    database.close();
    return claim.granted;
  };
  const OWN_TIME = timeKey(SHOP, hostname());

  test('A restore uses up the day of AliExpress too, where the clock of the machine is wrong', async () => {
    const until = await restoreWithOffset(OWN_TIME, String(13 * HOUR));
    expect(isoIn(until)).toBe(isoIn(Date.parse(MIDNIGHT) + 11 * HOUR));
    const aliexpress = Date.parse(NOON) + 13 * HOUR;
    expect([await claimAt(aliexpress), await claimAt(aliexpress + 10 * HOUR)]).toEqual([false, false]);
    expect(await claimAt(Date.parse(MIDNIGHT) + DAY)).toBe(true);
  });

  test.each([
    ['of another machine', timeKey(SHOP, 'another'), String(13 * HOUR)],
    ['of an app that uses the hub as its store', timeKey(SHOP, ''), String(13 * HOUR)],
    ['of a shop that is not connected', timeKey(OTHER_SHOP, hostname()), String(13 * HOUR)],
    ['that cannot be true', OWN_TIME, String(400 * 365 * DAY)],
    ['that is no number', OWN_TIME, 'Infinity'],
  ])('A restore ignores a clock error %s', async (_, key, offset) => {
    expect(isoIn(await restoreWithOffset(key, offset))).toBe(isoIn(Date.parse(MIDNIGHT)));
  });

  test('A false clock error in a backup blocks no calls after the day of the restore', async () => {
    const until = await restoreWithOffset(OWN_TIME, String(20 * 365 * DAY));
    expect(until).toBeLessThanOrEqual(Date.parse(NOON) + DAY);
    expect(await claimAt(Date.parse(NOON))).toBe(false);
    expect(await claimAt(Date.parse(NOON) + DAY)).toBe(true);
  });

  test('What a restore takes over is kept no longer than the engine keeps anything', async () => {
    edit(({ connection }) =>
      connection.exec("INSERT INTO entries VALUES ('pause:1', '1', 9007199254740991)"),
    );
    backUp(data, backup);
    await restore(data, backup, options);
    edit(({ connection }) => {
      const row = connection.prepare("SELECT expires_at AS at FROM entries WHERE key = 'pause:1'").get();
      expect(Number(row?.at)).toBeLessThanOrEqual(clock.now() + 180 * DAY);
    });
  });

  test.each([
    ['a table is missing', 'DROP TABLE alerts', 'table alerts is missing'],
    ['an index is missing', 'DROP INDEX deliveries_open', 'index deliveries_open is missing'],
    ['a table is added', 'CREATE TABLE more (a)', 'table more does not belong there'],
    ['a view is added', 'CREATE VIEW more AS SELECT * FROM shops', 'view more does not belong there'],
    [
      'a trigger is added',
      'CREATE TRIGGER more AFTER INSERT ON events BEGIN DELETE FROM deliveries; END',
      'trigger more does not belong there',
    ],
    ['a column is added', 'ALTER TABLE keys ADD COLUMN more TEXT', 'table keys is another one'],
    [
      'a view stands for a table',
      'DROP TABLE alerts; CREATE VIEW alerts AS SELECT 1 AS id',
      'table alerts is missing',
    ],
    [
      'a name holds control characters',
      'CREATE TABLE "a\u001b[2Jb" (a)',
      'table a??2Jb does not belong there',
    ],
  ])('A restore refuses a file where %s, names it, and keeps the data', async (_, sql, named) => {
    edit((database) => keep(database, 'kept'));
    backUp(data, backup);
    const db = new DatabaseSync(backup);
    db.exec(sql);
    db.close();
    const refused = await restore(data, backup, options).catch((error: unknown) => error);
    expect(refused).toEqual(problemLike('backup_altered'));
    expect((refused as Problem).message).toContain(named);
    edit((database) => expect(has(database, 'kept')).toBe(true));
  });

  test.each([
    [
      'whose shop has a path as its id',
      `PRAGMA ignore_check_constraints = ON;
       INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('../../more', 'Shop', '', 0, NULL, 0, 'connected')`,
    ],
    [
      'whose rows refer to nothing',
      `PRAGMA foreign_keys = OFF;
       INSERT INTO recipes VALUES ('1', 'new_order_to_feishu', '')`,
    ],
    [
      'whose times no program can read',
      `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('1', 'Shop', '', 9223372036854775807, NULL, 0, 'connected')`,
    ],
    ...[
      [
        'a key',
        `INSERT INTO keys (hash, id, kind, scopes, name, created_at) VALUES ('h', 'k', 'admin', '{', '', 0)`,
      ],
      ['a client', `INSERT INTO clients VALUES ('client', 'Make', NULL, '{}', 0)`],
      ['a sign-in', `INSERT INTO sign_ins VALUES ('h', 'client', 0)`],
      [
        'a subscription',
        `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('1', 'Shop', '', 0, NULL, 0, 'connected');
         INSERT INTO subscriptions (id, shop, owner, trigger, inputs, fingerprint, kind, state, created_at)
         VALUES ('sub', '1', 'k', 'new_order', '5', 'f', 'pull', 'active', 0)`,
      ],
      [
        'an event',
        `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('1', 'Shop', '', 0, NULL, 0, 'connected');
         INSERT INTO subscriptions (id, shop, owner, trigger, inputs, fingerprint, kind, state, created_at)
         VALUES ('sub', '1', 'k', 'new_order', '{}', 'f', 'pull', 'active', 0);
         INSERT INTO events (subscription, event_id, title, title_zh, occurred_at, created_at, body)
         VALUES ('sub', 'e', '', '', 0, 0, '{')`,
      ],
    ].map(([what, sql]) => [
      `in which ${what} holds another text than the hub writes`,
      `PRAGMA ignore_check_constraints = ON; ${sql}`,
    ]),
  ])('A restore refuses a file %s', async (_, sql) => {
    edit((database) => keep(database, 'kept'));
    backUp(data, backup);
    const db = new DatabaseSync(backup);
    db.exec(sql);
    db.close();
    await expect(restore(data, backup, options)).rejects.toEqual(problemLike('backup_unusable'));
    edit((database) => expect(has(database, 'kept')).toBe(true));
  });

  test.each<[string, (file: string) => void]>([
    ['a text', (file) => writeFileSync(file, 'not a database')],
    ['an empty file', (file) => writeFileSync(file, '')],
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

  (process.platform === 'win32' ? test.skip : test)(
    'A restore does not wait for the other end of a pipe',
    () => {
      edit(() => {});
      expect(spawnSync('mkfifo', [backup]).status).toBe(0);
      const { status, stderr } = spawnSync(process.execPath, ['hub.ts', 'restore', backup], {
        env: { ...process.env, HUB_DATA: data, LANG: 'en_US.UTF-8' },
        encoding: 'utf8',
        timeout: 30_000,
      });
      expect([status, stderr]).toEqual([2, expect.stringContaining('is not an undamaged backup')]);
    },
  );

  test('A restore without a file says that there is none', async () => {
    edit((database) => keep(database, 'kept'));
    const problem = { file: backup, reason: FILE_REASONS.missing };
    await expect(restore(data, backup, options)).rejects.toEqual(problemLike('file_unreadable', problem));
    edit((database) => expect(has(database, 'kept')).toBe(true));
  });

  const noPermission = 'A restore says that it has no permission for a file, not that the file is damaged';
  const isRoot = process.getuid?.() === 0;
  (process.platform === 'win32' || isRoot ? test.skip : test)(noPermission, async () => {
    edit(() => {});
    writeFileSync(backup, '');
    chmodSync(backup, 0);
    const problem = { file: backup, reason: FILE_REASONS.not_allowed };
    await expect(restore(data, backup, options)).rejects.toEqual(problemLike('file_unreadable', problem));
  });

  // The user root may read everything, so another one tries.
  (isRoot ? test : test.skip)(noPermission, () => {
    writeFileSync(backup, '', { mode: 0o600 });
    for (const folder of [home.path, data]) {
      mkdirSync(folder, { recursive: true });
      chownSync(folder, NOBODY, NOBODY);
    }
    const { status, stderr } = spawnSync(process.execPath, ['hub.ts', 'restore', backup], {
      env: { ...process.env, HUB_DATA: data, LANG: 'en_US.UTF-8' },
      encoding: 'utf8',
      timeout: 30_000,
      uid: NOBODY,
      gid: NOBODY,
    });
    expect([status, stderr]).toEqual([2, expect.stringContaining('this program has no permission')]);
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

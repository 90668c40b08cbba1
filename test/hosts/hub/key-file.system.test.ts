import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../../lib/hosts/hub/database/database.ts';
import { hubSettingsIn } from '../../../lib/hosts/hub/database/hub-settings.ts';
import { startHub } from '../../../lib/hosts/hub/hub.ts';
import { openVault } from '../../../lib/hosts/hub/key-file.ts';
import { recipeSettingsIn } from '../../../lib/hosts/hub/recipes/settings.ts';
import { readHubSettings } from '../../../lib/hosts/hub/settings.ts';
import { shopsIn } from '../../../lib/hosts/hub/shops/shops.ts';
import { systemClock } from '../../../lib/runtime.ts';
import { readSettings } from '../../../lib/settings.ts';
import { canMakeDisks, smallDisk } from '../../support/small-disk.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const connection = {
  access_token: 'a',
  refresh_token: 'r',
  seller_id: '1',
  access_expires_at: '2026-12-01T00:00:00Z',
  refresh_expires_at: '',
  connected_at: '2026-11-01T00:00:00Z',
};

describe('Key file of a database', () => {
  let home: TemporaryFolder;
  let data: string;
  let keyFile: string;
  beforeEach(() => {
    home = temporaryFolder();
    data = join(home.path, 'data');
    keyFile = join(home.path, 'hub.key');
  });
  afterEach(() => home.remove());

  const start = () =>
    startHub({
      version: '0.0.0',
      registry: { triggers: [], searches: [], actions: [], channels: [], recipes: [] },
      settings: readSettings({}),
      hub: { ...readHubSettings({}, home.path), folder: data, keyFile },
      appKey: { appKey: '512345', appSecret: 'secret' },
      clock: systemClock,
      random: Math.random,
      log: () => {},
    });
  const refused = { kind: 'bad_setting', message: expect.stringContaining('start over') };
  type Opened = [ReturnType<typeof openDatabase>, ReturnType<typeof openVault>];
  const edit = (work: (...opened: Opened) => void) => {
    const database = openDatabase(data, systemClock);
    try {
      work(database, openVault(database, keyFile));
    } finally {
      database.close();
    }
  };
  const connect = () => edit((database, vault) => shopsIn(database, vault).keep(connection));

  test('A database without encrypted values gets a key, which is kept', () => {
    edit(() => {});
    const key = readFileSync(keyFile, 'utf8');
    connect();
    expect(readFileSync(keyFile, 'utf8')).toBe(key);
    edit((database, vault) => expect(shopsIn(database, vault).connectionOf('1')).toEqual(connection));
  });

  test('A hub whose key file is missing does not start, and makes no other key', async () => {
    connect();
    rmSync(keyFile);
    await expect(start()).rejects.toMatchObject(refused);
    expect(existsSync(keyFile)).toBe(false);
    await expect(start()).rejects.toMatchObject(refused);
  });

  test.each([
    ['the key of another hub', '1'.repeat(64)],
    ['something else', 'not a key'],
  ])('A hub whose key file holds %s does not start', async (_, text) => {
    connect();
    writeFileSync(keyFile, text);
    await expect(start()).rejects.toMatchObject(refused);
  });

  test.each<[string, (...opened: Opened) => void]>([
    ['settings of the hub', (database, vault) => hubSettingsIn(database, vault).keep('x', {})],
    [
      'settings of a recipe',
      (database, vault) => {
        database.connection.exec(
          `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('1', 'Shop', '', 0, NULL, 0, 'connected')`,
        );
        recipeSettingsIn(database, vault).keep('1', 'x', {});
      },
    ],
  ])('Encrypted %s need the key, and are opened by it', (_, keep) => {
    edit(keep);
    expect(() => edit(() => {})).not.toThrow();
    rmSync(keyFile);
    expect(() => edit(() => {})).toThrow('HUB_KEY_FILE');
  });

  test('A path that leads to no file is refused with its setting', async () => {
    mkdirSync(keyFile);
    await expect(start()).rejects.toMatchObject({
      kind: 'bad_setting',
      facts: { setting: 'HUB_KEY_FILE', expected: { en: expect.stringContaining(keyFile) } },
    });
  });

  test('A path below a file is refused with its setting', async () => {
    const file = join(home.path, 'file');
    writeFileSync(file, '');
    keyFile = join(file, 'hub.key');
    await expect(start()).rejects.toMatchObject({
      kind: 'bad_setting',
      facts: { setting: 'HUB_KEY_FILE', expected: { en: expect.stringContaining(keyFile) } },
    });
  });

  (canMakeDisks ? test : test.skip)('A key that found no space leaves no part of itself', () => {
    const disk = smallDisk(64);
    try {
      keyFile = join(disk.path, 'hub.key');
      disk.fill();
      expect(() => edit(() => {})).toThrow('the disk is full');
      disk.free();
      edit(() => {});
      expect(readFileSync(keyFile, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    } finally {
      disk.remove();
    }
  });
});

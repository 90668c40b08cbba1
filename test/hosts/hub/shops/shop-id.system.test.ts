import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { removeFiles, sheetFolder, ticketFolder } from '../../../../lib/hosts/hub/recipes/files.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import { createVault } from '../../../../lib/vault.ts';
import { fixedClock } from '../../../support/fixed-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const SHOP = '2201234567890';
const NOBODY = 65_534;
const FOREIGN_IDS = [
  '',
  '.',
  '..',
  '../..',
  `${SHOP}/..`,
  '%',
  '_'.repeat(13),
  'a'.repeat(5),
  '1'.repeat(21),
];

describe('Id of a shop that is removed', () => {
  let home: TemporaryFolder;
  beforeEach(() => {
    home = temporaryFolder();
  });
  afterEach(() => home.remove());

  test('The files of the shop are deleted, and those of others stay', () => {
    const folders = [ticketFolder, sheetFolder].map((folderOf) => folderOf(home.path, SHOP));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    const other = sheetFolder(home.path, '2201234567891');
    mkdirSync(other);
    removeFiles(home.path, SHOP);
    expect([...folders, other].map((folder) => existsSync(folder))).toEqual([false, false, true]);
  });

  const cannotForbid = process.platform === 'win32';
  (cannotForbid ? test.skip : test)('A folder that cannot be listed is named', () => {
    const folder = ticketFolder(home.path, SHOP);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ticket.json'), '');
    chmodSync(home.path, 0o755);
    chmodSync(folder, 0);
    const isRoot = process.geteuid?.() === 0;
    // Root may list every folder.
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      expect(() => removeFiles(home.path, SHOP)).toThrow(`cannot be deleted: tickets/${SHOP}.`);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o700);
    }
  });

  test.each(FOREIGN_IDS)('No file is deleted for the id "%s"', (id) => {
    const data = join(home.path, 'a', 'b');
    mkdirSync(sheetFolder(data, SHOP), { recursive: true });
    writeFileSync(join(home.path, 'kept'), '');
    expect(() => removeFiles(data, id)).toThrow('no number');
    expect([join(home.path, 'kept'), sheetFolder(data, SHOP)].every((path) => existsSync(path))).toBe(true);
  });

  test.each(FOREIGN_IDS)(
    'Nothing that is stored is deleted for the id "%s", and no shop has it',
    async (id) => {
      const clock = fixedClock('2026-11-21T04:00:00Z');
      const database = openDatabase(home.path, clock);
      const shops = shopsIn(database, createVault('secret', 'hub'));
      await database.store.set(`time:${SHOP}`, '5', 600);
      expect(shops.remove(id, 0)).toBe(false);
      expect(await database.store.get(`time:${SHOP}`)).toBe('5');
      const connection = {
        access_token: 'a',
        refresh_token: 'r',
        seller_id: id,
        access_expires_at: '2027-01-01T00:00:00Z',
        refresh_expires_at: '',
        connected_at: '2026-11-01T00:00:00Z',
      };
      expect(() => shops.keep(connection)).toThrow(/CHECK constraint/);
      database.close();
    },
  );
});

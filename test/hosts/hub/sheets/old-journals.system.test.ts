import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, HOUR } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Journals of sheets in a hub that is not restarted', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  test('One of an old month is removed, and its sheet and the new ones stay', async () => {
    const folder = join(hub.hub.runtime.hub.folder, 'sheets', hub.sandbox.accounts.sellerId);
    const journal = join(folder, 'journal');
    mkdirSync(journal, { recursive: true });
    const monthAgo = (days: number) => new Date(hub.clock.now() - days * DAY).toISOString().slice(0, 7);
    const old = monthAgo(150);
    const files = [
      join(journal, `orders-${old}.ndjson`),
      join(folder, `orders-${old}.xlsx`),
      join(journal, `orders-${monthAgo(60)}.ndjson`),
    ];
    for (const file of files) writeFileSync(file, '');
    await hub.pass(2 * HOUR);
    expect(files.map((file) => existsSync(file))).toEqual([false, true, true]);
  });
});

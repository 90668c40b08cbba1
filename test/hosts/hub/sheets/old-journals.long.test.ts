import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, HOUR } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Journals of sheets in a hub that is not restarted', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
    // Its visits confirm the time.
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' });
  });
  afterAll(() => hub.stop());

  function folders() {
    const folder = join(hub.hub.runtime.hub.folder, 'sheets', hub.sandbox.accounts.sellerId);
    const journal = join(folder, 'journal');
    mkdirSync(journal, { recursive: true });
    return { folder, journal };
  }
  const monthAgo = (days: number) => new Date(hub.clock.now() - days * DAY).toISOString().slice(0, 7);

  test('One of an old month is removed, and its sheet and the new ones stay', async () => {
    const { folder, journal } = folders();
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

  test('None is removed because the clock of the machine goes half a year ahead', async () => {
    const file = join(folders().journal, `orders-${monthAgo(30)}.ndjson`);
    writeFileSync(file, '');
    hub.setClock(180 * DAY);
    await hub.pass(3 * HOUR);
    expect(existsSync(file)).toBe(true);
  });
});

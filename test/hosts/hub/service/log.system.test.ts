import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLog } from '../../../../lib/hosts/hub/service/log.ts';
import { logLine, logLines } from '../../../../lib/hosts/hub/service/log-lines.ts';
import { problemLike } from '../../../support/problem-like.ts';
import { filesNamed, read } from '../../../support/repository.ts';
import { canMakeDisks, smallDisk } from '../../../support/small-disk.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

describe('Log files', () => {
  let home: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    home = temporaryFolder();
  });
  afterEach(() => home.remove());
  const folder = () => join(home.path, 'logs');
  const files = () => readdirSync(folder()).map((name) => join(folder(), name));
  const lines = () =>
    files().flatMap((file) =>
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );

  test('A line is one JSON object with the facts, readable by its owner alone', async () => {
    const { log, close } = await openLog(folder());
    log('a shop was connected', { shop: '1' });
    log('a visit failed', { shop: '1', because: 'token_expired' });
    await close();
    expect(lines()).toMatchObject([
      { level: 30, msg: 'a shop was connected', shop: '1' },
      { level: 40, msg: 'a visit failed', because: 'token_expired' },
    ]);
    expect(files().map((file) => statSync(file).mode & 0o077)).toEqual([0]);
  });

  test.each([
    ['the address of a bot', 'connect to https://open.feishu.cn/open-apis/bot/v2/hook/abc-def failed', 'abc'],
    ['a password in an address', 'https://me:hunter22@example.com', 'hunter22'],
    ['a key', 'key_shop_Zm9vYmFyZm9vYmFy is wrong', 'Zm9v'],
    ['an access token', 'refused at_Zm9vYmFyZm9vYmFy', 'Zm9v'],
    ['the secret of a subscription', 'whsec_Zm9vYmFyZm9vYmFy+/=', 'Zm9v'],
  ])('A line does not contain %s', async (_, because, secret) => {
    const { log, close } = await openLog(folder());
    log('a delivery failed', { because });
    await close();
    expect(JSON.stringify(lines())).not.toContain(secret);
    expect(logLine('a delivery failed', { because })?.en).not.toContain(secret);
  });

  test('Old files are deleted, so that the log takes a bounded space', async () => {
    const { log, close } = await openLog(folder(), '10k');
    const because = 'x'.repeat(500);
    for (let batch = 0; batch < 30; batch += 1) {
      for (let n = 0; n < 20; n += 1) log('a visit failed', { because });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await close();
    expect(files().length).toBeGreaterThan(1);
    expect(files().length).toBeLessThanOrEqual(7);
    const total = files().reduce((sum, file) => sum + statSync(file).size, 0);
    expect(total).toBeLessThan(7 * 3 * 10_000);
  });

  (canMakeDisks ? test : test.skip)('A full disk ends nothing', async () => {
    const disk = smallDisk(100);
    const { log, close } = await openLog(join(disk.path, 'logs'));
    disk.fill();
    for (let n = 0; n < 200; n += 1) log('a visit failed', { because: 'x'.repeat(500) });
    await new Promise((resolve) => setTimeout(resolve, 50));
    disk.free();
    log('a shop was connected', { shop: '1' });
    await close();
    disk.remove();
  });

  test('A folder that cannot be made is a problem that says what to do', async () => {
    writeFileSync(join(home.path, 'file'), '');
    await expect(openLog(join(home.path, 'file', 'logs'))).rejects.toEqual(problemLike('disk_unwritable'));
  });
});

test('Every line of the terminal belongs to a message that the hub logs', () => {
  const sources = filesNamed('.ts')
    .filter((file) => file.startsWith('lib/hosts/hub/'))
    .map(read);
  const unknown = Object.keys(logLines).filter(
    (message) => !sources.some((source) => source.includes(`log('${message}'`)),
  );
  expect(unknown).toEqual([]);
});

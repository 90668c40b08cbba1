import { CHINESE } from '../../support/chinese.ts';
import { npmRun } from '../../support/npm-run.ts';
import { read } from '../../support/repository.ts';

/** Set but empty, so that nothing of this machine counts. */
const NOTHING = { MAKE_API_TOKEN: '', MAKE_CLIENT_ID: '', MAKE_CLIENT_SECRET: '' };
const TOKEN = '00000000-0000-4000-8000-000000000000';

describe('npm run make:push', () => {
  test('The option --dry-run names every component of make/ without an account', async () => {
    const { status, output } = await npmRun('make:push -- --dry-run', { env: NOTHING });
    const { components } = JSON.parse(read('make/makecomapp.json')) as {
      components: Record<string, Record<string, { label: string }>>;
    };
    const lines = output.split('\n');
    const missing = Object.entries(components).flatMap(([kind, entries]) =>
      Object.entries(entries).filter(
        ([id, { label }]) => !lines.includes(`  ${kind} ${id}: create "${label}"`),
      ),
    );
    expect([status, missing]).toEqual([0, []]);
    expect(output).toContain('Sellers cannot sign in yet: set MAKE_CLIENT_ID and MAKE_CLIENT_SECRET');
  });

  test('On a Chinese system, every line is Chinese', async () => {
    const { output } = await npmRun('make:push -- --dry-run', { env: { ...NOTHING, LC_ALL: 'zh_CN.UTF-8' } });
    expect(output).toContain('\n  app：创建 aliexpress-seller-…，“AliExpress Seller”，私有\n');
    expect(output.split('\n').filter((line) => line !== '' && !CHINESE.test(line))).toEqual([]);
  });

  test.each([
    ['no token', {}, /^MAKE_API_TOKEN is not set\..*\n$/],
    ['the committed folder', { MAKE_API_TOKEN: TOKEN }, /^make\/ is the example, .*\n$/],
    ['half a client', { MAKE_CLIENT_ID: 'x' }, /^Set MAKE_CLIENT_ID and MAKE_CLIENT_SECRET together.*\n$/],
    ['a token with a space', { MAKE_API_TOKEN: 'a b' }, /^MAKE_API_TOKEN must be one word .*\n$/],
  ])('A push with %s ends with one sentence and exit code 1', async (_, env, sentence) => {
    const { status, output } = await npmRun('make:push', { env: { ...NOTHING, ...env } });
    expect([status, output]).toEqual([1, expect.stringMatching(sentence)]);
  });
});

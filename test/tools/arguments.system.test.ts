import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { CHINESE } from '../support/chinese.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const run = (parameters: string[], locale = 'C') =>
  spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', ...parameters],
    { cwd: root, encoding: 'utf8', env: { ...process.env, LC_ALL: locale } },
  );

describe('The arguments of a command', () => {
  test.each([
    ['sandbox', 'sandbox/main.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['lab', 'lab/main.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['lab', 'lab/main.ts', ['--fresh'], '--fresh only works with --long'],
    ['bench', 'bench/main.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['bench', 'bench/main.ts', ['--against', 'nope'], '--against must be a tag or a commit; "nope" is none'],
    ['bench', 'bench/main.ts', ['--against', '--all'], '--against'],
    ['docs', 'tools/docs/generate.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['docs', 'tools/docs/generate.ts', ['foo'], 'These arguments are not understood: foo'],
    [
      'docs:pictures',
      'tools/docs/pictures/main.ts',
      ['--nope'],
      'These arguments are not understood: --nope',
    ],
    ['lint:workflows', 'tools/lint-workflows.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['bench', 'bench/main.ts', ['--only', 'foo'], '--only must be one of delay, claims, cost'],
    ['make:build', 'tools/make/build.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['make:build', 'tools/make/build.ts', ['--hub', 'http://a.example'], '--hub must be an https address'],
    ['make:build', 'tools/make/build.ts', ['--hub', 'https://a.example/b'], '--hub must be an https address'],
    ['make:build', 'tools/make/build.ts', ['--hub', 'https://u:p@a.example'], '--hub must be an https'],
    ['make:build', 'tools/make/build.ts', ['--app-id', 'A B'], '--app-id must be the id of an app'],
    ['make:push', 'tools/make/push.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['make:push', 'tools/make/push.ts', ['--zone', 'https://eu1.make.com'], '--zone must be a host'],
    ['make:push', 'tools/make/push.ts', ['--app-id', 'A B'], '--app-id must be the id of an app'],
    ['make:push', 'tools/make/push.ts', ['--app-id', 'abc', '--new-app'], '--new-app and --app-id exclude'],
    ['probe', 'probe.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['probe', 'probe.ts', ['2201'], 'These arguments are not understood: 2201'],
    ['probe', 'probe.ts', ['--shop', ''], '--shop must be the number of a shop'],
    ['zapier:release', 'tools/zapier/release.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['zapier:release', 'tools/zapier/release.ts', ['nope'], 'name one step: version, changelog, push'],
    ['zapier:release', 'tools/zapier/release.ts', ['--percent', '0'], '--percent must be a whole number'],
    ['zapier:release', 'tools/zapier/release.ts', ['--reason', 'other'], '--reason must be one of api'],
    ['zapier:release', 'tools/zapier/release.ts', ['--date', '2027-02-31'], '--date must be a day'],
    ['zapier:rehearsal', 'test/support/zapier-api/main.ts', ['--users', 'x'], '--users must be a whole'],
    ['mutation', 'tools/mutation/main.ts', ['--nope'], 'These arguments are not understood: --nope'],
    ['mutation', 'tools/mutation/main.ts', ['foo'], 'name one piece: aliexpress, budget, '],
    ['mutation', 'tools/mutation/main.ts', ['budget', 'engine'], 'name one piece: aliexpress, budget, '],
    ['mutation', 'tools/mutation/main.ts', ['budget', '--sample', 'x'], '--sample must be a whole number'],
  ])('The command %s (%s) rejects %j with a message and exit code 2', (command, file, given, message) => {
    const { stdout, stderr, status } = run([file, ...given]);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`npm run ${command} -- --help`);
    expect(stderr).not.toContain('    at ');
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  test.each([
    ['docs', 'tools/docs/generate.ts'],
    ['docs:pictures', 'tools/docs/pictures/main.ts'],
    ['lint:workflows', 'tools/lint-workflows.ts'],
    ['ci', 'tools/ci.mjs'],
    ['start', 'sandbox/start.ts'],
    ['sandbox', 'sandbox/main.ts'],
    ['lab', 'lab/main.ts'],
    ['bench', 'bench/main.ts'],
    ['mutation', 'tools/mutation/main.ts'],
    ['make:build', 'tools/make/build.ts'],
    ['make:push', 'tools/make/push.ts'],
    ['hub', 'hub.ts'],
    ['mcp', 'mcp.ts'],
    ['probe', 'probe.ts'],
    ['zapier:push', 'tools/zapier/main.ts', 'push'],
    ['zapier:release', 'tools/zapier/release.ts'],
    ['zapier:rehearsal', 'test/support/zapier-api/main.ts'],
    ['build', 'tools/zapier/main.ts', 'build'],
  ])('The command %s (%s) explains itself and does nothing else', (command, ...file) => {
    const { stdout, stderr, status } = run([...file, '--help']);
    expect(stdout + stderr).toContain(`npm ${command === 'start' ? '' : 'run '}`);
    expect(stdout + stderr).toContain(command);
    expect(status).toBe(0);
  });

  test.each([
    ['zapier:push', 'tools/zapier/main.ts', 'push'],
    ['zapier:release', 'tools/zapier/release.ts'],
    ['zapier:rehearsal', 'test/support/zapier-api/main.ts'],
    ['make:build', 'tools/make/build.ts'],
    ['make:push', 'tools/make/push.ts'],
  ])('On a Chinese system, the command %s (%s) explains itself in Chinese', (command, ...file) => {
    const { stdout, status } = run([...file, '--help'], 'zh_CN.UTF-8');
    expect(stdout).toContain(`npm run ${command}`);
    expect(
      stdout.split('\n').filter((line) => !CHINESE.test(line) && !/^ *(npm run .*)?$/.test(line)),
    ).toEqual([]);
    expect(status).toBe(0);
  });

  test.each([
    ['--nope', '无法识别这些参数：--nope'],
    ['--date=2027-02-31', '--date 的值“2027-02-31”无效'],
  ])('On a Chinese system, npm run zapier:release rejects %s in Chinese', (given, message) => {
    const { stdout, stderr, status } = run(['tools/zapier/release.ts', given], 'zh_CN.UTF-8');
    expect(stderr).toMatch(/^.*\nnpm run zapier:release -- --help\n$/);
    expect(stderr).toContain(message);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  test.each(['tools/ci.mjs', 'mcp.ts'])('The command %s rejects an option that it does not have', (file) => {
    const { stdout, stderr, status } = run([file, '--nope']);
    expect(stderr).toMatch(/^Unknown option '--nope'\n.*npm run/);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });

  test.each([[['--nope']], [['--speed', '5']], [['--sandbox', '--speed', 'fast']], [['backup']]])(
    'The hub repeats %j that it does not understand, and lists its commands',
    (given) => {
      const { stdout, status } = run(['hub.ts', ...given]);
      expect(stdout).toContain(given.join(' '));
      expect(stdout).toContain('npm run hub -- restore');
      expect(status).toBe(2);
    },
  );

  const named = Object.entries(packageJson.scripts).flatMap(([name, line]) =>
    / (?:\S+\.(?:ts|mjs))(?: |$)/.test(line.replace('tools/run.mjs', '')) ? [name] : [],
  );

  test('Every script of the project that is a program of its own is among these', () => {
    const tested = [
      'docs',
      'docs:pictures',
      'lint:workflows',
      'ci',
      'start',
      'sandbox',
      'lab',
      'bench',
      'mutation',
      'make:build',
      'make:push',
      'hub',
      'mcp',
      'probe',
    ];
    const ofZapier = [
      'zapier',
      'zapier:push',
      'zapier:release',
      'zapier:rehearsal',
      'build',
      '_zapier-build',
    ];
    expect(named.sort()).toEqual([...tested, ...ofZapier].sort());
  });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../sandbox/start.ts', import.meta.url));

const start = (...parameters: string[]) =>
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...parameters], {
    encoding: 'utf8',
  });

describe('npm start', () => {
  test('The help text names the default number of days and every option', () => {
    const { stdout, status } = start('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('how many days, not with --day (3)');
    for (const option of ['--days 7', '--day ', '--json FILE', '--faults', '--seed'])
      expect(stdout).toContain(option);
  });

  test('No line of the help text is longer than 120 characters', () => {
    const long = start('--help')
      .stdout.split('\n')
      .filter((line) => line.length > 120);
    expect(long).toEqual([]);
  });

  test.each([
    [['--json', '/missing/report.json'], '--json: the folder /missing does not exist'],
    [['--days', '7', '--day'], '--days does not work with --day or --faults'],
    [['--days', '0x2'], '--days must be a whole number from 1 to 56'],
    [['--days', '57'], '--days must be a whole number from 1 to 56'],
    [['--curve', 'steep'], '--curve must be one of olist, '],
    [['--faults', 'rain'], 'unknown fault "rain"; faults are slow, '],
    [['--faults', 'slow,rian'], 'unknown fault "rian"; faults are slow, '],
    [['--faults=slow，rian'], 'unknown fault "rian"; faults are slow, '],
    // The faults are right, so what is wrong besides them is named.
    [['--faults', 'slow,', 'cut', '--curve', 'steep'], '--curve must be one of olist, '],
    [['--faults=slow,cut', '--curve', 'steep'], '--curve must be one of olist, '],
    [['slow'], 'unknown word "slow"; faults are slow, '],
    [['--parcels', 'late'], '--parcels must be steady or varied'],
    [['--speed', '2'], 'These arguments are not understood: --speed 2\n'],
  ])('The arguments %j are rejected with a message and exit code 2', (parameters, message) => {
    const { stdout, stderr, status } = start(...parameters);
    expect(stderr).toContain(message);
    expect(stderr).toContain('npm start -- --help');
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('The arguments of a command', () => {
  test.each([
    ['sandbox', 'sandbox/main.ts', ['--nope'], "Unknown option '--nope'"],
    ['lab', 'lab/main.ts', ['--nope'], "Unknown option '--nope'"],
    ['lab', 'lab/main.ts', ['--fresh'], '--fresh only works with --long'],
    ['bench', 'bench/main.ts', ['--nope'], "Unknown option '--nope'"],
    ['bench', 'bench/main.ts', ['--only', 'foo'], '--only must be one of delay, claims, cost'],
    ['mutation', 'tools/mutation/main.ts', ['--nope'], "Unknown option '--nope'"],
    ['mutation', 'tools/mutation/main.ts', ['foo'], 'name one piece: aliexpress, budget, '],
    ['mutation', 'tools/mutation/main.ts', ['budget', 'engine'], 'name one piece: aliexpress, budget, '],
    ['mutation', 'tools/mutation/main.ts', ['budget', '--sample', 'x'], '--sample must be a whole number'],
  ])('The command %s (%s) rejects %j with a message and exit code 2', (command, file, given, message) => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', file, ...given],
      { cwd: root, encoding: 'utf8' },
    );
    expect(stderr).toContain(message);
    expect(stderr).toContain(`npm run ${command} -- --help`);
    expect(stderr).not.toContain('    at ');
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});

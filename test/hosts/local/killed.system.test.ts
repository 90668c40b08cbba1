import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readCsv } from '../../../sandbox/deliveries.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const EVENTS = 300;
const KILLS = 8;
const program = fileURLToPath(new URL('../../support/step-process.ts', import.meta.url));

describe('Local host that is killed repeatedly', () => {
  let folder: TemporaryFolder;
  const printed: string[] = [];
  beforeAll(async () => {
    folder = temporaryFolder();
    const random = seededRandom(7);
    for (let kills = 0; kills < KILLS; kills += 1) await run(Math.ceil(random() * 60));
    await run();
  });
  afterAll(() => folder.remove());

  /** Kills the process the given time after it has started to work. */
  async function run(killAfterMs?: number): Promise<void> {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, folder.path, String(EVENTS)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      printed.push(line);
      if (killAfterMs !== undefined && line === 'ready') setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    });
    await once(child, 'exit');
  }

  test('The process is killed while it works', () => {
    expect(printed.filter((line) => line === 'ready').length).toBe(KILLS + 1);
    expect(printed.filter((line) => line === 'done').length).toBeLessThan(KILLS);
  });

  test('The last run finishes all steps', () => {
    expect(printed.at(-1)).toBe('done');
  });

  test('Every row is added once and completely', () => {
    const [header, ...rows] = readCsv(
      readFileSync(join(folder.path, 'sheets', 'row_and_ticket.csv'), 'utf8'),
    );
    const expected = Array.from({ length: EVENTS }, (_, n) => [String(8200 + n), `订单 ${n}`]);
    expect([header, ...rows.sort()]).toEqual([['试 / Probe', '试 / Probe'], ...expected.sort()]);
  });

  test('Every ticket is written once', () => {
    expect(readdirSync(join(folder.path, 'tickets')).sort()).toEqual(
      Array.from({ length: EVENTS }, (_, n) => `ticket-${n}.json`).sort(),
    );
  });
});

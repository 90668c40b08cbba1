import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { recipes } from '../../recipes/index.ts';
import { runDay, runWeek, type SimulationOptions } from '../../sandbox/simulate.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const count = z.int().nonnegative();
const delay = z.number().nonnegative().nullable();
const jsonReport = z.strictObject({
  recipes: z.array(
    z.strictObject({
      key: z.string(),
      expected: count,
      delivered: count,
      under_way: count,
      before_start: count,
      missed: count,
      duplicates: count,
      false_alerts: count,
      mean_delay_s: delay,
      max_delay_s: delay,
    }),
  ),
  calls: z.array(z.strictObject({ day: z.iso.date(), total: count, methods: z.record(z.string(), count) })),
});

describe('Simulation with a JSON report', () => {
  let folder: TemporaryFolder;
  let file: string;
  let options: SimulationOptions;
  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder.path, 'report.json');
    options = {
      seed: 1,
      curve: 'olist',
      ordersPerDay: 8,
      interval: 60,
      dailyLimit: 100,
      jsonFile: file,
      folder: folder.path,
    };
  });
  afterEach(() => folder.remove());
  const report = () => jsonReport.parse(JSON.parse(readFileSync(file, 'utf8')));

  test('A simulation of all recipes writes every recipe and every day to its JSON file', async () => {
    expect(await runWeek({ ...options, days: 1 })).toBe(0);
    const { recipes: results, calls } = report();
    expect(results.map(({ key }) => key)).toEqual(recipes.map(({ key }) => key));
    for (const { expected, delivered, mean_delay_s, max_delay_s, ...result } of results) {
      expect(result.under_way + result.before_start + result.missed).toBe(expected - delivered);
      expect([mean_delay_s === null, max_delay_s === null]).toEqual([delivered === 0, delivered === 0]);
    }
    expect(calls[0]?.day).toBe('2026-10-07');
    for (const { total, methods } of calls) {
      expect(total).toBe(Object.values(methods).reduce((sum, n) => sum + n, 0));
    }
  });

  test('A simulated day writes its one recipe to its JSON file', async () => {
    expect(await runDay({ ...options, interval: 15, faults: [] })).toBe(0);
    const { recipes: results } = report();
    expect(results).toEqual([
      expect.objectContaining({ key: 'new_order_to_feishu', missed: 0, mean_delay_s: expect.any(Number) }),
    ]);
    expect(results[0]?.delivered).toBeGreaterThan(0);
  });

  test.each([
    ['in a missing folder', 'missing/report.json', 'does not exist'],
    ['that is a folder', '.', 'is a folder'],
    ['that ends with a slash', 'report/', 'must name a file'],
  ])('A JSON file %s is rejected before the simulation starts', async (_, path, message) => {
    const jsonFile = path === '.' ? folder.path : `${folder.path}/${path}`;
    await expect(runWeek({ ...options, jsonFile, days: 1 })).rejects.toThrow(message);
    await expect(runDay({ ...options, jsonFile, faults: [] })).rejects.toThrow(message);
    expect(readdirSync(folder.path)).toEqual([]);
    expect(existsSync(jsonFile)).toBe(path === '.');
  });
});

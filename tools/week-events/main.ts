/** Writes the events of a simulated week to a file, and compares two such files. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { UsageError, whole } from '../../sandbox/arguments.ts';
import { type DeliveredRecord, simulateWeek } from '../../sandbox/week.ts';
import { differences, isEquivalent, type RecipeDifference } from './compare.ts';

const HELP = `node tools/run.mjs all tools/week-events/main.ts write FILE [--seed N] [--days N]
  writes [{"recipe", "record", "minute"}]: every event of the simulated week, in the order of time
node tools/run.mjs all tools/week-events/main.ts compare BEFORE AFTER [--days N] [--rename OLD=NEW]...
  lists the records that only one of the two files has, by recipe. Exit code 1 where they are not equivalent: recipes
  that must deliver everything have the same records, the others together at most two fewer
  --seed N           another seed gives another shop (1)
  --days N           how many days (7)
  --rename OLD=NEW   a recipe that has another key in BEFORE`;

const records = z.array(z.strictObject({ recipe: z.string(), record: z.string(), minute: z.number() }));

async function write(file: string, seed: number, days: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'week-events-'));
  try {
    const { events } = await simulateWeek({
      seed,
      days,
      drainDays: 0,
      curve: 'olist',
      ordersPerDay: 100,
      interval: 15,
      dailyLimit: 200,
      folder,
      onProgress: ({ share }) => process.stderr.write(`\r${Math.round(share * 100)} %`),
    });
    writeFileSync(file, `${JSON.stringify(events)}\n`);
    console.error(`\r${events.length} events`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const read = (file: string): DeliveredRecord[] => records.parse(JSON.parse(readFileSync(file, 'utf8')));

function renamed(events: readonly DeliveredRecord[], renames: readonly string[]): DeliveredRecord[] {
  const keys = new Map(
    renames.map((rename) => {
      const [from, to] = rename.split('=');
      if (!from || !to) throw new UsageError(`--rename must be OLD=NEW, not ${rename}`);
      return [from, to];
    }),
  );
  return events.map((event) => ({ ...event, recipe: keys.get(event.recipe) ?? event.recipe }));
}

function line({ recipe, isGuaranteed, before, after, missing, added }: RecipeDifference): string {
  const counts = `${String(before).padStart(6)}${String(after).padStart(6)}`;
  const only = [
    ...(missing.length > 0 ? [`missing ${missing.join(', ')}`] : []),
    ...(added.length > 0 ? [`added ${added.join(', ')}`] : []),
  ];
  return `${counts}  ${recipe}${isGuaranteed ? '' : '*'}${only.length > 0 ? `: ${only.join('; ')}` : ''}`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      days: { type: 'string', default: '7' },
      rename: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, first, second] = positionals;
  const days = whole('days', values.days, 1, 28);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (command === 'write' && first && !second) {
    await write(first, whole('seed', values.seed, 0, 2 ** 31), days);
    return 0;
  }
  if (command === 'compare' && first && second) {
    const all = differences(renamed(read(first), values.rename), read(second), days);
    console.log(['before after', ...all.map(line), '* limited by calls'].join('\n'));
    return isEquivalent(all) ? 0 : 1;
  }
  throw new UsageError(HELP);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

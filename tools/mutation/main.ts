/** `npm run mutation -- PIECE`: changes the code in one place after another and reports what no test notices. */

import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MutantResult } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import * as z from 'zod';
import { readArguments, reportUsage, UsageError, whole } from '../../sandbox/arguments.ts';
import { type Piece, pieces } from './pieces.ts';
import { type Survivor, survivors } from './survivors.ts';

const HELP = `npm run mutation -- PIECE [--sample N] [--seed N]

Changes the code of a piece in one place after another and runs its tests, which must fail.
PIECE is one of ${Object.keys(pieces).join(', ')}.

  --sample N    only N of the changes (all)
  --seed N      another seed takes another sample (1)

Changes that were tried before are not tried again unless the code or a test has changed. Survivors that
are right are explained in tools/mutation/survivors.ts.`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const QUIET = { unknownOptions: false, slow: false };
const DETECTED = ['Killed', 'Timeout'];
const MISSED = ['Survived', 'NoCoverage'];

async function main(): Promise<number> {
  const { values, positionals } = readArguments('npm run mutation', {
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [name = '', ...more] = positionals;
  const piece = pieces[name];
  if (!piece || more.length > 0) throw new UsageError(`name one piece: ${Object.keys(pieces).join(', ')}`);
  const sample = values.sample !== undefined && {
    size: whole('sample', values.sample, 1, 1_000_000),
    seed: whole('seed', values.seed, 0, 2 ** 31),
  };
  process.chdir(root);
  const incrementalFile = `.local/mutation/${name}${sample ? `-${sample.size}-${sample.seed}` : ''}.json`;
  forgetUncertain(incrementalFile);
  const results = await new Stryker({
    mutate: piece.mutate,
    testRunner: 'one-process',
    testFilesOfPiece: testFilesOf(piece),
    testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning'],
    plugins: [`${root}tools/mutation/test-runner.ts`, `${root}tools/mutation/sample.js`],
    ...(sample && { checkers: ['sample'], sample }),
    // There is none: TypeScript 7 has no JavaScript API, and swc needs no settings of TypeScript.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    coverageAnalysis: 'perTest',
    concurrency: 1,
    timeoutMS: 5_000,
    incremental: true,
    incrementalFile,
    tempDirName: '.local/mutation/tmp',
    ignorePatterns: ['.local', 'dist', 'build', 'coverage'],
    reporters: ['progress-append-only'],
    // The checker and the test runner take options of their own, and mutants that run when a module is loaded are wanted.
    warnings: { ...QUIET, preprocessorErrors: true, unserializableOptions: true },
  }).runMutationTest();
  return report(results, sourcesIn(incrementalFile));
}

/** System tests come last, because they take longer. */
const testFilesOf = ({ tests }: Piece): string[] => {
  const found = globSync(tests.map((name) => `test/${name}.test.ts`));
  const unit = found.filter((name) => !/\.(system|long|built)\.test\.ts$/.test(name)).sort();
  const system = tests.filter((name) => name.endsWith('.system')).map((name) => `test/${name}.test.ts`);
  return [...unit, ...system];
};

const resultsFormat = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      source: z.string(),
      mutants: z.array(z.looseObject({ status: z.string(), static: z.boolean().optional() })),
    }),
  ),
});

/**
 * Tried again are mutants that could not be tried, and survivors that are active while modules are loaded: Stryker does
 * not know which tests concern them.
 */
function forgetUncertain(file: string): void {
  if (!existsSync(file)) return;
  const results = resultsFormat.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const each of Object.values(results.files))
    each.mutants = each.mutants.filter(
      ({ status, static: isStatic }) => status !== 'RuntimeError' && !(isStatic && MISSED.includes(status)),
    );
  writeFileSync(file, JSON.stringify(results));
}

/** The files as they were mutated: they may have changed since. */
function sourcesIn(file: string): Record<string, string> {
  const { files } = resultsFormat.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Object.fromEntries(Object.entries(files).map(([name, { source }]) => [name, source]));
}

/** @returns the exit code: 1 if a survivor is not explained */
function report(results: readonly MutantResult[], sources: Record<string, string>): number {
  const detected = results.filter(({ status }) => DETECTED.includes(status)).length;
  const missed = results
    .filter(({ status }) => MISSED.includes(status))
    .map((mutant) => toSurvivor(mutant, sources));
  const tried = detected + missed.length;
  const failed = results.filter(({ status }) => status === 'RuntimeError').length;
  const unexplained = missed.filter((mutant) => !explanationOf(mutant));
  for (const { line, ...mutant } of unexplained)
    console.log(`${mutant.file}:${line}\n  ${JSON.stringify({ ...mutant, why: '' })}`);
  console.log(`
${detected} of ${tried} mutants are detected: ${((100 * detected) / tried).toFixed(1)}%.
${missed.length - unexplained.length} survivors are explained, ${unexplained.length} are not.
${failed} mutants could not be tried and are left out.`);
  return unexplained.length > 0 ? 1 : 0;
}

type Missed = Omit<Survivor, 'why'> & { line: number };

function toSurvivor(
  { fileName, location, replacement }: MutantResult,
  sources: Record<string, string>,
): Missed {
  const file = relative(root, fileName);
  const lines = (sources[file] ?? '').split('\n');
  const { start, end } = location;
  const code = lines
    .slice(start.line - 1, end.line)
    .map((line, n, all) =>
      line.slice(n === 0 ? start.column - 1 : 0, n === all.length - 1 ? end.column - 1 : undefined),
    )
    .join('\n');
  return { file, line: start.line, code, to: replacement ?? '' };
}

const explanationOf = ({ file, code, to }: Missed): Survivor | undefined =>
  survivors.find((known) => known.file === file && known.code === code && known.to === to);

try {
  process.exitCode = await main();
} catch (error) {
  reportUsage('npm run mutation', error);
}

/** `npm run mutation -- PIECE`: changes the code in one place after another and reports what no test notices. */

import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import * as z from 'zod';
import { readArguments, reportError, UsageError, whole } from '../../sandbox/arguments.ts';
import { type Piece, pieces } from './pieces.ts';
import { MISSED, ofSample, type Report, reportOf } from './report.ts';
import { explanations } from './survivors.ts';

const HELP = `npm run mutation -- PIECE [--sample N] [--seed N]

Changes the code of a piece in one place after another and runs its tests, which must fail.
PIECE is one of ${Object.keys(pieces).join(', ')}.

  --sample N    only N percent of the changes (100)
  --seed N      another seed takes another sample (1)

Changes that were tried before are not tried again unless the code or a test has changed. Survivors that
are right are explained in tools/mutation/survivors.ts. An explanation that explains none is named.`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const QUIET = { unknownOptions: false, slow: false };

async function main(): Promise<number> {
  const { values, positionals } = readArguments('npm run mutation', {
    allowPositionals: true,
    options: {
      sample: { type: 'string', default: '100' },
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
  const sample = {
    percent: whole('sample', values.sample, 1, 100),
    seed: whole('seed', values.seed, 0, 2 ** 31),
  };
  process.chdir(root);
  const incrementalFile = `.local/mutation/${name}.json`;
  forgetUncertain(incrementalFile);
  const results = await new Stryker({
    mutate: piece.mutate,
    testRunner: 'one-process',
    testFilesOfPiece: testFilesOf(piece),
    testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning'],
    plugins: [`${root}tools/mutation/test-runner.ts`, `${root}tools/mutation/sample.js`],
    checkers: ['sample'],
    sample,
    // There is none: TypeScript 7 has no JavaScript API, and swc needs no settings of TypeScript.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // The test runner ends a test that hangs. Stryker need only end code that never lets it do so.
    timeoutMS: 60_000,
    timeoutFactor: 3,
    incremental: true,
    incrementalFile,
    tempDirName: '.local/mutation/tmp',
    ignorePatterns: ['.local', 'dist', 'build', 'coverage'],
    reporters: ['progress-append-only'],
    // The checker and the test runner take options of their own, and mutants that run when a module is loaded are wanted.
    warnings: { ...QUIET, preprocessorErrors: true, unserializableOptions: true },
  }).runMutationTest();
  const files = globSync(piece.mutate).toSorted();
  const sampled = ofSample(results, sample);
  return print(reportOf(root, sampled, sourcesIn(incrementalFile), files, explanations));
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
      mutants: z.array(
        z.looseObject({
          status: z.string(),
          statusReason: z.string().optional(),
          static: z.boolean().optional(),
        }),
      ),
    }),
  ),
});

/**
 * Tried again are mutants outside the last sample, those that could not be tried or were given up without a reason,
 * because the machine may have been busy, and survivors that are active while modules are loaded: Stryker does not know
 * which tests concern them.
 */
function forgetUncertain(file: string): void {
  if (!existsSync(file)) return;
  const results = resultsFormat.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const each of Object.values(results.files))
    each.mutants = each.mutants.filter(
      ({ status, statusReason, static: isStatic }) =>
        status !== 'CompileError' &&
        status !== 'RuntimeError' &&
        (status !== 'Timeout' || statusReason !== undefined) &&
        !(isStatic && MISSED.includes(status)),
    );
  writeFileSync(file, JSON.stringify(results));
}

/** The files as they were mutated: they may have changed since. */
function sourcesIn(file: string): Record<string, string> {
  const { files } = resultsFormat.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Object.fromEntries(Object.entries(files).map(([name, { source }]) => [name, source]));
}

/** @returns the exit code: 1 if a survivor is not explained, or an explanation explains none */
function print({ detected, missed, failed, unexplained, gone, noticed }: Report): number {
  for (const { file, line, code, to } of unexplained)
    console.log(`${file}:${line}\n  ${JSON.stringify([code, to, ''])}`);
  for (const each of gone) console.log(`no such change: ${JSON.stringify(each)}`);
  for (const each of noticed) console.log(`a test notices it: ${JSON.stringify(each)}`);
  const tried = detected + missed;
  console.log(`
${detected} of ${tried} mutants are detected: ${((100 * detected) / tried).toFixed(1)}%.
${missed - unexplained.length} survivors are explained, ${unexplained.length} are not.
${gone.length + noticed.length} explanations explain no survivor.
${failed} mutants could not be tried and are left out.`);
  return unexplained.length + gone.length + noticed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  reportError('npm run mutation', error);
}

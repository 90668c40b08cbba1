/** A test runner of Stryker that loads modules and tests once and runs the tests in one process for every mutant. */

import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InstrumenterContext, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { expect } from 'expect';
import * as circus from 'jest-circus';

type Test = circus.State['rootDescribeBlock']['tests'][number];
type Block = Test['parent'];

interface FileTest {
  test: Test;
  mode: Test['mode'];
  result: Omit<TestResult, 'status'>;
  isLong: boolean;
}

interface TestFile {
  name: string;
  state: circus.State;
  tests: FileTest[];
}

interface Selection {
  /** Ids of tests: all if there is none. */
  ids?: readonly string[];
  /** Whether the first failure ends the run. */
  bail: boolean;
  /** File that is mutated: its own tests run first, then those of its folder. */
  mutated?: string;
}

const NEVER_MS = 2 ** 31 - 1;
/** How long a test may take with a mutant, after it took `ms` without one. */
const longestOf = (ms: number): number => 5_000 + 5 * ms;
/** A test that takes longer than this without a mutant is a long one. */
const SHORT_MS = 20;
/** How long each test takes: written below the folder in which Stryker tries mutants, for the processes that follow. */
const DURATIONS = 'durations.json';
const TIMED_OUT = 'Exceeded timeout of';
const SPOILT = 'a mutant has changed the state of this process';

let active: string | undefined;
/** Of the test that runs, by the clock of `performance`. */
let deadline = Infinity;
let lookups = 0;

/**
 * The mutated code reads here which mutant is active, and counts here what it runs. It does so all the time, which also
 * ends loops that let no timer run.
 */
const mutated: InstrumenterContext = {
  get activeMutant() {
    lookups += 1;
    if (lookups % 1024 === 0 && performance.now() > deadline) throw new Error(`${TIMED_OUT} the test`);
    return active;
  },
  set activeMutant(id) {
    active = id;
  },
};
const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
Object.assign(globalThis, { __stryker__: mutated, expect });
Object.assign(globalThis, { describe, it, test, beforeAll, beforeEach, afterAll, afterEach });

class OneProcess implements TestRunner {
  static readonly inject: [typeof commonTokens.options] = [commonTokens.options];
  readonly #names: readonly string[];
  #files: TestFile[] | undefined;
  /** Errors that no test caught. */
  #unhandled: unknown[] = [];
  #killed = 0;
  #isSpoilt = false;

  constructor(options: StrykerOptions) {
    this.#names = Object(options.testFilesOfPiece);
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    for (const event of ['unhandledRejection', 'uncaughtException'])
      process.on(event, (error) => this.#unhandled.push(error));
  }

  async dryRun(): Promise<DryRunResult> {
    const result = await this.#run({ bail: false });
    if (result.status !== DryRunStatus.Complete) return result;
    writeFileSync(
      DURATIONS,
      JSON.stringify(Object.fromEntries(result.tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]))),
    );
    return { ...result, mutantCoverage: mutated.mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    // Stryker then starts another process and asks again.
    if (this.#isSpoilt) throw new Error(SPOILT);
    const isStatic = options.mutantActivation === 'static';
    if (!isStatic) await this.#load();
    mutated.hitLimit = options.hitLimit;
    mutated.hitCount = options.hitLimit === undefined ? undefined : 0;
    mutated.activeMutant = options.activeMutant.id;
    const run = await this.#run({
      ids: options.testFilter,
      bail: !options.disableBail,
      mutated: options.sandboxFileName,
    });
    mutated.activeMutant = undefined;
    if (isStatic && run.status === DryRunStatus.Error)
      return {
        status: MutantRunStatus.Killed,
        killedBy: [],
        failureMessage: run.errorMessage,
        nrOfTests: 0,
      };
    const result = toMutantRunResult(run);
    if (result.status === MutantRunStatus.Killed && result.failureMessage.includes(TIMED_OUT)) {
      // The test goes on.
      this.#isSpoilt = true;
      return { status: MutantRunStatus.Timeout, reason: result.failureMessage };
    }
    if (!isStatic && result.status === MutantRunStatus.Killed) await this.#checkState(result.killedBy);
    return result;
  }

  /** Modules keep state. A test that fails without the mutant shows that this state is spoilt. */
  async #checkState(ids: readonly string[]): Promise<void> {
    this.#killed += 1;
    const { status } = toMutantRunResult(await this.#run({ ids, bail: true }));
    this.#isSpoilt = status !== MutantRunStatus.Survived;
    // The first mutant of a process did so itself. A later one may have been killed by the state alone.
    if (this.#isSpoilt && this.#killed > 1) throw new Error(SPOILT);
  }

  async #run({ ids, bail, mutated: file = '' }: Selection): Promise<DryRunResult> {
    const results: TestResult[] = [];
    const wanted = ids && new Set(ids);
    const isWanted = ({ result }: FileTest) => !wanted || wanted.has(result.id);
    try {
      const files = await this.#load();
      const order = ({ name }: TestFile) =>
        basename(name, '.test.ts') === basename(file, '.ts')
          ? 0
          : dirname(file).endsWith(dirname(name).slice('test/'.length))
            ? 1
            : 2;
      const inOrder = files.toSorted((a, b) => order(a) - order(b));
      // Most mutants fail a short test, so that no long one need run.
      for (const isLong of [false, true]) {
        const isNext = (each: FileTest) => each.isLong === isLong && isWanted(each);
        for (const tests of inOrder) {
          if (bail && results.some(({ status }) => status === TestStatus.Failed)) break;
          results.push(...(await this.#runFile(tests, isNext, bail)));
        }
      }
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: textOf(error) };
    }
    const { hitCount, hitLimit } = mutated;
    return determineHitLimitReached(hitCount, hitLimit) ?? { status: DryRunStatus.Complete, tests: results };
  }

  async #runFile(file: TestFile, isWanted: (each: FileTest) => boolean, bail: boolean) {
    const results: TestResult[] = [];
    const resultOf = new Map(file.tests.map(({ test, result }) => [test, result]));
    for (const each of file.tests) {
      each.test.mode = isWanted(each) ? each.mode : 'skip';
      each.test.errors = [];
    }
    if (file.tests.every(({ test }) => test.mode === 'skip')) return results;
    const onEvent = (event: circus.Event) => {
      if (event.name !== 'test_start' && event.name !== 'test_done') return;
      const result = resultOf.get(event.test);
      if (!result) return;
      if (event.name === 'test_start') {
        if (bail && results.some(({ status }) => status === TestStatus.Failed)) event.test.mode = 'skip';
        mutated.currentTestId = result.id;
        deadline = performance.now() + (event.test.timeout ?? NEVER_MS);
        return;
      }
      mutated.currentTestId = undefined;
      deadline = Infinity;
      const errors = [...event.test.errors.flat(), ...this.#unhandled.splice(0)];
      results.push(withStatus({ ...result, timeSpentMs: event.test.duration ?? 0 }, errors));
    };
    file.state.unhandledErrors = [];
    circus.setState(file.state);
    circus.addEventHandler(onEvent);
    await circus.run();
    circus.removeEventHandler(onEvent);
    // What failed after the last test of a block has no test of its own.
    const last = results.at(-1);
    const errors = [...circus.getState().unhandledErrors.flat(), ...this.#unhandled.splice(0)];
    return last && errors.length > 0 ? [...results.slice(0, -1), withStatus(last, errors)] : results;
  }

  async #load(): Promise<TestFile[]> {
    if (this.#files) return this.#files;
    const files = [];
    for (const name of this.#names) files.push(await loadTests(name));
    const durations = readDurations();
    for (const each of files.flatMap(({ tests }) => tests)) {
      const duration = durations[each.result.id];
      each.test.timeout = longestOf(duration ?? NEVER_MS / 10);
      each.isLong = duration !== undefined && duration > SHORT_MS;
    }
    this.#files = files;
    return files;
  }
}

async function loadTests(name: string): Promise<TestFile> {
  circus.resetState();
  const state = circus.getState();
  state.testTimeout = NEVER_MS;
  const { href } = pathToFileURL(name);
  await import(href);
  const tests = testsBelow(state.rootDescribeBlock).map((test) => {
    const fullName = namesOf(test).join(' ');
    const id = `${name} ${fullName}`;
    const result = { id, name: fullName, timeSpentMs: 0, fileName: name };
    return {
      test,
      mode: test.mode,
      isLong: false,
      result: { ...result, startPosition: positionIn(href, test) },
    };
  });
  return { name, state, tests };
}

function readDurations(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(DURATIONS, 'utf8'));
  } catch {
    return {};
  }
}

const testsBelow = ({ children }: Block): Test[] =>
  children.flatMap((child) => (child.type === 'test' ? [child] : testsBelow(child)));

const namesOf = ({ name, parent }: Test | Block): string[] => (parent ? [...namesOf(parent), name] : []);

/** The place where a test is declared is in the stack of an error that jest-circus made there. */
function positionIn(href: string, { asyncError }: Test): TestResult['startPosition'] {
  const [, place = ''] = String(asyncError.stack).split(`${href}:`);
  const [line = 1, column = 1] = place.split(/\D/, 2).map(Number);
  return { line: line - 1, column: column - 1 };
}

function withStatus(result: Omit<TestResult, 'status'>, errors: unknown[]): TestResult {
  const [error] = errors.filter(Boolean);
  return error === undefined
    ? { ...result, status: TestStatus.Success }
    : { ...result, status: TestStatus.Failed, failureMessage: textOf(error) };
}

const textOf = (error: unknown): string =>
  String(error instanceof Error ? (error.stack ?? error.message) : error);

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'one-process', OneProcess)];

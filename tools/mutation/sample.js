/** A checker of Stryker that lets a seeded sample of the mutants through. The others count as not compiled. */

import { createHash } from 'node:crypto';
import { CheckStatus } from '@stryker-mutator/api/check';
import { commonTokens, declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** @typedef {{ percent: number, seed: number }} Sample */
/** @typedef {{ line: number, column: number }} Position */
/**
 * @typedef {object} Mutant
 * @property {string} fileName
 * @property {string} mutatorName
 * @property {string} [replacement]
 * @property {{ start: Position, end: Position }} location counted from 0
 */

/** @type {import('@stryker-mutator/api/check').CheckResult} */
const PASSED = { status: CheckStatus.Passed };
/** @type {import('@stryker-mutator/api/check').CheckResult} */
const LEFT_OUT = { status: CheckStatus.CompileError, reason: 'not in the sample' };

/**
 * Each mutant is drawn by itself, so that a seed takes the same mutants of the same code whichever of them have results
 * already: Stryker shows a checker only those that have none.
 * @param {Mutant} mutant
 * @param {Sample} sample
 */
export function isInSample({ fileName, mutatorName, replacement, location }, { percent, seed }) {
  const [start, end] = [location.start, location.end].map(({ column, line }) => ({ column, line }));
  const file = fileName.split('/lib/').at(-1);
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, file, mutatorName, replacement, { start, end }]))
    .digest();
  return digest.readUInt32BE() < (percent / 100) * 2 ** 32;
}

class SampleChecker {
  static inject = [commonTokens.options];

  /** @param {import('@stryker-mutator/api/core').StrykerOptions} options with those of this checker */
  constructor(options) {
    /** @type {Sample} */
    this.sample = Object(options.sample);
  }

  async init() {}

  /** @param {{ id: string }[]} mutants */
  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  /** @param {(Mutant & { id: string })[]} mutants */
  async check(mutants) {
    const { sample } = this;
    return Object.fromEntries(
      mutants.map((mutant) => [mutant.id, isInSample(mutant, sample) ? PASSED : LEFT_OUT]),
    );
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', SampleChecker)];
